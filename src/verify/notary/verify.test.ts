import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  CODE_SIGNING,
  extension,
  extensions,
  fakeKey,
  fakeTimestampAuthority,
  issue,
  TIME_STAMPING,
} from '../../../test/fakes/authority.ts';
import {
  notaryAuthority,
  notarySigner,
  SIGNED_AT,
  SUBJECT,
  tokenOf,
  usages,
  WINDOW,
} from '../../../test/fakes/notary.ts';
import { digestOf } from '../../lib/digest.ts';
import { headers, type NotaryFormat, type TargetArtifact } from '../../notary/types.ts';
import { type CertifiedSigner, type NotaryRequest, signNotary, signRaw } from '../../sign/notary.ts';
import { parseCertificate } from '../../x509/certificate.ts';
import { parseIdentities } from './identity.ts';
import type { NotaryResult } from './question.ts';
import { type NotaryTrust, timestampRoot } from './trust.ts';
import { verifyNotary } from './verify.ts';

const NOW = SIGNED_AT + 10;
const root = notaryAuthority();
const between = notaryAuthority('between', root);
const good = notarySigner({ issuers: [between, root] });
const anchor = parseCertificate(root.certificate);
const tsa = fakeTimestampAuthority('tsa', [SIGNED_AT - 5000, SIGNED_AT + 50_000]);
const tsaRoot = timestampRoot(parseCertificate(tsa.chain[1] ?? Buffer.alloc(0)), 'the timestamp authority');
const artifact: TargetArtifact = {
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: digestOf('image'),
  size: 5,
  annotations: { build: '7' },
};
const trust: NotaryTrust = {
  certificates: [anchor],
  signingAuthorities: [],
  timestampAuthorities: [tsaRoot],
  identities: parseIdentities(['x509.subject: C=US, ST=WA, O=Example']),
  level: 'strict',
  verifyTimestamp: 'afterCertExpiry',
  revocations: [],
};

const sign = async (more: Partial<NotaryRequest> = {}, signer: CertifiedSigner = good): Promise<Buffer> =>
  await signNotary({ artifact, format: 'jws', signingTime: SIGNED_AT, ...more }, signer);
const stamped = async (at: number, signer = good): Promise<Buffer> =>
  await sign({ timestamp: async (signature) => Promise.resolve(tokenOf(tsa, signature, at)) }, signer);
const judge = (
  bytes: Buffer,
  {
    now = NOW,
    format = 'jws',
    subject = artifact,
    ...more
  }: Partial<NotaryTrust> & {
    now?: number;
    format?: NotaryFormat;
    subject?: TargetArtifact;
  } = {},
): NotaryResult => verifyNotary({ bytes, format, subject }, { ...trust, ...more }, now);
/** The check that stands against it: its name, outcome and problem. */
const against = ({ checks }: NotaryResult): unknown[] =>
  checks.filter(({ problem }) => problem !== undefined).map(({ check, outcome, problem }) => [check, outcome, problem]);

/** An envelope that nobody would make, signed with a good key: the JWS headers as they are given. */
async function signedJws(
  alter: (named: Record<string, unknown>) => void,
  signer: CertifiedSigner = good,
  payload = JSON.stringify({ targetArtifact: artifact }),
): Promise<Buffer> {
  const named: Record<string, unknown> = {
    alg: 'ES256',
    crit: [headers.scheme],
    cty: 'application/vnd.cncf.notary.payload.v1+json',
    [headers.scheme]: 'notary.x509',
    [headers.signingTime]: new Date(SIGNED_AT * 1000).toISOString(),
  };
  alter(named);
  const signed = Buffer.from(JSON.stringify(named)).toString('base64url');
  const body = Buffer.from(payload).toString('base64url');
  const signature = (await signRaw(Buffer.from(`${signed}.${body}`), signer.signer)).toString('base64url');
  const x5c = signer.certificates.map(({ der }) => der.toString('base64'));
  return Buffer.from(JSON.stringify({ payload: body, protected: signed, header: { x5c }, signature }));
}

