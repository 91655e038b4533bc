// The name of a package as its users know it.
import { purlPath } from '../purl/peek.ts';

/** Types of package URLs whose namespace is a part of the name that people know. */
const SCOPED = /^pkg:(?:npm|golang|composer|github)\//;

/** `@scope/name` of `pkg:npm/%40scope/name@1`, `libc6` of `pkg:deb/debian/libc6@2`; empty for what is no package URL. */
export function shownName(purl: string): string {
  const { namespace, name } = purlPath(purl);
  return SCOPED.test(purl) && namespace !== '' ? `${namespace}/${name}` : name;
}
