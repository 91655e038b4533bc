// Trusted roots of Sigstore: a file, else the one of the public instance that comes with this program.
import { readFile } from '../io/files.ts';
import { parseTrustedRoot, TRUSTED_ROOT_LIMIT } from '../sigstore/trusted-root.ts';
import { type PreparedRoot, prepareRoot } from '../verify/sigstore/trust.ts';

/** Of sigstore.dev; data/sigstore/README.md says where it comes from. */
const EMBEDDED = new URL('../../data/sigstore/trusted_root.json', import.meta.url).pathname;

/**
 * Reads a trusted root with its certificates.
 * @param path unless given, that of Sigstore's public instance
 * @throws Fault `file/…`, `sigstore/root`, `json/malformed`, `x509/malformed`
 */
export async function loadTrustedRoot(path: string | undefined): Promise<PreparedRoot> {
  const bytes = await readFile(path ?? EMBEDDED, TRUSTED_ROOT_LIMIT);
  return prepareRoot(parseTrustedRoot(bytes, path ?? "Sigstore's trusted root"));
}
