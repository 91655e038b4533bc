import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { extensions, fakeIssuer, fakeKey, fakeTimestampAuthority } from '../../../test/fakes/authority.ts';
import {
  ARTIFACT,
  artifactDigest,
  bundleOf,
  certificateFor,
  fakeWorld,
  ISSUER,
  MAIL,
  publicKeyOf,
  SIGNED,
  signedParts,
  trustedLog,
  trustedTsa,
  WINDOW,
  type World,
} from '../../../test/fakes/bundles.ts';
import { FakeLog, hashedRekord } from '../../../test/fakes/log.ts';
import { verifyHash } from '../../dsse/verify-hash.ts';
import { digestOf } from '../../lib/digest.ts';
import type { Problem } from './problems.ts';
import type { BundleQuestion } from './question.ts';
import { emptyState } from './state.ts';
import type { BundleTrust } from './trust.ts';
import { judge, verify } from './verify.ts';

const NOW = SIGNED + 3600;
const world = fakeWorld();

const asked = (bytes: Buffer, more: Partial<BundleQuestion> = {}): BundleQuestion => ({
  bytes,
  subject: artifactDigest,
  artifact: ARTIFACT,
  ...more,
});

/** What stands against a bundle, as `check: problem`. */
function against(
  bytes: Buffer,
  trust: BundleTrust = world.trust,
  now = NOW,
  more: Partial<BundleQuestion> = {},
): string[] {
  const { outcome, checks } = judge(asked(bytes, more), trust, now);
  const open = checks.filter((one) => one.outcome === 'refuted' || one.outcome === 'not established');
  return [outcome, ...open.map(({ check, problem }) => `${check}: ${problem}`)];
}

/** A bundle by the world's key, logged, and stamped where it says so. */
function byKey({ log, tsa, key }: World = world, stamped = true): Buffer {
  const parts = signedParts(key);
  return bundleOf(parts, [log.entry(log.add(parts.body))], stamped ? [tsa.stamp(parts.signature, SIGNED)] : []);
}

/** A bundle with a certificate, logged and stamped. */
function byCertificate(options: { from?: number; stamped?: readonly number[]; more?: Buffer[] } = {}): Buffer {
  const key = fakeKey();
  const { stamped = [SIGNED], ...rest } = options;
  const parts = signedParts(key, { certificate: certificateFor(world.authority, key.spki, rest) });
  const entry = world.log.entry(world.log.add(parts.body));
  return bundleOf(
    parts,
    [entry],
    stamped.map((time) => world.tsa.stamp(parts.signature, time)),
  );
}

const only = (problem: Problem, check: string): string[] => ['refuted', `${check}: ${problem}`];

