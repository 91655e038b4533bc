// Keys of those who hold a TUF repository.
import { type KeyOptions, openPublicKey, openSigner } from '../../keys/open.ts';
import { Fault } from '../../lib/faults.ts';
import { idAmong } from '../../trust/draft.ts';
import type { Published } from '../../trust/repository.ts';
import { tufKey, tufSigner, type TufSigner } from '../../trust/signer.ts';
import type { TufKey } from '../../tuf/key.ts';

/** Keys of a repository by their files, references or the first digits of their ids. @throws Fault `trust/keys`, `key/…` */
export async function keysOfRepository(
  texts: readonly string[],
  { published }: { readonly published: Published | undefined },
  options: KeyOptions,
): Promise<TufKey[]> {
  const known = [...(published?.root.body.keys.values() ?? [])];
  return await Promise.all(
    texts.map(async (text) => {
      const named = /^[0-9a-f]{8,}$/.test(text) ? known.filter(({ id }) => id.startsWith(text)) : [];
      const [key] = named.length === 1 ? named : await publicKeys([text], options);
      const id = key && idAmong(known, key);
      const found = known.find((one) => one.id === id);
      if (found !== undefined) return found;
      throw new Fault(
        'trust/keys',
        `${text} is no key of this repository.`,
        '`temper trust show DIR` lists their ids.',
      );
    }),
  );
}

/** @throws Fault `key/…`, `file/…` */
export async function publicKeys(texts: readonly string[], options: KeyOptions): Promise<TufKey[]> {
  return await Promise.all(texts.map(async (text) => tufKey(await openPublicKey(text, options))));
}

/** Opens signers, and lets go of them afterwards. @throws Fault `key/…`, `file/…` */
export async function withSigners<T>(
  keys: readonly string[],
  options: KeyOptions,
  work: (signers: readonly TufSigner[]) => Promise<T>,
): Promise<T> {
  const opened = [];
  try {
    for (const key of keys) opened.push(await openSigner(key, options));
    return await work(opened.map(tufSigner));
  } finally {
    for (const signer of opened) await signer.close?.();
  }
}

export function noKey(): Fault {
  return new Fault('trust/keys', 'No key was given.', 'Name at least one private key with --key.');
}
