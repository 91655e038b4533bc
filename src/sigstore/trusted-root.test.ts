import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseTrustedRoot } from './trusted-root.ts';

const EMBEDDED = readFileSync(new URL('../../data/sigstore/trusted_root.json', import.meta.url));

interface Loose {
  mediaType: string;
  tlogs: { publicKey: { rawBytes: string; keyDetails: string; validFor: { start?: string; end?: string } } }[];
  timestampAuthorities: { certChain: { certificates: unknown[] } }[];
  [more: string]: unknown;
}

function altered(change: (root: Loose) => void): Buffer {
  const root = JSON.parse(EMBEDDED.toString()) as Loose;
  change(root);
  return Buffer.from(JSON.stringify(root));
}

test("reads Sigstore's own", () => {
  const root = parseTrustedRoot(EMBEDDED, 'r');
  expect(root.logs.map(({ url }) => url)).toEqual([
    'https://rekor.sigstore.dev',
    'https://log2025-1.rekor.sigstore.dev',
  ]);
  expect(root.certificateAuthorities.map(({ chain, validFor }) => [chain.length, validFor.end])).toEqual([
    [1, 1_672_531_199.999],
    [2, undefined],
  ]);
  expect(root.certificateLogs.length).toBe(2);
  expect(root.timestampAuthorities[0]?.name).toBe('https://timestamp.sigstore.dev/api/v1/timestamp');
});

test('reads keys in the form of PKCS #1, too', () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const rawBytes = publicKey.export({ type: 'pkcs1', format: 'der' }).toString('base64');
  const bytes = altered(({ tlogs }) =>
    Object.assign(tlogs[0]?.publicKey ?? {}, { rawBytes, keyDetails: 'PKCS1_RSA_PKCS1V5' }),
  );
  expect(parseTrustedRoot(bytes, 'r').logs[0]?.spki).toEqual(publicKey.export({ type: 'spki', format: 'der' }));
});

test.each<[string, (root: Loose) => void, string]>([
  [
    'a log key without a start',
    ({ tlogs }) => delete tlogs[0]?.publicKey.validFor.start,
    'tlogs.0.publicKey.validFor.start',
  ],
  [
    'an end that is no time',
    ({ tlogs }) => Object.assign(tlogs[0]?.publicKey.validFor ?? {}, { end: 'soon' }),
    'validFor.end',
  ],
  [
    'a key that is none',
    ({ tlogs }) => Object.assign(tlogs[0]?.publicKey ?? {}, { rawBytes: 'AAAA' }),
    'no readable key',
  ],
  [
    'an authority without certificates',
    ({ timestampAuthorities: [tsa] }) => Object.assign(tsa?.certChain ?? {}, { certificates: [] }),
    'certChain.certificates',
  ],
  ['another media type', (root) => (root.mediaType = 'application/json'), 'mediaType'],
])('refuses one with %s', (_, change, reason) => {
  expect(() => parseTrustedRoot(altered(change), 'root.json')).toThrow(
    expect.objectContaining({ code: 'sigstore/root', message: expect.stringContaining(reason) as string }),
  );
});