describe('a bundle with a key', () => {
  test('is established with its log and its time', () => {
    const result = judge(asked(byKey()), world.trust, NOW);
    expect(result.outcome).toBe('established');
    expect(result.signer).toMatchObject({ kind: 'key', key: world.key.publicKey });
    expect(result.times).toEqual([{ by: 'timestamp', name: 'tsa', time: SIGNED }]);
    expect(result.checks.map(({ check, outcome }) => `${check}: ${outcome}`)).toEqual([
      'subject: not applicable',
      'signature: established',
      'timestamp: established',
      'log-entry: established',
      'log: established',
      'key: established',
      'time: established',
    ]);
  });

  test('needs no time, unless the key has one or the trust asks for one', () => {
    expect(against(byKey(world, false))).toEqual(['established', 'time: time-missing']);
    const thresholds = { ...world.trust.thresholds, times: 1 };
    expect(against(byKey(world, false), { ...world.trust, thresholds })).toEqual([
      'not established',
      'time: time-missing',
      'witnesses: too-few',
    ]);
  });

  test('is refused when the key was retired before it signed, or nobody says that it signed before', () => {
    const until = (end: number): BundleTrust => ({
      ...world.trust,
      keys: [{ key: world.key.publicKey, validFor: { end } }],
    });
    expect(against(byKey(), until(SIGNED))).toEqual(['established']);
    expect(against(byKey(), until(SIGNED - 1))).toEqual(only('key-retired', 'key'));
    expect(against(byKey(world, false), until(NOW - 1))).toContain('key: key-retired');
    const later = { ...world.trust, keys: [{ key: world.key.publicKey, validFor: { start: SIGNED + 1 } }] };
    expect(against(byKey(), later)).toEqual(only('key-not-yet-valid', 'key'));
  });

  test('proves nothing by a key that nobody trusts, and is refuted by a swapped signature', () => {
    const stranger = { ...world.trust, keys: [{ key: publicKeyOf(fakeKey()) }] };
    expect(against(byKey(), stranger)).toEqual(only('signature-invalid', 'signature'));
    expect(against(byKey(), { ...world.trust, keys: [] })).toEqual(['not established', 'signature: signer-untrusted']);
    expect(against(byKey(), world.trust, NOW, { artifact: Buffer.from('x') })).toEqual(
      only('signature-invalid', 'signature'),
    );
  });

  test('over a file is judged by its digest, too', () => {
    expect(against(byKey(), world.trust, NOW, { artifact: undefined, verifyHash })).toEqual(['established']);
    const other = { artifact: undefined, verifyHash, subject: digestOf('x') };
    expect(against(byKey(), world.trust, NOW, other)).toEqual(only('signature-invalid', 'signature'));
    expect(against(byKey(), world.trust, NOW, { artifact: undefined })).toEqual([
      'not established',
      'signature: artifact-needed',
    ]);
  });

  test('is refused when its statement is about something else', () => {
    const parts = signedParts(world.key, { about: digestOf('another') });
    const bytes = bundleOf(parts, [world.log.entry(world.log.add(parts.body))]);
    expect(against(bytes)).toContain('subject: subject-other');
    expect(against(bytes)[0]).toBe('refuted');
    const right = signedParts(world.key, { about: artifactDigest });
    expect(against(bundleOf(right, [world.log.entry(world.log.add(right.body))]))[0]).toBe('established');
  });

  test('of an older version is refused where a newer one is asked for', () => {
    const parts = signedParts(world.key);
    const entry = world.log.entry(world.log.add(parts.body), { promised: SIGNED });
    const older = bundleOf(parts, [entry], [], 'application/vnd.dev.sigstore.bundle+json;version=0.2');
    expect(against(older)).toEqual(['established']);
    expect(against(older, { ...world.trust, minimumVersion: '0.3' })).toEqual(only('format-downgraded', 'bundle'));
  });
});