describe.each(['jws', 'cose'] as const)('a %s signature', (format) => {
  test('by a trusted identity about the subject is established', async () => {
    const result = judge(await sign({ format }), { format });
    expect(result.checks.map(({ check, outcome }) => `${check}: ${outcome}`)).toEqual([
      'envelope: established',
      'signature: established',
      'subject: established',
      'certificate: established',
      'identity: established',
      'expiry: not applicable',
      'timestamp: not applicable',
      'certificate-validity: established',
      'revocation: established',
    ]);
    expect(result).toMatchObject({
      outcome: 'established',
      signer: { annotations: { build: '7' }, signingTime: SIGNED_AT },
    });
  });

  test('of another size, media type or digest is about something else', async () => {
    const bytes = await sign({ format });
    for (const change of [{ digest: digestOf('x') }, { size: 6 }, { mediaType: 'a/b' }]) {
      const result = judge(bytes, { format, subject: { ...artifact, ...change } });
      expect([result.outcome, against(result)]).toEqual(['refuted', [['subject', 'refuted', 'subject-other']]]);
    }
  });

  test('that is read as the other format is malformed', async () => {
    const other = format === 'jws' ? 'cose' : 'jws';
    expect(against(judge(await sign({ format }), { format: other }))).toEqual([
      ['envelope', 'refuted', 'envelope-malformed'],
    ]);
  });

  test('of a format that does not count is a downgrade', async () => {
    expect(against(judge(await sign({ format }), { format, formats: [] }))).toEqual([
      ['envelope', 'refuted', 'format-downgraded'],
    ]);
  });

  test('with the certificates of somebody else is not theirs', async () => {
    const other = notarySigner({ issuers: [between, root] });
    const bytes = await sign({ format });
    const theirs = Buffer.from(other.certificates[0]?.der ?? Buffer.alloc(0));
    const ours = Buffer.from(good.certificates[0]?.der ?? Buffer.alloc(0));
    const text = bytes.toString('latin1');
    const swapped =
      format === 'jws'
        ? Buffer.from(text.replace(ours.toString('base64'), theirs.toString('base64')))
        : ours.length === theirs.length
          ? Buffer.from(text.replace(ours.toString('latin1'), theirs.toString('latin1')), 'latin1')
          : undefined;
    if (swapped === undefined) return;
    expect(against(judge(swapped, { format }))).toEqual([['signature', 'refuted', 'signature-invalid']]);
  });
});

describe('integrity', () => {
  test('fails for another algorithm than the key has', async () => {
    const p384 = notarySigner({ key: generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey, issuers: [root] });
    const bytes = await signedJws(() => undefined, p384);
    expect(judge(bytes).checks.at(-1)).toMatchObject({
      check: 'signature',
      problem: 'algorithm-other',
      reason: 'it says ES256, and the key signs with ES384',
    });
    for (const alg of ['none', 'HS256', 'RS256', 'PS256'])
      expect(against(judge(await signedJws((named) => void (named['alg'] = alg))))).toEqual([
        ['signature', 'refuted', 'algorithm-other'],
      ]);
  });

  test('fails for a key that no algorithm is for', async () => {
    const other = notarySigner({ key: generateKeyPairSync('ed25519').privateKey, issuers: [root] });
    const bytes = await signedJws(() => undefined, { signer: good.signer, certificates: other.certificates });
    expect(against(judge(bytes))).toEqual([['signature', 'refuted', 'algorithm-other']]);
  });

  test.each([
    [
      'a critical header that is not known',
      { b64: false },
      ['b64'],
      'critical-unknown',
      'its critical header b64 is not known',
    ],
    [
      'a plugin',
      { [headers.plugin]: 'com.x' },
      [headers.plugin],
      'plugin-needed',
      'only the plugin com.x may judge it',
    ],
    ['another type of payload', { cty: 'text/plain' }, [], 'envelope-malformed', 'its payload is of type text/plain'],
  ])('refuses %s by name, however well it is signed', async (_, more, critical, problem, reason) => {
    const bytes = await signedJws((named) => Object.assign(named, more, { crit: [headers.scheme, ...critical] }));
    expect(judge(bytes).checks).toEqual([expect.objectContaining({ check: 'envelope', problem, reason })]);
  });

  test('refuses a payload with two artifacts, however well it is signed', async () => {
    const two = `{"targetArtifact":{},"targetArtifact":${JSON.stringify(artifact)}}`;
    expect(against(judge(await signedJws(() => undefined, good, two)))).toEqual([
      ['envelope', 'refuted', 'envelope-malformed'],
    ]);
  });
});

