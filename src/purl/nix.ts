import { packageUrl } from './purl.ts';

export interface NixIdentity {
  readonly name: string;
  readonly version: string;
  /** The store path's hash, 32 characters. */
  readonly hash: string;
  /** `dev`, `bin`; `undefined` for the first. */
  readonly output: string | undefined;
}

/** `pkg:nix/NAME@VERSION?output=…&outputhash=…`, the form that scanners share: purl-spec has no such type yet. @throws Fault `purl/malformed` */
export function nixPurl({ name, version, hash, output }: NixIdentity): string {
  return packageUrl({ type: 'nix', name, version, qualifiers: { output, outputhash: hash } });
}