describe('a bundle with a certificate', () => {
  test('is established with identity, log and time', () => {
    const result = judge(asked(byCertificate()), world.trust, NOW);
    expect(result.outcome).toBe('established');
    expect(result.signer).toMatchObject({ kind: 'certificate', identity: { subjects: [MAIL], issuer: ISSUER } });
  });

  test('is judged at the time it signed, not now', () => {
    expect(against(byCertificate(), world.trust, SIGNED + 500 * 86_400)).toEqual(['established']);
    expect(against(byCertificate({ from: SIGNED - 700 }))).toEqual(only('certificate-expired', 'certificate'));
    expect(against(byCertificate({ from: SIGNED + 1 }))).toEqual(only('certificate-not-yet-valid', 'certificate'));
  });

  test('must have been valid at every time that is established', () => {
    expect(against(byCertificate({ stamped: [SIGNED, SIGNED + 10] }))).toEqual(['established']);
    expect(against(byCertificate({ stamped: [SIGNED, SIGNED + 1000] }))).toEqual(
      only('certificate-expired', 'certificate'),
    );
  });

  test('is nothing without a time', () => {
    expect(against(byCertificate({ stamped: [] }))).toEqual([
      'not established',
      'certificate: time-missing',
      'time: time-missing',
    ]);
  });

  test('of another identity or issuer proves nothing', () => {
    const eve = byCertificate({ more: [extensions.mail('eve@acme.example'), extensions.issuer(ISSUER)] });
    const elsewhere = byCertificate({ more: [extensions.mail(MAIL), extensions.issuer('https://evil.example')] });
    const unvouched = byCertificate({ more: [extensions.mail(MAIL)] });
    for (const bytes of [eve, elsewhere, unvouched]) {
      expect(against(bytes)).toEqual(['not established', 'identity: identity-other']);
    }
  });

  test('that nobody who is trusted issued, or whose authority was not trusted then, is refused', () => {
    const impostor = { ...world, authority: fakeIssuer('acme root', WINDOW) };
    const key = fakeKey();
    const parts = signedParts(key, { certificate: certificateFor(impostor.authority, key.spki) });
    const bytes = bundleOf(
      parts,
      [world.log.entry(world.log.add(parts.body))],
      [world.tsa.stamp(parts.signature, SIGNED)],
    );
    expect(against(bytes)).toEqual(['not established', 'certificate: certificate-untrusted']);
    const [authority] = world.root.certificateAuthorities;
    if (authority === undefined) throw new Error('no authority');
    const ended = [{ ...authority, validFor: { end: SIGNED - 1 } }];
    const root = { ...world.root, certificateAuthorities: ended };
    expect(against(byCertificate(), { ...world.trust, root })).toEqual(only('authority-outside-window', 'certificate'));
  });

  test('needs the promise of a certificate log where one is asked for', () => {
    const thresholds = { ...world.trust.thresholds, certificateLogs: 1 };
    expect(against(byCertificate(), { ...world.trust, thresholds })).toEqual([
      'not established',
      'certificate-log: certificate-log-missing',
    ]);
  });
});

describe('what is revoked', () => {
  const key = { kind: 'key', id: world.key.publicKey.fingerprint, reason: 'stolen' } as const;

  test.each([
    ['a key', byKey(), key],
    ['an identity', byCertificate(), { kind: 'identity', id: MAIL, reason: 'left' } as const],
    ['an artifact', byKey(), { kind: 'artifact', id: artifactDigest, reason: 'broken' } as const],
    ['a log', byKey(), { kind: 'log', id: world.log.id.toString('hex'), reason: 'forked' } as const],
  ])('is refused: %s', (_, bytes, revocation) => {
    expect(against(bytes, { ...world.trust, revocations: [revocation] })).toEqual(only('revoked', 'revocation'));
  });

  test('is refused: a certificate', () => {
    const bytes = byCertificate();
    const { signer } = judge(asked(bytes), world.trust, NOW);
    const id = signer?.kind === 'certificate' ? signer.certificate.fingerprint : '';
    const revocations = [{ kind: 'certificate', id, reason: 'misissued' } as const];
    expect(against(bytes, { ...world.trust, revocations })).toEqual(only('revoked', 'revocation'));
  });

  test('still counts where it is proven to be older', () => {
    const from = (time: number): BundleTrust => ({ ...world.trust, revocations: [{ ...key, from: time }] });
    expect(against(byKey(), from(SIGNED + 1))).toEqual(['established']);
    expect(against(byKey(), from(SIGNED))).toEqual(only('revoked', 'revocation'));
    expect(against(byKey(world, false), from(SIGNED + 1))).toContain('revocation: revoked');
  });
});

