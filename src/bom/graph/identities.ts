// Which packages an element of a document is: the purl decides, and what stands beside it may only spell it otherwise.
import { purlPath, purlQualifier, purlVersion, purlWithVersion } from '../../purl/peek.ts';
import { genericPurl } from '../../purl/generic.ts';
import { tidyPackageUrl } from '../../purl/purl.ts';
import { normalPypiName } from '../../purl/pypi-name.ts';
import type { BomPackage } from '../types.ts';
import { isSystem, purlType, wholeName } from './names.ts';
import type { GraphPackage } from './types.ts';

export type Identity = Pick<BomPackage, 'purl' | 'kind' | 'name' | 'version' | 'unidentified'>;
type Element = Pick<GraphPackage, 'purls' | 'group' | 'name' | 'version'>;

/**
 * One identity for each package that the purls name; of an element without a purl that can be read one of type `generic`,
 * or of the text that is none. A purl without a version gets the element's, so that two versions are two packages. Where
 * the element's name or version says something else than the purl, the purl's counts.
 */
export function identitiesOf(p: Element): readonly [Identity, ...Identity[]] {
  const [first, ...others] = p.purls ?? [];
  const version = statedVersion(p.version);
  if (first === undefined) {
    const purl = genericPurl({ namespace: p.group, name: p.name, version });
    return [{ purl, kind: 'generic', name: wholeName(p, 'generic'), version, unidentified: true }];
  }
  const own = identityOf(p, first, version);
  if (others.length === 0) return [own];
  const known = new Map([[packageKey(own), own]]);
  for (const purl of others) {
    const other = identityOf(p, purl, version);
    const key = packageKey(other);
    if (other.unidentified !== true && !known.has(key)) known.set(key, other);
  }
  known.delete(packageKey(own));
  return [own, ...known.values()];
}

function packageKey({ kind, name, version }: Identity): string {
  return `${kind} ${name}\n${version}`;
}

/** Types of package URLs that name a thing which holds packages, or that say nothing of its kind. */
const OTHERS: ReadonlySet<string> = new Set(['', 'generic', 'oci', 'docker']);

/** Whether a purl says that it is a package, of whatever type the document has it. */
export function isNamedPackage({ purls = [] }: Pick<GraphPackage, 'purls'>): boolean {
  return purls.some((purl) => !OTHERS.has(purlType(purl)));
}

function identityOf(p: Element, text: string, stated: string): Identity {
  const tidy = tidyPackageUrl(text);
  const kind = purlType(tidy);
  if (kind === '')
    return { purl: tidy, kind: 'generic', name: wholeName(p, 'generic'), version: stated, unidentified: true };
  const own = purlVersion(tidy);
  const purl = own === '' && stated !== '' ? purlWithVersion(tidy, stated) : tidy;
  return { purl, kind, name: nameOf(p, kind, tidy), version: versionOf(kind, own, stated) };
}

/** Types whose names are known with the purl's namespace before them. */
const SCOPED: ReadonlySet<string> = new Set(['npm', 'maven', 'golang', 'composer', 'github', 'swift']);

/** The purl's name as its ecosystem writes it, in the document's spelling: package URLs have many names in lower case. */
function nameOf(p: Element, kind: string, purl: string): string {
  const { namespace, name } = purlPath(purl);
  const stated = wholeName(p, kind);
  if (name === '') return stated;
  const whole = wholeName({ group: namespace, name }, kind);
  if (stated === whole) return whole;
  const spelling = spelled(kind, stated);
  // Some write a scope without its sign.
  if (spelling === spelled(kind, whole)) return whole.startsWith('@') && !stated.startsWith('@') ? whole : stated;
  return !SCOPED.has(kind) && spelling === spelled(kind, name) ? stated : whole;
}

function spelled(kind: string, name: string): string {
  if (kind === 'pypi') return normalPypiName(name);
  return kind === 'npm' ? name.toLowerCase().replace(/^@/, '') : name.toLowerCase();
}

/** Empty where none is stated: SPDX 2 has a word for that, too. */
function statedVersion(version = ''): string {
  const text = version.trim();
  return text === 'NOASSERTION' ? '' : text;
}

/** The document's spelling of the purl's version, which may have an epoch, a letter or a release more; else the purl's. */
function versionOf(kind: string, own: string, stated: string): string {
  if (own === '' || own === stated) return stated;
  if (stated === '') return own;
  const [a, b] = [bareVersion(own), bareVersion(stated)];
  return a === b || (isSystem(kind) && b.startsWith(`${a}-`)) ? stated : own;
}

function bareVersion(version: string): string {
  return version
    .trim()
    .toLowerCase()
    .replace(/^\d{1,9}:/, '')
    .replace(/^(?:v|go)(?=\d)/, '');
}

/** purl-spec, types deb, rpm and apk: `upstream` is the source package, with its version where that differs. */
export function upstreamOf(type: string, purl: string, version: string): BomPackage['source'] {
  const upstream = purlQualifier(purl, 'upstream');
  if (upstream === undefined) return undefined;
  const rpm = type === 'rpm' ? /^(.+)-([^-]+-[^-]+)\.(?:no)?src\.rpm$/.exec(upstream) : null;
  if (rpm !== null) return { name: rpm[1] ?? '', version: rpm[2] ?? '' };
  // Debian's way of naming it (Policy 5.6.1), which some copy: `openssl (3.0.1-1)`.
  const debian = /^(\S{1,300}) \(([^()\s]{1,300})\)$/.exec(upstream);
  if (debian !== null) return { name: debian[1] ?? '', version: debian[2] ?? '' };
  const at = upstream.indexOf('@');
  if (at < 0) return { name: upstream, version };
  return { name: upstream.slice(0, at), version: upstream.slice(at + 1) };
}
