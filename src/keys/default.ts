// The key that `build` makes on its first use, in the user's configuration folder.
import { fileSize, joinPath } from '../io/files.ts';
import { createFile } from '../io/pending-file.ts';
import { userFolders } from '../io/user-folders.ts';
import { Fault } from '../lib/faults.ts';
import type { ScryptParameters } from './cosign-pem.ts';
import { createKeyPair, loadPublicKey, loadSigner, publicPathOf } from './file.ts';
import { publicKeyPem } from './public.ts';
import type { Signer } from './types.ts';

/** Where the user's keys stand. */
export function keyFolder(): string {
  return joinPath(userFolders.config(), 'keys');
}

export function defaultKeyPath(): string {
  return joinPath(keyFolder(), 'default.key');
}

export interface DefaultKey {
  readonly signer: Signer;
  readonly path: string;
  readonly publicPath: string;
  /** Made by this call. */
  readonly created: boolean;
}

/**
 * The user's default key, made when it is not there; only commands that may make keys call this. Callers at the
 * same time get the same key.
 * @param params of a key that is made, as of {@link createKeyPair}
 * @throws Fault `key/wrong-password`, `key/mismatch` when the `.pub` beside it belongs to another key, `file/…`
 */
export async function loadOrCreateDefaultKey(password: string, params?: ScryptParameters): Promise<DefaultKey> {
  const path = defaultKeyPath();
  const created = await createUnlessThere(path, password, params);
  const signer = await loadSigner(path, password);
  const publicPath = publicPathOf(path);
  await createFile(publicPath, publicKeyPem(signer.publicKey));
  const beside = await loadPublicKey(publicPath);
  if (beside.fingerprint !== signer.publicKey.fingerprint) {
    throw new Fault(
      'key/mismatch',
      `${publicPath} is not the public key of ${path}.`,
      `Remove ${publicPath}; it will be written again.`,
    );
  }
  return { signer, path, publicPath, created };
}

async function createUnlessThere(path: string, password: string, params?: ScryptParameters): Promise<boolean> {
  if ((await fileSize(path)) !== undefined) return false;
  try {
    await createKeyPair(path, password, params);
    return true;
  } catch (fault) {
    if (fault instanceof Fault && fault.code === 'key/exists' && (await fileSize(path)) !== undefined) return false;
    throw fault;
  }
}
