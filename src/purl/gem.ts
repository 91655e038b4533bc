import { packageUrl } from './purl.ts';

export interface GemIdentity {
  readonly name: string;
  readonly version: string;
  /** `ruby` or `undefined`: for every platform, which is not written. */
  readonly platform: string | undefined;
  /** Where a gem comes from that is from no gem server: `git+https://…@COMMIT`. */
  readonly vcs?: string | undefined;
}

/** `pkg:gem/NAME@VERSION[?platform=PLATFORM]` (purl-spec, types/gem). @throws Fault `purl/malformed` */
export function gemPurl({ name, version, platform, vcs }: GemIdentity): string {
  const qualifiers = { platform: platform === 'ruby' ? undefined : platform, vcs_url: vcs };
  return packageUrl({ type: 'gem', name, version, qualifiers });
}