describe('authenticity', () => {
  test('is not established by an authority that nobody trusts, though it has the name of one', async () => {
    const other = notarySigner({ issuers: [notaryAuthority()] });
    const result = judge(await sign({}, other));
    expect([result.outcome, against(result)]).toEqual([
      'not established',
      [['certificate', 'not established', 'certificate-untrusted']],
    ]);
  });

  test('is refuted where a trusted certificate only stands in the chain', async () => {
    const other = notarySigner({ issuers: [notaryAuthority('other')] });
    const bytes = await signedJws(() => undefined, { ...other, certificates: [...other.certificates, anchor] });
    expect(against(judge(bytes))).toEqual([['certificate', 'refuted', 'certificate-unfit']]);
  });

  test.each([
    ['without its root', [0, 1], 'is no root'],
    ['without what stands between', [0, 2], 'is not issued by the next one'],
    ['in another order', [0, 2, 1], 'is not issued by the next one'],
    ['with its root twice', [0, 1, 2, 2], 'is not the last certificate'],
    ['of the signer alone', [0], 'is no root'],
  ])('is refuted by a chain %s', async (_, order, reason) => {
    const certificates = order.flatMap((index) => good.certificates[index] ?? []);
    const result = judge(await signedJws(() => undefined, { ...good, certificates }));
    expect(result.checks).toContainEqual(
      expect.objectContaining({
        check: 'certificate',
        problem: 'certificate-unfit',
        reason: expect.stringContaining(reason) as string,
      }),
    );
    expect(result.outcome).toBe('refuted');
  });

  test('is refuted by the name of a trusted authority whose key issued nothing', async () => {
    const { signer, certificates } = notarySigner({ issuers: [notaryAuthority()] });
    const [leaf] = certificates;
    if (leaf === undefined) throw new Error('no certificate');
    const result = judge(await signedJws(() => undefined, { signer, certificates: [leaf, anchor] }));
    expect([result.outcome, against(result)]).toEqual(['refuted', [['certificate', 'refuted', 'certificate-unfit']]]);
  });

  test('is refuted by more authorities than one above allows', async () => {
    const [notBefore, notAfter] = WINDOW;
    const key = fakeKey();
    const limited = [extensions.authority(0), extensions.usage(usages.keyCertSign)];
    const certificate = issue(root, { subject: 'limited', spki: key.spki, notBefore, notAfter, extensions: limited });
    const above = { name: 'limited', key, certificate };
    const direct = notarySigner({ issuers: [above, root] });
    expect(judge(await sign({}, direct)).outcome).toBe('established');
    const below = notarySigner({ issuers: [notaryAuthority('below', above), above, root] });
    expect(judge(await signedJws(() => undefined, below)).checks).toContainEqual(
      expect.objectContaining({ reason: 'the authority CN=limited may not have 1 authorities below it' }),
    );
  });

  const usage = extensions.usage(usages.digitalSignature);
  const purpose = extensions.purpose(CODE_SIGNING);
  test.each([
    ['has no key usage', [purpose], 'no critical key usage'],
    [
      'has a key usage that is not critical',
      [extensions.usage(usages.digitalSignature, false), purpose],
      'no critical key usage',
    ],
    ['may not sign', [extensions.usage('0520'), purpose], 'not for digitalSignature'],
    ['may also sign certificates', [extensions.usage(usages.both), purpose], 'is for keyCertSign, too'],
    ['may also encrypt keys', [extensions.usage(usages.encipherment), purpose], 'is for keyEncipherment, too'],
    ['is one of an authority', [usage, purpose, extensions.authority()], 'is one of an authority'],
    ['is for timestamps', [usage, extensions.purpose(TIME_STAMPING)], 'not for signing code'],
    [
      'has a critical extension that nobody knows',
      [usage, purpose, extension('1.2.3', Buffer.alloc(0), true)],
      'not understood',
    ],
  ])("is refuted where the signer's certificate %s", async (_, more, reason) => {
    const signer = notarySigner({ issuers: [root], extensions: more });
    expect(judge(await signedJws(() => undefined, signer)).checks).toContainEqual(
      expect.objectContaining({ problem: 'certificate-unfit', reason: expect.stringContaining(reason) as string }),
    );
    await expect(sign({}, signer)).rejects.toMatchObject({ code: 'notary/certificates' });
  });

  test('needs no purpose in the certificate, as the specification has it', async () => {
    const signer = notarySigner({ issuers: [root], extensions: [usage] });
    expect(judge(await sign({}, signer)).outcome).toBe('established');
  });

  test('is established by a certificate that signed itself, where that is the trusted one', async () => {
    const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const spki = key.publicKey.export({ type: 'spki', format: 'der' });
    const self = { name: SUBJECT, key: { privateKey: key.privateKey, spki }, certificate: root.certificate };
    const { signer, certificates } = notarySigner({ key: key.privateKey, issuers: [self, root] });
    const alone = { signer, certificates: certificates.slice(0, 1) };
    const bytes = await sign({}, alone);
    expect(judge(bytes, { certificates: alone.certificates }).outcome).toBe('established');
    expect(judge(bytes).outcome).toBe('not established');
  });

  test('needs an identity that is trusted, and not one that only begins like it', async () => {
    const other = notarySigner({ issuers: [root], subject: 'C=US,ST=WA,O=Example-evil,CN=signer' });
    const bytes = await sign({}, other);
    expect(against(judge(bytes))).toEqual([['identity', 'not established', 'identity-other']]);
    expect(judge(bytes, { identities: 'any' }).outcome).toBe('established');
    expect(against(judge(bytes, { identities: [] }))).toEqual([['identity', 'not established', 'signer-untrusted']]);
  });

  test('needs a root for the scheme that it has', async () => {
    const vouched = await signedJws((named) => {
      named[headers.authenticSigningTime] = named[headers.signingTime];
      delete named[headers.signingTime];
      named[headers.scheme] = 'notary.x509.signingAuthority';
      named['crit'] = [headers.scheme, headers.authenticSigningTime];
    });
    expect(against(judge(vouched))).toEqual([['certificate', 'not established', 'certificate-untrusted']]);
    const authorities = { certificates: [], signingAuthorities: [anchor] };
    expect(judge(vouched, authorities).outcome).toBe('established');
    // Its own time counts after the certificates have expired.
    expect(judge(vouched, { ...authorities, now: SIGNED_AT + 5000 }).outcome).toBe('established');
    expect(judge(await sign(), authorities).outcome).toBe('not established');
  });
});

