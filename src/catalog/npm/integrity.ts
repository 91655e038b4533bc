// Subresource Integrity as npm's lock files use it (W3C SRI, 3.5): `sha512-BASE64 sha1-BASE64`.
import type { PackageHash } from '../../bom/types.ts';

const ALGORITHMS: ReadonlyMap<string, readonly [PackageHash['algorithm'], number]> = new Map([
  ['sha1', ['SHA-1', 20]],
  ['sha256', ['SHA-256', 32]],
  ['sha384', ['SHA-384', 48]],
  ['sha512', ['SHA-512', 64]],
]);

/** The digests of the package's archive; none for what is no integrity. */
export function integrityHashes(text: string | undefined): readonly PackageHash[] | undefined {
  if (text === undefined || text.length > 1000) return undefined;
  const hashes = text
    .split(' ')
    .map(hashOf)
    .filter((hash) => hash !== undefined);
  return hashes.length === 0 ? undefined : hashes;
}

function hashOf(text: string): PackageHash | undefined {
  const dash = text.indexOf('-');
  const known = ALGORITHMS.get(text.slice(0, dash));
  if (known === undefined) return undefined;
  const [algorithm, size] = known;
  const bytes = Buffer.from(text.slice(dash + 1).replace(/\?.*$/, ''), 'base64');
  return bytes.length === size ? { algorithm, value: bytes.toString('hex') } : undefined;
}
