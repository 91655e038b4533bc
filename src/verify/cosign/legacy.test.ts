import { describe, expect, test } from 'vitest';
import { fakeKey } from '../../../test/fakes/authority.ts';
import { certificateFor, fakeWorld, publicKeyOf, SIGNED } from '../../../test/fakes/bundles.ts';
import { hashedRekord } from '../../../test/fakes/log.ts';
import { legacyAttestation, legacySignature, PREDICATE_TYPE, REPOSITORY } from '../../../test/fakes/legacy.ts';
import { simpleSigningBytes } from '../../cosign/payload.ts';
import type { LegacySignature } from '../../cosign/types.ts';
import { statementAbout, statementBytes } from '../../intoto/statement.ts';
import { digestOf } from '../../lib/digest.ts';
import { emptyState } from '../sigstore/state.ts';
import type { BundleTrust } from '../sigstore/trust.ts';
import { judgeLegacy, type LegacyQuestion, verifyLegacy } from './legacy.ts';

const world = fakeWorld();
const digest = digestOf('image');
const other = digestOf('another image');
const NOW = SIGNED + 3600;
const certificate = certificateFor(world.authority, world.key.spki);

const ask = (signature: LegacySignature, more: Partial<LegacyQuestion> = {}, trust: BundleTrust = world.trust) =>
  judgeLegacy({ signature, subject: digest, repository: REPOSITORY, ...more }, trust, NOW);
const named = (result: ReturnType<typeof ask>) => ({
  outcome: result.outcome,
  problems: result.checks.flatMap(({ problem }) => problem ?? []),
});
const yes = { outcome: 'established', problems: [] };
const payloadOf = (reference: string) => simpleSigningBytes({ reference, digest, optional: {} });

describe('a legacy signature', () => {
  test('by a trusted key, promised by the log, is established', () => {
    const result = ask(legacySignature(world, { digest, key: world.key }));
    expect(named(result)).toEqual(yes);
    expect(result.signer).toEqual({ kind: 'key', key: world.key.publicKey });
    expect(result.said).toMatchObject({ kind: 'signature', digest, reference: REPOSITORY });
    expect(result.times).toMatchObject([{ by: 'log', time: SIGNED }]);
  });

  test('by a certificate is established with the time of the log, or of a timestamp', () => {
    const logged = ask(legacySignature(world, { digest, key: world.key, certificate }));
    expect(named(logged)).toEqual(yes);
    expect(logged.signer?.kind).toBe('certificate');
    const stamped = { ...legacySignature(world, { digest, key: world.key, certificate, stamped: SIGNED }) };
    const noLogs = { ...world.trust, thresholds: { ...world.trust.thresholds, logs: 0 } };
    expect(named(ask({ ...stamped, logEntry: undefined }, {}, noLogs))).toEqual(yes);
  });

  test('about another manifest is refuted', () => {
    const signature = legacySignature(world, { digest: other, key: world.key });
    expect(named(ask(signature))).toEqual({ outcome: 'refuted', problems: ['subject-other'] });
  });

  test('with a payload of another type is refuted', () => {
    const payload = Buffer.from(payloadOf(REPOSITORY).toString().replace('cosign container', 'atomic container'));
    const result = ask(legacySignature(world, { digest, key: world.key, payload }));
    expect(named(result)).toEqual({ outcome: 'refuted', problems: ['payload-malformed'] });
    expect(result.said).toBeUndefined();
  });

  test('over other bytes than its payload is not established', () => {
    const signature = legacySignature(world, { digest, key: world.key, message: payloadOf('registry.example/other') });
    expect(named(ask(signature))).toEqual({ outcome: 'not established', problems: ['signer-untrusted'] });
  });

  test('of another repository says so, and is refuted where that is asked for', () => {
    const payload = payloadOf('registry.example/acme/app-evil');
    const signature = legacySignature(world, { digest, key: world.key, payload });
    expect(named(ask(signature))).toEqual({ outcome: 'established', problems: ['reference-other'] });
    const strict = { foreignReference: 'refuted' } as const;
    expect(named(ask(signature, strict))).toEqual({ outcome: 'refuted', problems: ['reference-other'] });
    expect(named(ask(signature, { ...strict, knownAs: ['registry.example/acme/app-evil'] }))).toEqual(yes);
    expect(named(ask(signature, { ...strict, knownAs: ['registry.example/acme'] })).outcome).toBe('refuted');
  });

  test.each([
    'registry.example/acme/app:1.2',
    `registry.example/acme/app@${digest}`,
    `registry.example/acme/app:1@${digest}`,
  ])('that names %s is of this repository', (reference) => {
    const signature = legacySignature(world, { digest, key: world.key, payload: payloadOf(reference) });
    expect(named(ask(signature, { foreignReference: 'refuted' }))).toEqual(yes);
  });

  test("of Docker's registry has either of its names", () => {
    const payload = payloadOf('index.docker.io/library/node');
    const signature = legacySignature(world, { digest, key: world.key, payload });
    const question = { repository: 'docker.io/library/node', foreignReference: 'refuted' } as const;
    expect(named(ask(signature, question))).toEqual(yes);
  });

  test('in a folder is of no repository that could be another', () => {
    const question = { repository: undefined, foreignReference: 'refuted' } as const;
    expect(named(ask(legacySignature(world, { digest, key: world.key }), question))).toEqual(yes);
  });

  test('by a stranger proves nothing', () => {
    const result = ask(legacySignature(world, { digest, key: fakeKey() }));
    expect(named(result)).toEqual({ outcome: 'not established', problems: ['signer-untrusted'] });
    const nobody = { ...world.trust, keys: [] };
    const asked = ask(legacySignature(world, { digest, key: world.key }), {}, nobody);
    expect(named(asked)).toEqual({ outcome: 'not established', problems: ['signer-untrusted'] });
  });

  test("over other bytes than its payload by a certificate's key is refuted", () => {
    const message = payloadOf('registry.example/other');
    const signature = legacySignature(world, { digest, key: world.key, certificate, message });
    expect(named(ask(signature))).toEqual({ outcome: 'refuted', problems: ['signature-invalid'] });
  });

  test('by a key that had retired when the log saw it is refuted', () => {
    const keys = [{ key: publicKeyOf(world.key), validFor: { end: SIGNED - 1 } }];
    const result = ask(legacySignature(world, { digest, key: world.key }), {}, { ...world.trust, keys });
    expect(named(result)).toEqual({ outcome: 'refuted', problems: ['key-retired'] });
  });

  test('with a certificate that had expired when the log saw it is refuted', () => {
    const signature = legacySignature(world, { digest, key: world.key, certificate, promised: SIGNED + 1200 });
    expect(named(ask(signature))).toEqual({ outcome: 'refuted', problems: ['certificate-expired'] });
  });

  test('whose log entry is about other bytes is refuted', () => {
    const body = hashedRekord(Buffer.from('other'), Buffer.from('other'), { key: world.key.spki });
    const result = ask(legacySignature(world, { digest, key: world.key, body }));
    expect(named(result).problems).toContain('log-entry-other');
    expect(result.outcome).toBe('refuted');
  });

  test('whose promise is by nobody who is trusted is refuted', () => {
    const elsewhere = fakeWorld();
    const forged = legacySignature(elsewhere, { digest, key: world.key });
    const stranger = { ...forged.logEntry, logId: { keyId: world.log.id.toString('base64') } };
    const result = ask({ ...forged, logEntry: stranger });
    expect(named(result).problems).toContain('log-promise-invalid');
    expect(named(ask(forged)).problems).toContain('log-untrusted');
  });

  test('without a log entry is not established where the trust asks for a log', () => {
    const signature = { ...legacySignature(world, { digest, key: world.key }), logEntry: undefined };
    const result = named(ask(signature));
    expect(result).toEqual({ outcome: 'not established', problems: ['time-missing', 'too-few'] });
  });

  test('is judged whatever version of bundles is asked for', () => {
    const trust = { ...world.trust, minimumVersion: '0.3' } as const;
    expect(named(ask(legacySignature(world, { digest, key: world.key }), {}, trust))).toEqual(yes);
  });

  test('is remembered: a clock that went back is refused', () => {
    const question = {
      signature: legacySignature(world, { digest, key: world.key }),
      subject: digest,
      repository: REPOSITORY,
    };
    const { result, state } = verifyLegacy(question, world.trust, emptyState, NOW);
    expect(result.outcome).toBe('established');
    expect(state.clock).toBe(NOW);
    const again = verifyLegacy(question, world.trust, state, NOW - 600);
    expect(named(again.result)).toEqual({ outcome: 'refuted', problems: ['clock-went-back'] });
    expect(again.result.said).toBeDefined();
  });
});