describe('time', () => {
  const LATER = WINDOW[1] + 1;

  test('without a timestamp ends with the certificates', async () => {
    const bytes = await sign();
    expect(judge(bytes, { now: WINDOW[1] }).outcome).toBe('established');
    const result = judge(bytes, { now: LATER });
    expect([result.outcome, against(result)]).toEqual([
      'refuted',
      [['certificate-validity', 'refuted', 'certificate-expired']],
    ]);
  });

  test('of a trusted timestamp counts after the certificates have expired', async () => {
    const result = judge(await stamped(SIGNED_AT + 5), { now: LATER });
    expect(result).toMatchObject({
      outcome: 'established',
      times: [{ by: 'timestamp', name: 'the timestamp authority', time: SIGNED_AT + 5 }],
    });
    const cose = await sign({ format: 'cose', timestamp: async (s) => Promise.resolve(tokenOf(tsa, s, SIGNED_AT)) });
    expect(judge(cose, { format: 'cose', now: LATER }).outcome).toBe('established');
  });

  test.each([
    ['after they have expired', async () => await stamped(LATER), 'certificate-validity', 'certificate-expired'],
    [
      'by nobody who is trusted',
      async () =>
        await sign({
          timestamp: async (s) => Promise.resolve(tokenOf(fakeTimestampAuthority('tsa', WINDOW), s, SIGNED_AT)),
        }),
      'timestamp',
      'timestamp-untrusted',
    ],
    [
      'over something else',
      async () => await sign({ timestamp: async () => Promise.resolve(tokenOf(tsa, Buffer.from('x'), SIGNED_AT)) }),
      'timestamp',
      'timestamp-other',
    ],
    [
      'that is none',
      async () => await sign({ timestamp: async () => Promise.resolve(Buffer.from('x')) }),
      'timestamp',
      'envelope-malformed',
    ],
    ['of the future', async () => await stamped(LATER + 1000), 'timestamp', 'time-in-future'],
  ])('of a timestamp %s does not', async (_, make, check, problem) => {
    const result = judge(await make(), { now: LATER });
    expect(result.outcome).toBe('refuted');
    expect(against(result)).toContainEqual([check, 'refuted', problem]);
  });

  test('of a timestamp that may be off counts with all that it may be off', async () => {
    const off = async (accuracy: number): Promise<Buffer> =>
      await sign({ timestamp: async (s) => Promise.resolve(tokenOf(tsa, s, WINDOW[1] - 5, { accuracy })) });
    expect(judge(await off(5), { now: LATER }).outcome).toBe('established');
    expect(against(judge(await off(6), { now: LATER }))).toEqual([
      ['certificate-validity', 'refuted', 'certificate-expired'],
    ]);
  });

  test('of a strange timestamp is only told as long as none is needed', async () => {
    const bytes = await sign({ timestamp: async () => Promise.resolve(Buffer.from('x')) });
    const result = judge(bytes);
    expect([result.outcome, against(result)]).toEqual([
      'established',
      [['timestamp', 'not applicable', 'envelope-malformed']],
    ]);
    expect(judge(bytes, { verifyTimestamp: 'always' }).outcome).toBe('refuted');
  });

  test('is not established where a timestamp is asked for and was taken away', async () => {
    const result = judge(await sign(), { verifyTimestamp: 'always' });
    expect([result.outcome, against(result)]).toEqual([
      'not established',
      [['timestamp', 'not established', 'time-missing']],
    ]);
  });

  test.each([
    ['before the certificates were valid', WINDOW[0] - 1, 'certificate-not-yet-valid'],
    ['after they had expired', WINDOW[1] + 1, 'certificate-expired'],
  ])('that the signer says must not be %s', async (_, at, problem) => {
    const bytes = await signedJws((named) => void (named[headers.signingTime] = new Date(at * 1000).toISOString()));
    expect(against(judge(bytes, { now: WINDOW[1] + 10 }))).toEqual([['certificate-validity', 'refuted', problem]]);
  });

  test('that the signer says must not lie in the future', async () => {
    expect(against(judge(await sign(), { now: SIGNED_AT - 61 }))).toEqual([
      ['certificate-validity', 'refuted', 'time-in-future'],
    ]);
  });

  test('ends with the expiry that the signer wrote', async () => {
    const bytes = await sign({ expiry: SIGNED_AT + 20 });
    expect(judge(bytes, { now: SIGNED_AT + 19 }).outcome).toBe('established');
    expect(against(judge(bytes, { now: SIGNED_AT + 20 }))).toEqual([['expiry', 'refuted', 'signature-expired']]);
  });
});

