import { packageUrl } from './purl.ts';

export interface CondaIdentity {
  readonly name: string;
  readonly version: string;
  /** The build string: `py39h2804cbe_0` */
  readonly build: string | undefined;
  /** `conda-forge`, or the address that ends in it; with or without the folder of the platform. */
  readonly channel: string | undefined;
  /** `linux-64`, `noarch` */
  readonly subdir: string | undefined;
  /** The package file's: `pkg-1-0.conda`, `pkg-1-0.tar.bz2` */
  readonly file: string | undefined;
}

/** `pkg:conda/NAME@VERSION?build=…&channel=…&subdir=…&type=…` (purl-spec, types/conda). @throws Fault `purl/malformed` */
export function condaPurl({ name, version, build, channel, subdir, file }: CondaIdentity): string {
  const type =
    file?.endsWith('.conda') === true ? 'conda' : file?.endsWith('.tar.bz2') === true ? 'tar.bz2' : undefined;
  const segments = (channel ?? '').split('/').filter((segment) => segment !== '');
  if (segments.at(-1) === subdir) segments.pop();
  return packageUrl({ type: 'conda', name, version, qualifiers: { build, channel: segments.at(-1), subdir, type } });
}