describe('a legacy attestation', () => {
  test('by a trusted key gives its statement', () => {
    const result = ask(legacyAttestation(world, { digest, key: world.key }));
    expect(named(result)).toEqual(yes);
    expect(result.said).toMatchObject({ kind: 'attestation', statement: { predicateType: PREDICATE_TYPE } });
  });

  test('by a certificate is established', () => {
    expect(named(ask(legacyAttestation(world, { digest, key: world.key, certificate })))).toEqual(yes);
  });

  test('about another manifest is refuted', () => {
    const result = ask(legacyAttestation(world, { digest: other, key: world.key }));
    expect(named(result)).toEqual({ outcome: 'refuted', problems: ['subject-other'] });
    expect(result.said).toBeUndefined();
  });

  test('of another type than its annotation says is refuted', () => {
    const signature = { ...legacyAttestation(world, { digest, key: world.key }), predicateType: 'https://x.example/q' };
    expect(named(ask(signature as LegacySignature)).problems).toEqual(['statement-malformed']);
  });

  test('whose payload was changed is not established', () => {
    const message = statementBytes(statementAbout({ digest }, PREDICATE_TYPE, { a: 2 }));
    const result = ask(legacyAttestation(world, { digest, key: world.key, message }));
    expect(named(result)).toEqual({ outcome: 'not established', problems: ['signer-untrusted'] });
  });

  test.each([
    ['no JSON', 'x', 'envelope-malformed'],
    ['no envelope', '{}', 'envelope-malformed'],
    [
      'several signatures',
      JSON.stringify({ payload: 'e30=', payloadType: 't', signatures: [{ sig: 'cw==' }, { sig: 'cw==' }] }),
      'envelope-malformed',
    ],
    [
      'no statement',
      JSON.stringify({ payload: 'e30=', payloadType: 'application/vnd.in-toto+json', signatures: [{ sig: 'cw==' }] }),
      'statement-malformed',
    ],
    [
      'another payload type',
      JSON.stringify({ payload: 'e30=', payloadType: 'text/plain', signatures: [{ sig: 'cw==' }] }),
      'statement-malformed',
    ],
  ])('that is %s is refuted', (_, text, problem) => {
    const signature = { ...legacyAttestation(world, { digest, key: world.key }), payload: Buffer.from(text) };
    const result = ask(signature);
    expect(named(result).problems).toContain(problem);
    expect(result.outcome).toBe('refuted');
  });
});
