// A key with its certificates, as Notary Project signatures need both.
import { readFile } from '../../io/files.ts';
import { loadSigner } from '../../keys/file.ts';
import { limits } from '../../lib/limits.ts';
import type { CertifiedSigner } from '../../sign/notary.ts';
import { certificatesFromPem } from '../../x509/pem.ts';
import { keyPath } from './keys.ts';

export interface CertifiedKey {
  /** A path, or a name in the user's key folder. */
  readonly key: string;
  /** A PEM file: the signer's certificate, those above it in their order, the root last; beside the key unless given. */
  readonly certificates?: string | undefined;
  readonly password: string;
}

/**
 * Loads both; whether they fit each other, who signs checks.
 * @throws Fault `file/…`, `key/…`, `x509/malformed`
 */
export async function loadCertifiedSigner({ key, certificates, password }: CertifiedKey): Promise<CertifiedSigner> {
  const path = keyPath(key);
  const chain = certificates ?? certificatesPathOf(path);
  const pem = (await readFile(chain, limits.key)).toString('latin1');
  return { signer: await loadSigner(path, password), certificates: certificatesFromPem(pem, chain) };
}

/** Where the certificates of a private key file stand: `a.key` → `a.crt`, `a` → `a.crt`. */
export function certificatesPathOf(path: string): string {
  return `${path.replace(/\.(?:key|pem)$/, '')}.crt`;
}