describe('revocation', () => {
  test('is open where a certificate names who knows', async () => {
    const more = [extensions.usage(usages.digitalSignature), extension('2.5.29.31', Buffer.from('3000', 'hex'))];
    const result = judge(await sign({}, notarySigner({ issuers: [root], extensions: more })));
    expect([result.outcome, against(result)]).toEqual([
      'not established',
      [['revocation', 'not established', 'revocation-unknown']],
    ]);
    const skipped = judge(await sign({}, notarySigner({ issuers: [root], extensions: more })), {
      override: { revocation: 'skip' },
    });
    expect(skipped.outcome).toBe('established');
  });

  test.each([
    ['certificate', good.certificates[1]?.fingerprint ?? ''],
    ['key', good.signer.publicKey.fingerprint],
    ['artifact', artifact.digest],
    ['identity', 'C=US, ST=WA, O=Example, CN=signer'],
  ] as const)('of its %s refutes it at every level', async (kind, id) => {
    const revocations = [{ kind, id, reason: 'it leaked' }];
    for (const level of ['strict', 'permissive', 'audit'] as const)
      expect(against(judge(await sign(), { level, revocations }))).toEqual([['revocation', 'refuted', 'revoked']]);
  });

  test('does not reach what is proven to be older, by others than the signer', async () => {
    const revocations = [
      { kind: 'key', id: good.signer.publicKey.fingerprint, from: SIGNED_AT + 8, reason: 'x' },
    ] as const;
    expect(judge(await stamped(SIGNED_AT + 5), { revocations }).outcome).toBe('established');
    expect(judge(await stamped(SIGNED_AT + 9), { revocations }).outcome).toBe('refuted');
    expect(judge(await sign(), { revocations }).outcome).toBe('refuted');
  });
});

describe('levels', () => {
  test('tell what they do not ask for, with its problem', async () => {
    const expired = await sign({ expiry: SIGNED_AT + 1 });
    const permissive = judge(expired, { level: 'permissive', now: WINDOW[1] + 1 });
    expect([permissive.outcome, against(permissive)]).toEqual([
      'established',
      [
        ['expiry', 'not applicable', 'signature-expired'],
        ['certificate-validity', 'not applicable', 'certificate-expired'],
      ],
    ]);
    const override = judge(expired, { level: 'permissive', override: { expiry: 'enforce' } });
    expect(override.outcome).toBe('refuted');
  });

  test('of an audit ask for integrity alone', async () => {
    const other = await sign({}, notarySigner({ issuers: [notaryAuthority('other')], subject: 'other' }));
    expect(judge(other, { level: 'audit' }).outcome).toBe('established');
    const tampered = Buffer.from(
      other.toString().replace(/"signature":"(.)/, (_, c) => `"signature":"${c === 'A' ? 'B' : 'A'}`),
    );
    expect(judge(tampered, { level: 'audit' }).outcome).toBe('refuted');
    expect(judge(other, { level: 'audit', subject: { ...artifact, digest: digestOf('x') } }).outcome).toBe('refuted');
  });
});
