import { packageUrl } from './purl.ts';

/**
 * `pkg:swift/HOST/OWNER/NAME@VERSION` from where the package's repository is (purl-spec, types/swift): an address, or
 * `git@HOST:OWNER/NAME.git`.
 * @throws Fault `purl/malformed`
 */
export function swiftPurl(location: string, version: string): string {
  const path = location
    .replace(/^[a-z+]+:\/\//i, '')
    .replace(/^[^@/]*@/, '')
    .replace(/^([^/:]+):(?!\d+\/)/, '$1/')
    .replace(/(?:\.git)?\/*$/, '');
  const slash = path.lastIndexOf('/');
  return packageUrl({
    type: 'swift',
    namespace: path.slice(0, Math.max(slash, 0)),
    name: path.slice(slash + 1),
    version,
  });
}