describe('a timestamp', () => {
  const stampedBy = (stamps: (signature: Buffer) => Buffer[]): Buffer => {
    const parts = signedParts(world.key);
    return bundleOf(parts, [world.log.entry(world.log.add(parts.body))], stamps(parts.signature));
  };

  test('of the future is refused', () => {
    const bytes = stampedBy((signature) => [world.tsa.stamp(signature, NOW + 61)]);
    expect(against(bytes)).toEqual(['refuted', 'timestamp: time-in-future', 'time: time-missing']);
    expect(against(stampedBy((signature) => [world.tsa.stamp(signature, NOW + 59)]))).toEqual(['established']);
  });

  test('over other bytes is refused', () => {
    const bytes = stampedBy(() => [world.tsa.stamp(Buffer.from('other'), SIGNED)]);
    expect(against(bytes)).toEqual(['refuted', 'timestamp: timestamp-other', 'time: time-missing']);
  });

  test('by an unknown authority does no harm beside one that is known, and is no time', () => {
    const stranger = fakeTimestampAuthority('tsa', WINDOW);
    const both = stampedBy((signature) => [stranger.stamp(signature, SIGNED - 9), world.tsa.stamp(signature, SIGNED)]);
    expect(against(both)).toEqual(['established']);
    expect(judge(asked(both), world.trust, NOW).checks).toContainEqual(
      expect.objectContaining({ outcome: 'not applicable', problem: 'timestamp-untrusted' }),
    );
    expect(judge(asked(both), world.trust, NOW).times).toEqual([{ by: 'timestamp', name: 'tsa', time: SIGNED }]);
  });

  test('counts once towards a threshold, however often its authority made one', () => {
    const thresholds = { ...world.trust.thresholds, timestamps: 2 };
    const twice = stampedBy((signature) => [
      world.tsa.stamp(signature, SIGNED),
      world.tsa.stamp(signature, SIGNED + 1),
    ]);
    expect(against(twice, { ...world.trust, thresholds })).toEqual(['not established', 'witnesses: counted-twice']);
    expect(against(byKey(), { ...world.trust, thresholds })).toEqual(['not established', 'witnesses: too-few']);
    const other = fakeTimestampAuthority('other', WINDOW);
    const timestampAuthorities = [...world.root.timestampAuthorities, trustedTsa('other', other)];
    const root = { ...world.root, timestampAuthorities };
    const both = stampedBy((signature) => [world.tsa.stamp(signature, SIGNED), other.stamp(signature, SIGNED)]);
    expect(against(both, { ...world.trust, root, thresholds })).toEqual(['established']);
    const same = stampedBy((signature) => {
      const stamp = world.tsa.stamp(signature, SIGNED);
      return [stamp, stamp];
    });
    expect(against(same)).toEqual(only('timestamp-twice', 'timestamp'));
  });
});

