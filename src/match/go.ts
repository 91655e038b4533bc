// Go's modules and its standard library.
import type { BomPackage } from '../bom/types.ts';
import type { Matcher } from './lookup.ts';

const STDLIB = 'stdlib';

export const go: Matcher = {
  kinds: ['golang'],
  plan(p) {
    const { name } = p;
    const version = name === STDLIB ? libraryVersion(p.version) : moduleVersion(p, name);
    return { lookups: [{ ecosystem: 'Go', name: name.toLowerCase(), version }] };
  },
};

/** `1.22.1` of `go1.22.1 X:boringcrypto` and `go1.22.1-X:boringcrypto`: what follows are experiments and a vendor's marks. */
function libraryVersion(version: string): string {
  const bare = version.replace(/^go(?=\d)|^v(?=\d)/, '');
  const end = /\s|-X:/.exec(bare)?.index ?? bare.length;
  return bare.slice(0, end);
}

/**
 * A pseudo-version of the main module is made of its commit where nobody said its version: before every release, it would
 * be in every range. `(devel)` is none either.
 */
function moduleVersion(p: BomPackage, name: string): string {
  const bare = p.version.replace(/^v(?=\d)/, '');
  if (!/^\d/.test(bare)) return '';
  return bare.startsWith('0.0.0-') && isMain(p, name) ? '' : bare;
}

/** Whether a program was built of it: Temper and syft say so. */
function isMain({ properties = [] }: BomPackage, name: string): boolean {
  return properties.some(
    ({ name: property, value }) =>
      property === 'go:toolchain' || (property === 'syft:metadata:mainModule' && value === name),
  );
}
