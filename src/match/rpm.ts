// Red Hat's and SUSE's families and others with RPM: some advisories name binary packages, some the sources.
import type { BomPackage, Distribution } from '../bom/types.ts';
import { purlQualifier } from '../purl/peek.ts';
import type { Lookup, Matcher, Plan } from './lookup.ts';

export const rpm: Matcher = {
  kinds: ['rpm'],
  plan(p, distribution): Plan {
    const groups = distribution === undefined ? [] : streamsOf(distribution);
    const first = groups[0]?.[0];
    if (first === undefined) return { reason: 'no-feed' };
    if (isOthers(p, distribution?.id ?? '')) return { reason: 'third-party', ecosystem: first };
    const version = withEpoch(p);
    const names = [{ name: p.name, version }];
    const { source } = p;
    if (source !== undefined && source.name !== '' && source.name !== p.name)
      names.push({ name: source.name, version: sourceVersion(source.version, version) });
    const lookups = groups.flatMap((group) =>
      names.flatMap((named) => group.map((ecosystem): Lookup => ({ ecosystem, ...named }))),
    );
    return { lookups };
  },
};

/** An epoch that stands beside the version counts with it; none is 0. */
function withEpoch({ version, purl }: BomPackage): string {
  if (version === '' || /^\d+:/.test(version)) return version;
  const epoch = purlQualifier(purl, 'epoch') ?? '';
  return /^\d{1,9}$/.test(epoch) && Number(epoch) !== 0 ? `${epoch}:${version}` : version;
}

/** A source package's name has no epoch: it is its binaries', which few have differently. */
function sourceVersion(source: string, binary: string): string {
  if (source === '' || /^\d+:/.test(source)) return source === '' ? binary : source;
  const [, epoch, rest] = /^(\d+:)?(.*)$/s.exec(binary) ?? [];
  return rest === source ? binary : `${epoch ?? ''}${source}`;
}

/** Ecosystems whose word counts the same, together; those whose word counts more first: a stream of its own before the main one. */
function streamsOf(distribution: Distribution): readonly (readonly string[])[] {
  const { id, stream } = distribution;
  const ecosystems = ecosystemsOf(distribution);
  if (id !== 'rhel' || stream === undefined || ecosystems.length === 0) return [ecosystems];
  return [[`Red Hat:${stream}`], ecosystems];
}

function ecosystemsOf({ id, versionId, prettyName }: Distribution): readonly string[] {
  // Trivy: `2 (Karoo)`.
  const [, major = '', minor = ''] = /^(\d{1,6})(?:\.(\d{1,6}))?/.exec(versionId) ?? [];
  if (major === '') return id === 'opensuse-tumbleweed' ? ['openSUSE:Tumbleweed'] : [];
  switch (id) {
    case 'rhel':
    case 'centos':
      return [`Red Hat:enterprise_linux:${major}`];
    case 'rocky':
      return [`Rocky Linux:${major}`];
    case 'almalinux':
      return [`AlmaLinux:${major}`];
    case 'ol':
      return [`Oracle Linux:${major}`];
    case 'amzn':
      return [`Amazon Linux:${major}`];
    case 'fedora':
      return [`Fedora:${major}`];
    case 'mageia':
      return [`Mageia:${major}`];
    case 'photon':
      return [`Photon OS:${versionId}`];
    case 'azurelinux':
    case 'mariner':
      return [`Azure Linux:${major}`];
    case 'openeuler':
      return [openEuler(versionId, prettyName)];
    case 'opensuse-leap':
      return [`openSUSE:Leap ${versionId}`];
    case 'opensuse-tumbleweed':
      return ['openSUSE:Tumbleweed'];
    case 'sles':
    case 'sled':
    case 'sles_sap':
    case 'sle_micro':
    case 'sl-micro':
      return suse(id, major, minor);
    default:
      return [];
  }
}

// `openEuler 24.03 (LTS-SP1)`
function openEuler(versionId: string, prettyName: string): string {
  const edition = /\(([A-Za-z0-9-]{1,30})\)/.exec(prettyName)?.[1];
  return edition === undefined ? `openEuler:${versionId}` : `openEuler:${versionId}-${edition}`;
}

/** SUSE's products and the modules that images are made of. */
const MODULES = [
  'Basesystem',
  'Containers',
  'Server Applications',
  'Development Tools',
  'Python 3',
  'Web and Scripting',
  'Legacy',
  'Desktop Applications',
];

function suse(id: string, major: string, minor: string): readonly string[] {
  if (id === 'sle_micro') return [`SUSE:Linux Enterprise Micro ${major}.${minor || '0'}`];
  if (id === 'sl-micro') return [`SUSE:Linux Micro ${major}.${minor || '0'}`];
  if (Number(major) >= 16) return [`SUSE:Linux Enterprise Server ${major}.${minor || '0'}`];
  const release = minor === '' || minor === '0' ? major : `${major} SP${minor}`;
  return [
    `SUSE:Linux Enterprise Server ${release}`,
    ...(Number(major) < 15 ? [] : MODULES.map((module) => `SUSE:Linux Enterprise Module for ${module} ${release}`)),
    `SUSE:Linux Enterprise Server ${release}-LTSS`,
  ];
}

/** Words of which a vendor's name has one, where the package is of the distribution or of those that it is built of. */
const VENDORS: readonly (readonly [readonly string[], RegExp])[] = [
  [
    ['rhel', 'centos', 'rocky', 'almalinux', 'ol'],
    /red ?hat|centos|rocky|almalinux|oracle|scientific|cloudlinux|cern\b/i,
  ],
  [['amzn'], /amazon/i],
  [['fedora'], /fedora|rpm ?fusion|red ?hat/i],
  [['opensuse-leap', 'opensuse-tumbleweed', 'sles', 'sled', 'sles_sap', 'sle_micro', 'sl-micro'], /suse/i],
  [['photon'], /vmware|broadcom/i],
  [['azurelinux', 'mariner'], /microsoft/i],
];

/** Whether the package states a vendor that is none of the distribution's. */
function isOthers({ properties }: BomPackage, id: string): boolean {
  const vendor = properties?.find(({ name }) => name === 'rpm:vendor')?.value;
  const words = vendor === undefined ? undefined : VENDORS.find(([ids]) => ids.includes(id))?.[1];
  return vendor !== undefined && words !== undefined && !words.test(vendor.slice(0, 500));
}
