// Packages of a kernel's headers: advisories of the kernel's source name them, and nothing of the kernel runs from them.
import type { BomPackage } from '../bom/types.ts';

/** A binary package's name, and of which sources it is then built. */
const HEADERS: Readonly<Record<string, { readonly name: RegExp; readonly source: RegExp }>> = {
  // `linux-libc-dev`, `linux-libc-dev-arm64-cross`, `linux-headers-6.1.0-18-amd64`, `linux-hwe-6.5-headers-6.5.0-14`.
  deb: {
    name: /^linux-(?:libc-dev(?:-[a-z0-9]+-cross)?|(?:[a-z0-9.+-]+-)?headers(?:-[a-z0-9.+~-]+)?)$/,
    source: /^linux(?:-|$)/,
  },
  // `kernel-headers`, `kernel-cross-headers`, `kernel-uek-headers`.
  rpm: { name: /^kernel-(?:[a-z0-9]+-)*headers$/, source: /^kernel(?:-|$)/ },
};

/** Of a file's name, which a package's name is part of; what is longer is not tried, as trying takes its length squared. */
const LONGEST_NAME = 255;

/**
 * Whether a package has a kernel's headers alone: declarations that compilers read, of a kernel that is not the one of the
 * machine on which the image runs. Where its source is not known, its name is enough.
 */
export function isKernelHeaders(p: Pick<BomPackage, 'kind' | 'name' | 'source'>): boolean {
  const { kind, name, source } = p;
  const known = Object.hasOwn(HEADERS, kind) ? HEADERS[kind] : undefined;
  if (known === undefined || name.length > LONGEST_NAME || !known.name.test(name)) return false;
  return source === undefined || source.name === '' || known.source.test(source.name);
}
