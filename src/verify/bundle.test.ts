import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { signEnvelope } from '../dsse/envelope.ts';
import { predicateTypes } from '../intoto/predicates.ts';
import { statementAbout, statementBytes } from '../intoto/statement.ts';
import { signerOf } from '../keys/private.ts';
import { type Digest, digestOf } from '../lib/digest.ts';
import { bundleBytes, keyHint } from '../sigstore/bundle.ts';
import { imageSignature, signStatement } from '../sign/statement.ts';
import {
  artifactDigest,
  bundleOf,
  certificateFor,
  fakeWorld,
  ISSUER,
  MAIL,
  SIGNED,
  signedParts,
} from '../../test/fakes/bundles.ts';
import { fakeIssuer, fakeKey } from '../../test/fakes/authority.ts';
import { checkBundle, type CollectedBundle } from './bundle.ts';
import type { JudgeBundle } from './signers.ts';
import { judge } from './sigstore/verify.ts';

const signer = (): ReturnType<typeof signerOf> =>
  signerOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'k');
const ours = signer();
const theirs = signer();
const image = digestOf('image');
const other = digestOf('other image');

function collected(bytes: Uint8Array, annotatedType: string | undefined = predicateTypes.signature): CollectedBundle {
  return { manifest: digestOf('referrer'), blob: digestOf(bytes), bytes, annotatedType };
}

const signatureOf = async (digest: Digest, by = ours): Promise<CollectedBundle> =>
  collected(await signStatement(imageSignature(digest), by));

function outcomes(bundle: CollectedBundle, keys = [ours.publicKey]): string[] {
  return checkBundle(image, bundle, keys).checks.map(({ check, outcome }) => `${check}: ${outcome}`);
}

describe('a bundle by a trusted key', () => {
  test('about this manifest proves its statement; its time is not established', async () => {
    const bundle = await signatureOf(image);
    const verdict = checkBundle(image, bundle, [theirs.publicKey, ours.publicKey]);
    expect(verdict.checks.map(({ check, outcome, reason }) => `${check}: ${outcome}: ${reason}`)).toEqual([
      `signature: established: ${predicateTypes.signature}: signed by ${ours.publicKey.fingerprint}`,
      `subject: established: ${predicateTypes.signature}: about this manifest and no other`,
      `predicate-type: established: ${predicateTypes.signature}: as its annotation says`,
      `time: not established: ${predicateTypes.signature}: no log entry and no timestamp`,
    ]);
    expect(verdict.attestation).toMatchObject({ predicateType: predicateTypes.signature, signer: ours.publicKey });
    expect(verdict.checks[0]).toMatchObject({ subject: image, evidence: [bundle.manifest, bundle.blob] });
  });

  test('about another manifest is refuted by its subject', async () => {
    const verdict = checkBundle(image, await signatureOf(other), [ours.publicKey]);
    expect(verdict.attestation).toBeUndefined();
    expect(verdict.checks[1]).toMatchObject({
      check: 'subject',
      outcome: 'refuted',
      reason: `${predicateTypes.signature}: about ${other}`,
    });
  });

  test('about this manifest and another one, too, is refuted', async () => {
    const statement = statementAbout({ digest: image }, predicateTypes.signature, {});
    statement.subject.push(...statementAbout({ digest: other }, '', {}).subject);
    expect(outcomes(collected(await signStatement(statement, ours)))).toContain('subject: refuted');
  });

  test('about a subject without SHA-256 is refuted', async () => {
    const statement = { ...statementAbout({ digest: image }, 't:t', {}), subject: [{ digest: { gitCommit: 'ab' } }] };
    expect(outcomes(collected(await signStatement(statement, ours), 't:t'))).toContain('subject: refuted');
  });

  test('of another type than its annotation says is refuted', async () => {
    const { bytes } = await signatureOf(image);
    const verdict = checkBundle(image, collected(bytes, predicateTypes.spdx), [ours.publicKey]);
    expect(verdict.attestation).toBeUndefined();
    expect(verdict.checks).toContainEqual(expect.objectContaining({ check: 'predicate-type', outcome: 'refuted' }));
    expect(outcomes({ ...collected(bytes), annotatedType: undefined })).toContain('predicate-type: not applicable');
  });

  test.each([
    ['of another payload type', 'text/plain', statementBytes(imageSignature(image))],
    ['around no statement', 'application/vnd.in-toto+json', Buffer.from('{}')],
    ['around no JSON', 'application/vnd.in-toto+json', Buffer.from('{')],
  ])('%s is refuted', async (_, type, payload) => {
    const envelope = await signEnvelope(type, payload, async (message) => ours.sign(message));
    expect(outcomes(collected(bundleBytes(envelope, ours.publicKey.spki)))).toEqual(['statement: refuted']);
  });
});