describe('a log entry', () => {
  const logged = (body: (parts: ReturnType<typeof signedParts>) => Buffer, log = world.log): Buffer => {
    const parts = signedParts(world.key);
    return bundleOf(parts, [log.entry(log.add(body(parts)))], [world.tsa.stamp(parts.signature, SIGNED)]);
  };
  const other = fakeKey();

  test.each([
    ['other bytes', logged(({ signature }) => hashedRekord(Buffer.from('x'), signature, { key: world.key.spki }))],
    ['another signature', logged(({ message }) => hashedRekord(message, Buffer.from('x'), { key: world.key.spki }))],
    ['another signer', logged(({ message, signature }) => hashedRekord(message, signature, { key: other.spki }))],
  ])('about %s is refused', (_, bytes) => {
    expect(against(bytes)).toEqual(['refuted', 'log-entry: log-entry-other', 'witnesses: too-few']);
  });

  test('of a kind that is not known is refused', () => {
    const bytes = logged(() => Buffer.from('{"apiVersion":"0.0.1","kind":"rpm","spec":{}}'));
    expect(against(bytes)).toContain('log-entry: log-entry-unknown');
  });

  test('with a proof of another checkpoint is refused', () => {
    const parts = signedParts(world.key);
    const index = world.log.add(parts.body);
    const entry = world.log.entry(index);
    const proof = entry['inclusionProof'] as { checkpoint: object };
    world.log.add(Buffer.from('{"kind":"k","apiVersion":"1"}'));
    proof.checkpoint = { envelope: world.log.checkpoint() };
    expect(against(bundleOf(parts, [entry]))).toContain('log: log-proof-other-checkpoint');
    proof.checkpoint = { envelope: world.log.checkpoint(index + 1, Buffer.alloc(32, 7)) };
    expect(against(bundleOf(parts, [entry]))).toContain('log: log-proof-other-checkpoint');
    proof.checkpoint = { envelope: world.log.checkpoint(index + 2, world.log.root(index + 1)) };
    expect(against(bundleOf(parts, [entry]))).toContain('log: log-proof-other-checkpoint');
  });

  test('whose checkpoint another log signed is refused', () => {
    const parts = signedParts(world.key);
    const entry = world.log.entry(world.log.add(parts.body));
    const proof = entry['inclusionProof'] as { checkpoint: { envelope: string } };
    const impostor = new FakeLog(world.log.name);
    proof.checkpoint.envelope = impostor.checkpoint(world.log.size, world.log.root());
    expect(against(bundleOf(parts, [entry]))).toContain('log: checkpoint-unsigned');
  });

  test('of an unknown log does not count', () => {
    const stranger = new FakeLog('stranger.example');
    expect(against(logged(({ body }) => body, stranger))).toEqual(['not established', 'witnesses: too-few']);
  });

  test('is refused when the key of its log was not trusted at that time', () => {
    const logs = [{ ...trustedLog(world.log), validFor: { start: SIGNED - 100, end: SIGNED - 1 } }];
    const root = { ...world.root, logs };
    expect(against(byKey(), { ...world.trust, root })).toContain('log: log-outside-window');
    // Nobody says when: it may have been logged today.
    expect(against(byKey(world, false), { ...world.trust, root })).toContain('log: log-outside-window');
  });

  test('with a promise has a time; the promise must be over this entry, at this time', () => {
    const parts = signedParts(world.key);
    const entry = world.log.entry(world.log.add(parts.body), { promised: SIGNED });
    expect(judge(asked(bundleOf(parts, [entry])), world.trust, NOW).times).toMatchObject([{ by: 'log', time: SIGNED }]);
    entry['integratedTime'] = String(SIGNED - 1);
    expect(against(bundleOf(parts, [entry]))).toContain('log: log-promise-invalid');
    const future = world.log.entry(world.log.add(parts.body), { promised: NOW + 100 });
    expect(against(bundleOf(parts, [future]))).toContain('log: time-in-future');
  });

  test('of a bundle v0.1 needs a promise, of others a proof', () => {
    const parts = signedParts(world.key);
    const index = world.log.add(parts.body);
    const v1 = 'application/vnd.dev.sigstore.bundle+json;version=0.1';
    expect(against(bundleOf(parts, [world.log.entry(index)], [], v1))).toContain('log: log-promise-missing');
    const promised = { ...world.log.entry(index, { promised: SIGNED }), inclusionProof: undefined };
    expect(against(bundleOf(parts, [promised], [], v1))).toEqual(['established']);
    expect(against(bundleOf(parts, [promised]))).toContain('log: log-proof-missing');
  });

  test('counts once towards a threshold, however often its log has it', () => {
    const thresholds = { ...world.trust.thresholds, logs: 2 };
    const parts = signedParts(world.key);
    const entries = [world.log.add(parts.body), world.log.add(parts.body)].map((index) => world.log.entry(index));
    expect(against(bundleOf(parts, entries), { ...world.trust, thresholds })).toContain('witnesses: counted-twice');
    const [first] = entries;
    expect(against(bundleOf(parts, [first, first]))).toContain('log-entry: log-entry-twice');
    const second = new FakeLog('second.example', 'ec');
    const root = { ...world.root, logs: [...world.root.logs, trustedLog(second)] };
    const both = [first, second.entry(second.add(parts.body))];
    expect(against(bundleOf(parts, both), { ...world.trust, root, thresholds })).toEqual([
      'established',
      'time: time-missing',
    ]);
  });
});

