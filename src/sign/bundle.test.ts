import { generateKeyPairSync, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { verifyEnvelope } from '../dsse/verify.ts';
import { signerOf } from '../keys/private.ts';
import { digestOf } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { parseBundle } from '../sigstore/bundle.ts';
import { parseTimestampBytes } from '../sigstore/log-entry.ts';
import { signBundle } from './bundle.ts';
import { imageSignature } from './statement.ts';
import type { SignedContent } from './witness.ts';

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signer = signerOf(pair.privateKey, 'k');
const message = Buffer.from('what is signed');

test('a statement: witnesses see the signed envelope, in their turn, and the bundle carries what they say', async () => {
  const seen: SignedContent[] = [];
  const bytes = await signBundle(
    { kind: 'statement', statement: imageSignature(digestOf(message)) },
    { signer, certificate: undefined },
    [
      {
        name: 'authority',
        witness: async (signed) => {
          seen.push(signed);
          return { kind: 'timestamp', response: Buffer.from('when') };
        },
      },
      {
        name: 'log',
        witness: async (signed) => {
          seen.push(signed);
          return { kind: 'log-entry', entry: { logIndex: '7' } };
        },
      },
    ],
  );
  const bundle = parseBundle(bytes);
  if (bundle.content.kind !== 'envelope') throw new Error('no envelope');
  expect(verifyEnvelope(bundle.content.envelope, [signer.publicKey])).toMatchObject({ valid: true });
  expect(bundle.logEntries).toEqual([{ logIndex: '7' }]);
  expect(bundle.timestamps.map((stamp) => parseTimestampBytes(stamp).toString())).toEqual(['when']);
  expect(seen.map(({ signature }) => Buffer.from(signature))).toEqual(
    Array.from({ length: 2 }, () => bundle.content.kind === 'envelope' && bundle.content.envelope.signatures[0]?.sig),
  );
});

test('the bytes of a file: the signature is over them, and their digest stands beside it', async () => {
  const bundle = parseBundle(await signBundle({ kind: 'message', message }, { signer, certificate: undefined }, []));
  if (bundle.content.kind !== 'message') throw new Error('no message');
  expect(bundle.content.digest?.digest.toString('hex')).toBe(digestOf(message).slice('sha256:'.length));
  expect(verify('sha256', message, pair.publicKey, bundle.content.signature)).toBe(true);
  expect(bundle.witnesses).toBe(0);
});

test.each([
  ['P-384', 'SHA2_384', 48],
  ['P-521', 'SHA2_512', 64],
] as const)(
  "a key on %s: the digest is by the curve's own hash, as logs have it",
  async (namedCurve, algorithm, size) => {
    const own = signerOf(generateKeyPairSync('ec', { namedCurve }).privateKey, 'k');
    const { content } = parseBundle(
      await signBundle({ kind: 'message', message }, { signer: own, certificate: undefined }, []),
    );
    if (content.kind !== 'message') throw new Error('no message');
    expect(content.digest?.algorithm).toBe(algorithm);
    expect(content.digest?.digest).toHaveLength(size);
  },
);

test('without a witness that was asked for there is no bundle', async () => {
  const silent = {
    name: 'silent',
    witness: async () => {
      throw new Fault('witness/unreachable', 'The log does not answer.', 'Try again later.');
    },
  };
  await expect(signBundle({ kind: 'message', message }, { signer, certificate: undefined }, [silent])).rejects.toThrow(
    'The log does not answer.',
  );
});