describe('a bundle that is not by a trusted key', () => {
  test('is refuted when any byte of its statement or signature changed', async () => {
    const { bytes } = await signatureOf(image);
    const text = Buffer.from(bytes).toString();
    const bundle = JSON.parse(text) as { dsseEnvelope: { payload: string; signatures: { sig: string }[] } };
    const flip = (base64: string): string => {
      const raw = Buffer.from(base64, 'base64');
      const at = raw.length - 2;
      raw.writeUInt8(raw.readUInt8(at) ^ 1, at);
      return raw.toString('base64');
    };
    const { payload, signatures } = bundle.dsseEnvelope;
    for (const part of [payload, signatures[0]?.sig ?? '']) {
      expect(outcomes(collected(Buffer.from(text.replace(part, flip(part)))))).toEqual(['signature: refuted']);
    }
  });

  test('is refused when its signer is unknown, even if its own hint leads to a key', async () => {
    const verdict = checkBundle(image, await signatureOf(image, theirs), [ours.publicKey]);
    expect(verdict.attestation).toBeUndefined();
    expect(verdict.checks).toEqual([
      expect.objectContaining({
        check: 'signature',
        outcome: 'not applicable',
        reason: `signed by ${theirs.publicKey.fingerprint}, which is not trusted: it proves nothing here`,
      }),
    ]);
  });

  test('that once was trusted is told from a stranger, and proves as little', async () => {
    const retired = [{ key: theirs.publicKey, until: Date.UTC(2026, 0, 1) / 1000 }];
    const verdict = checkBundle(image, await signatureOf(image, theirs), [ours.publicKey], undefined, retired);
    expect(verdict.attestation).toBeUndefined();
    expect(verdict.checks).toMatchObject([
      {
        check: 'signature',
        outcome: 'not applicable',
        reason: `signed by ${theirs.publicKey.fingerprint}, which does not count since 2026-01-01T00:00:00Z: it proves nothing here`,
      },
    ]);
  });

  test('is refuted when it claims a trusted key, or no key in particular', async () => {
    const text = Buffer.from((await signatureOf(image, theirs)).bytes).toString();
    const claiming = text.replace(keyHint(theirs.publicKey.spki), keyHint(ours.publicKey.spki));
    expect(outcomes(collected(Buffer.from(claiming)))).toEqual(['signature: refuted']);
    const silent = text.replace(`{"hint":"${keyHint(theirs.publicKey.spki)}"}`, '{}');
    expect(silent).not.toBe(text);
    expect(outcomes(collected(Buffer.from(silent)))).toEqual(['signature: refuted']);
  });

  test('is refuted when it is about another manifest, whoever signed it', async () => {
    expect(outcomes(await signatureOf(other, theirs))).toEqual(['subject: refuted']);
  });

  test('is refuted when nobody can read it, and proves nothing when it signs a message', async () => {
    expect(outcomes(collected(Buffer.from('{}')))).toEqual(['bundle: refuted']);
    const message = {
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: { publicKey: { hint: keyHint(ours.publicKey.spki) } },
      messageSignature: { signature: Buffer.from(await ours.sign(Buffer.from('image'))).toString('base64') },
    };
    expect(outcomes(collected(Buffer.from(JSON.stringify(message))))).toEqual(['signature: not applicable']);
  });
});

describe('a bundle with a certificate', () => {
  const world = fakeWorld();
  const judgeBundle: JudgeBundle = (bytes, subject) => judge({ bytes, subject }, world.trust, SIGNED + 60);
  const type = 'https://x.example/p';

  function signed({ authority = world.authority, about = artifactDigest, logged = true } = {}): CollectedBundle {
    const key = fakeKey();
    const parts = signedParts(key, { certificate: certificateFor(authority, key.spki), about });
    const entries = logged ? [world.log.entry(world.log.add(parts.body))] : [];
    return collected(bundleOf(parts, entries, [world.tsa.stamp(parts.signature, SIGNED)]), type);
  }
  const check = (bundle: CollectedBundle, judging: JudgeBundle | undefined = judgeBundle): string[] =>
    checkBundle(artifactDigest, bundle, [ours.publicKey], judging).checks.map(({ check: id, outcome, problem = '' }) =>
      `${id}: ${outcome} ${problem}`.trim(),
    );

  test('of a trusted identity proves its statement and its time', () => {
    const verdict = checkBundle(artifactDigest, signed(), [ours.publicKey], judgeBundle);
    expect(verdict.attestation).toMatchObject({ predicateType: type, signer: { fingerprint: `${MAIL} (${ISSUER})` } });
    expect(verdict.judged?.checkpoints).toMatchObject([{ origin: 'log.acme.example' }]);
    expect(check(signed())).toEqual([
      'signature: established',
      'subject: established',
      'predicate-type: established',
      'timestamp: established',
      'log-entry: established',
      'log: established',
      'identity: established',
      'certificate: established',
      'certificate-log: not applicable',
      'time: established',
    ]);
  });

  test('proves nothing where nobody judges it, or by an authority that nobody trusts', () => {
    expect(checkBundle(artifactDigest, signed(), [ours.publicKey]).checks).toMatchObject([
      { check: 'signature', outcome: 'not applicable' },
    ]);
    expect(check(signed({ authority: fakeIssuer('acme root', [0, SIGNED * 2]) }))).toEqual([
      'signature: not applicable certificate-untrusted',
    ]);
  });

  test('of a trusted identity without its log entry, or about something else, stands against the image', () => {
    expect(check(signed({ logged: false }))).toEqual(['witnesses: not established too-few']);
    expect(check(signed({ about: other }))).toEqual(['subject: refuted subject-other']);
  });
});
