// Which kind of key a reference names, by its scheme.
import { formatPkcs11Uri, isPkcs11Uri, parsePkcs11Uri } from './pkcs11/uri.ts';

export type KeyReference =
  | { readonly kind: 'file' }
  | { readonly kind: 'pkcs11' }
  /** A key management service, by cosign's schemes; `name` is what follows `SCHEME://`. */
  | { readonly kind: 'kms'; readonly scheme: string; readonly name: string };

/** Everything that is no `pkcs11:` URI and has no scheme with two slashes is a file's path. */
export function referenceOf(text: string): KeyReference {
  if (isPkcs11Uri(text)) return { kind: 'pkcs11' };
  const [, scheme, name] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text) ?? [];
  if (scheme === undefined || name === undefined) return { kind: 'file' };
  return { kind: 'kms', scheme: scheme.toLowerCase(), name };
}

/** Whether a file's reference is a name in the user's key folder, such as `release`, and no path. */
export function isBareName(text: string): boolean {
  return !text.includes('/') && !/\.(?:key|pub|pem)$/.test(text);
}

/** A reference as it may be shown and kept: of a PKCS#11 URI without the PIN and where it is. @throws Fault `key/uri` */
export function shownReference(text: string): string {
  if (!isPkcs11Uri(text)) return text;
  const { pinSource: _source, pinValue: _value, ...rest } = parsePkcs11Uri(text);
  return formatPkcs11Uri(rest);
}
