// A public key at an address: it is as trustworthy as who answers there.
import { Http } from '../io/http.ts';
import { Fault } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';
import { publicKeyFromPem } from './public.ts';
import type { PublicKey } from './types.ts';

/** Whether a reference to a key is an address. */
export function isKeyUrl(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/**
 * Fetches a key: by https, from this machine also by http.
 * @throws Fault `key/fetch` for another answer than a document, `key/…`, `network/…`
 */
export async function fetchPublicKey(
  url: string,
  options: { readonly offline?: boolean | undefined; readonly signal?: AbortSignal | undefined },
): Promise<PublicKey> {
  const response = await new Http(options).send(url);
  if (response.status === 200) return publicKeyFromPem((await response.bytes(limits.key)).toString('utf8'), url);
  await response.discard();
  throw new Fault('key/fetch', `${url} was answered with ${response.status} instead of a key.`, 'Check the address.');
}
