// `temper key create|list|show`.
import { joinPath, listFolder, nameOf } from '../io/files.ts';
import { defaultKeyPath, keyFolder } from '../keys/default.ts';
import { createKeyPair, loadPublicKey, publicPathOf } from '../keys/file.ts';
import { publicKeyPem } from '../keys/public.ts';
import type { PublicKey } from '../keys/types.ts';
import { messageOf } from '../lib/faults.ts';

export interface KeyInfo {
  /** The file's name without its ending. */
  readonly name: string;
  readonly publicPath: string;
  /** Whether it is the key that `build` uses unless told otherwise. */
  readonly isDefault: boolean;
  readonly fingerprint: string;
  readonly algorithm: PublicKey['algorithm'];
  readonly pem: string;
}

export interface UnreadableKey {
  readonly name: string;
  readonly publicPath: string;
  readonly problem: string;
}

/** A path as it stands, a bare name in the user's key folder (`release` → `…/keys/release.key`), nothing for the default key. */
export function keyPath(text: string | undefined): string {
  if (text === undefined) return defaultKeyPath();
  return text.includes('/') || /\.(?:key|pub|pem)$/.test(text) ? text : joinPath(keyFolder(), `${text}.key`);
}

/** Makes a key pair. @throws Fault `key/exists`, `file/…` */
export async function createKey(
  text: string | undefined,
  password: string,
): Promise<KeyInfo & { readonly path: string }> {
  const path = keyPath(text);
  const key = await createKeyPair(path, password);
  return { ...infoOf(publicPathOf(path), key), path };
}

/** The keys in the user's key folder, sorted by name: by their public files, so that no password is needed. */
export async function listKeys(): Promise<(KeyInfo | UnreadableKey)[]> {
  const names = (await listFolder(keyFolder())).map(({ name }) => name).filter((name) => /^[^.].*\.pub$/.test(name));
  return await Promise.all(
    names.map(async (name) => {
      const publicPath = joinPath(keyFolder(), Buffer.from(name, 'latin1').toString('utf8'));
      try {
        return infoOf(publicPath, await loadPublicKey(publicPath));
      } catch (fault) {
        return { name: shortName(publicPath), publicPath, problem: messageOf(fault) };
      }
    }),
  );
}

/** One key by path or name; a private key's path stands for the public key beside it. @throws Fault `file/…`, `key/…` */
export async function showKey(text: string | undefined): Promise<KeyInfo> {
  const path = keyPath(text);
  const publicPath = path.endsWith('.key') ? publicPathOf(path) : path;
  return infoOf(publicPath, await loadPublicKey(publicPath));
}

function infoOf(publicPath: string, key: PublicKey): KeyInfo {
  return {
    name: shortName(publicPath),
    publicPath,
    isDefault: publicPath === publicPathOf(defaultKeyPath()),
    fingerprint: key.fingerprint,
    algorithm: key.algorithm,
    pem: publicKeyPem(key),
  };
}

function shortName(publicPath: string): string {
  return nameOf(publicPath).replace(/\.pub$/, '');
}
