// Debian, Ubuntu and what is built of them: advisories speak of source packages and of their versions.
import type { BomPackage, Distribution } from '../bom/types.ts';
import { debianEcosystem } from '../deb/codenames.ts';
import type { Lookup, Matcher, Plan } from './lookup.ts';
import { isThirdPartyDeb } from './third-party.ts';

export const debian: Matcher = {
  kinds: ['deb'],
  plan(p, distribution): Plan {
    const ecosystem = distribution === undefined ? undefined : ecosystemOf(distribution, p.version);
    if (ecosystem === undefined) return { reason: 'no-feed' };
    if (isThirdPartyDeb(p.version, p.maintainer)) return { reason: 'third-party', ecosystem };
    const { name, version } = sourceOf(p);
    const base = ecosystem.slice(0, ecosystem.indexOf(':'));
    const lookups: Lookup[] = [{ ecosystem, name, version }];
    // What is said of every release.
    lookups.push({ ecosystem: base, name, version });
    return { lookups };
  },
};

/** Derivatives whose packages are Debian's own or rebuilt from the same sources. */
const DEBIAN: ReadonlySet<string> = new Set(['debian', 'raspbian']);

function ecosystemOf({ id, versionId, codename = '' }: Distribution, version: string): string | undefined {
  if (DEBIAN.has(id)) {
    const [, major = '', minor = ''] = /^(\d+)(\.\d+)?/.exec(versionId) ?? [];
    // Before Debian 7 the second number told releases apart.
    if (major !== '') return `Debian:${Number(major) < 7 ? `${major}${minor}` : major}`;
    return debianEcosystem(codename === '' ? versionId : codename);
  }
  if (id !== 'ubuntu' || !/^\d+\.\d+/.test(versionId)) return undefined;
  const release = versionId.split('.', 2).join('.');
  // Updates of Ubuntu Pro are of another archive, with fixes of its own.
  return /(?:[+~]|\d)(?:esm\d|fips)/i.test(version) ? `Ubuntu:Pro:${release}` : `Ubuntu:${release}`;
}

/** The source package. A binary that was built again without a change of the source has `+bN` at its version's end. */
function sourceOf({ name, version, source }: BomPackage): { readonly name: string; readonly version: string } {
  const known = source === undefined || source.name === '' ? name : source.name;
  const stated = source?.version ?? '';
  return unsigned(known, (stated === '' ? version : stated).replace(/\+b\d{1,6}$/, ''));
}

/** Packages with a signature are built of others, under whose names and versions advisories are. */
function unsigned(name: string, version: string): { readonly name: string; readonly version: string } {
  if (/^linux-signed-(?:amd64|arm64|i386)$/.test(name)) {
    const plus = version.indexOf('+');
    return { name: 'linux', version: plus < 0 ? version : `${version.slice(0, plus)}-${version.slice(plus + 1)}` };
  }
  const [, upstream, revision] = /^grub-efi-[a-z0-9]+-signed$/.test(name)
    ? (/^\d+\+([^+]+)\+(.+)$/.exec(version) ?? [])
    : [];
  if (upstream !== undefined && revision !== undefined) return { name: 'grub2', version: `${upstream}-${revision}` };
  // Ubuntu: `linux-signed`, `linux-signed-hwe-6.5`, under the version of what they were built of.
  return { name: name.replace(/^linux-signed(?=$|-)/, 'linux'), version };
}