describe('the state', () => {
  const scope = 'registry.example/acme/app';
  const logged = (log: FakeLog, size?: number): Buffer => {
    const parts = signedParts(world.key);
    const index = log.add(parts.body);
    if (size === undefined) for (let i = 0; i < 3; i++) log.add(parts.body);
    return bundleOf(parts, [log.entry(index, { size: size ?? log.size })]);
  };
  const log = new FakeLog('state.example');
  const trust = { ...world.trust, root: { ...world.root, logs: [trustedLog(log)] } };
  const older = logged(log, 1);
  const newer = logged(log);

  test('remembers the largest checkpoint of a log and the latest moment', () => {
    const first = verify(asked(older, { scope }), trust, emptyState, NOW);
    expect(first.result.outcome).toBe('established');
    const second = verify(asked(newer, { scope }), trust, first.state, NOW + 5);
    expect(second.state).toEqual({
      version: 1,
      clock: NOW + 5,
      checkpoints: [
        { scope, log: log.id.toString('hex'), origin: 'state.example', size: 5, root: log.root().toString('hex') },
      ],
    });
    expect(verify(asked(newer, { scope }), trust, second.state, NOW + 5).result.outcome).toBe('established');
  });

  test('refuses a checkpoint older than one seen, of its own scope', () => {
    const { state } = verify(asked(newer, { scope }), trust, emptyState, NOW);
    const again = verify(asked(older, { scope }), trust, state, NOW);
    expect(again.result.checks.filter(({ outcome }) => outcome === 'refuted')).toMatchObject([
      {
        check: 'checkpoint',
        problem: 'checkpoint-older',
        reason: 'the checkpoint of state.example has 1 entries, one with 5 was seen',
      },
    ]);
    expect(again.state).toBe(state);
    expect(verify(asked(older, { scope: 'another' }), trust, state, NOW).result.outcome).toBe('established');
  });

  test('refuses another tree of the same size, of whatever scope', () => {
    const { state } = verify(asked(newer, { scope }), trust, emptyState, NOW);
    const [seen] = state.checkpoints;
    if (seen === undefined) throw new Error('nothing seen');
    const forked = { ...state, checkpoints: [{ ...seen, root: '00'.repeat(32) }] };
    const { result } = verify(asked(newer, { scope: 'another' }), trust, forked, NOW);
    expect(result.checks).toContainEqual(expect.objectContaining({ problem: 'checkpoint-forked' }));
  });

  test('refuses a clock that went back, and keeps what it knows', () => {
    const { state } = verify(asked(newer), trust, emptyState, NOW);
    const back = verify(asked(newer), trust, state, NOW - 61);
    expect(back.result.checks).toContainEqual(expect.objectContaining({ check: 'clock', problem: 'clock-went-back' }));
    expect(back.state).toBe(state);
    expect(verify(asked(newer), trust, state, NOW - 60).result.outcome).toBe('established');
  });

  test('learns nothing from what is refuted', () => {
    const bytes = bundleOf({ ...signedParts(world.key), content: { messageSignature: { signature: 'AAAA' } } });
    expect(verify(asked(bytes), trust, emptyState, NOW)).toMatchObject({ state: emptyState });
  });
});

test('of any bytes there is an answer, and none that is established but for the bytes that were signed', () => {
  const sound = byCertificate();
  const json = JSON.parse(sound.toString()) as { verificationMaterial: { certificate: { rawBytes: string } } };
  const der = Buffer.from(json.verificationMaterial.certificate.rawBytes, 'base64');
  const certificates = fc.nat(der.length - 1).map((at) => {
    const altered = Buffer.from(der);
    altered.writeUInt8(altered.readUInt8(at) ^ (1 << (at % 8)), at);
    return Buffer.from(
      sound.toString().replace(json.verificationMaterial.certificate.rawBytes, altered.toString('base64')),
    );
  });
  const cuts = fc.nat(sound.length - 1).map((at) => Buffer.concat([sound.subarray(0, at), sound.subarray(at + 1)]));
  const bytes = fc.oneof(
    certificates,
    fc.uint8Array({ maxLength: 99 }).map((array) => Buffer.from(array)),
  );
  const answers = (arbitrary: fc.Arbitrary<Buffer>) => fc.sample(arbitrary, 150).map((one) => against(one)[0]);
  expect(answers(bytes)).not.toContain('established');
  // What no check uses may go, as the name of a key's kind.
  const outcomes = new Set(['established', 'not established', 'refuted']);
  expect(answers(cuts).filter((one) => !outcomes.has(one ?? ''))).toEqual([]);
});
