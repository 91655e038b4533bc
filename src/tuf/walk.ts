// How a client asks for files without fetching them: it says what it wants next, and is given it.
import { tooLarge } from './faults.ts';
import type { TufState } from './state.ts';

export type Step =
  /** A file, at most `limit` bytes long; answered with its bytes, or `undefined` where there is none. */
  | { readonly kind: 'read'; readonly from: 'metadata' | 'targets'; readonly path: string; readonly limit: number }
  /** What is trusted now is this; answered with nothing. */
  | { readonly kind: 'reached'; readonly state: TufState };

export type Walk<T> = Generator<Step, T, Buffer | undefined>;

/** @throws Fault `trust/too-large` */
export function* read(from: 'metadata' | 'targets', path: string, limit: number): Walk<Buffer | undefined> {
  const bytes = yield { kind: 'read', from, path, limit };
  if (bytes !== undefined && bytes.length > limit) throw tooLarge(path, limit);
  return bytes;
}

/** A role's or file's name as one segment of an address (RFC 3986, 2.3). */
export function segment(name: string): string {
  const code = (c: string): string => `%${c.charCodeAt(0).toString(16).toUpperCase()}`;
  const encoded = encodeURIComponent(name.toWellFormed()).replace(/[!'()*]/g, code);
  // A segment of dots alone would lead elsewhere.
  return /^\.{1,2}$/.test(encoded) ? encoded.replaceAll('.', '%2E') : encoded;
}
