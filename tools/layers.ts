// Who may import whom: the one table. A test walks the real imports and fails on any other edge;
// `npm run diagram` draws the picture of docs/architecture.md from it.

export interface Layer {
  /** The folder under src/. */
  readonly folder: string;
  readonly group: 'ground' | 'formats' | 'domain' | 'composition';
  /** What it is, one line: it stands in docs/architecture.md. */
  readonly about: string;
  /** Folders that it may import, beside itself. */
  readonly imports: readonly string[];
}

export const layers: readonly Layer[] = [
  {
    folder: 'lib',
    group: 'ground',
    about: 'bytes, digests, JSON, tar, ar, compression, limits, faults; no effects',
    imports: [],
  },
  { folder: 'io', group: 'ground', about: 'HTTP, files, processes, the clock: the only raw effects', imports: ['lib'] },

  { folder: 'oci', group: 'formats', about: 'OCI image and distribution documents and references', imports: ['lib'] },
  { folder: 'purl', group: 'formats', about: 'package URLs: the one place that writes them', imports: ['lib'] },
  {
    folder: 'version',
    group: 'formats',
    about: "versions and their order, one file per ecosystem's rules",
    imports: ['lib'],
  },
  { folder: 'cvss', group: 'formats', about: 'CVSS 2.0, 3.0, 3.1 and 4.0: vectors and scores', imports: ['lib'] },
  { folder: 'csaf', group: 'formats', about: 'CSAF 2.0 and 2.1 documents, products resolved', imports: ['lib'] },
  {
    folder: 'x509',
    group: 'formats',
    about: 'X.509 certificates, their paths to an authority, what Fulcio and certificate logs write into them',
    imports: ['lib'],
  },
  {
    folder: 'timestamp',
    group: 'formats',
    about: 'RFC 3161 timestamps in CMS signed data',
    imports: ['lib', 'x509'],
  },
  { folder: 'elf', group: 'formats', about: 'ELF: needed and provided shared objects', imports: ['lib'] },
  {
    folder: 'deb',
    group: 'formats',
    about: 'Debian control data, relationships, Release, Packages, .deb, DEP-5',
    imports: ['lib', 'version'],
  },
  { folder: 'sqlite', group: 'formats', about: 'SQLite databases, read only', imports: ['lib'] },
  { folder: 'rpm', group: 'formats', about: 'RPM headers and the databases that hold them', imports: ['lib'] },
  { folder: 'intoto', group: 'formats', about: 'in-toto statements', imports: ['lib'] },
  { folder: 'dsse', group: 'formats', about: 'DSSE envelopes', imports: ['lib'] },
  { folder: 'slsa', group: 'formats', about: 'SLSA provenance v1 and v0.2', imports: ['lib', 'intoto'] },
  {
    folder: 'tlog',
    group: 'formats',
    about: 'transparency logs: signed notes, checkpoints, Merkle proofs, tiles, log policies',
    imports: ['lib'],
  },
  {
    folder: 'tuf',
    group: 'formats',
    about: 'TUF metadata: keys, signatures, and the way of a client through a repository, step by step',
    imports: ['lib'],
  },
  {
    folder: 'sigstore',
    group: 'formats',
    about: 'Sigstore bundles, log entries, trusted roots, signing configurations',
    imports: ['lib', 'dsse'],
  },
  {
    folder: 'notary',
    group: 'formats',
    about: 'Notary Project signatures: JWS and COSE envelopes, their certificates and manifests',
    imports: ['lib', 'oci', 'x509'],
  },
  { folder: 'spdx', group: 'formats', about: 'SPDX 2.3 documents, tags and values', imports: ['lib'] },
  { folder: 'cyclonedx', group: 'formats', about: 'CycloneDX 1.6 and 1.7 documents, XML', imports: ['lib'] },
  { folder: 'openvex', group: 'formats', about: 'OpenVEX 0.2.0 documents', imports: ['lib'] },
  {
    folder: 'osv',
    group: 'formats',
    about: 'OSV records: names, ranges, aliases',
    imports: ['lib', 'purl', 'version'],
  },

  { folder: 'image', group: 'domain', about: 'layers and the merged file view', imports: ['lib'] },
  {
    folder: 'bom',
    group: 'domain',
    about: 'packages, files, relations; to and from SBOM formats',
    imports: ['lib', 'purl', 'intoto', 'dsse', 'spdx', 'cyclonedx'],
  },
  {
    folder: 'catalog',
    group: 'domain',
    about: 'files → packages: one folder per ecosystem, listed in all.ts; pure',
    imports: ['lib', 'purl', 'version', 'elf', 'deb', 'sqlite', 'rpm', 'spdx', 'cyclonedx', 'image', 'bom'],
  },
  { folder: 'keys', group: 'domain', about: 'keys and signers', imports: ['lib', 'io'] },
  {
    folder: 'log',
    group: 'domain',
    about: 'the embedded transparency log: storage, appending, proofs, witnesses, audit',
    imports: ['lib', 'io', 'tlog', 'keys'],
  },
  {
    folder: 'trust',
    group: 'domain',
    about:
      'trust roots: TUF repositories that are made, signed and published, and what is kept of those that are followed',
    imports: ['lib', 'io', 'tuf', 'keys', 'x509', 'log', 'tlog', 'sigstore'],
  },
  {
    folder: 'repository',
    group: 'domain',
    about: 'OCI repositories: layout folders and registries',
    imports: ['lib', 'io', 'oci'],
  },
  {
    folder: 'source',
    group: 'domain',
    about: 'what a reference names: registry, layout, daemon, archive, folder or SBOM → layers, files or a Bom',
    imports: ['lib', 'io', 'oci', 'repository', 'image', 'bom', 'spdx', 'cyclonedx'],
  },
  {
    folder: 'archive',
    group: 'domain',
    about: 'package archives: verified indexes and packages',
    imports: ['lib', 'io', 'version', 'deb'],
  },
  {
    folder: 'advisory',
    group: 'domain',
    about: 'feeds → advisories: one folder per feed, listed in all.ts; the vulnerability database',
    imports: ['lib', 'io', 'version', 'deb', 'osv', 'purl', 'csaf'],
  },
  {
    folder: 'match',
    group: 'domain',
    about: 'packages × advisories → findings: one file per kind of matcher, listed in all.ts; pure',
    imports: ['lib', 'purl', 'version', 'deb', 'cvss', 'bom', 'advisory'],
  },
  {
    folder: 'vex',
    group: 'domain',
    about: 'findings × statements → findings; ignore rules; pure',
    imports: ['lib', 'oci', 'purl', 'openvex', 'csaf', 'cyclonedx', 'bom', 'advisory', 'match'],
  },
  {
    folder: 'compare',
    group: 'domain',
    about: 'two sides → what is new, gone and changed, and why; pure',
    imports: ['lib', 'purl', 'version', 'bom', 'advisory', 'match'],
  },
  {
    folder: 'build',
    group: 'domain',
    about: 'definition → lock → layers',
    imports: ['lib', 'oci', 'purl', 'version', 'x509', 'elf', 'deb', 'bom'],
  },
  {
    folder: 'attest',
    group: 'domain',
    about: 'domain → in-toto statement',
    imports: ['lib', 'intoto', 'slsa', 'spdx', 'cyclonedx', 'oci', 'bom', 'advisory', 'match', 'build'],
  },
  {
    folder: 'sign',
    group: 'domain',
    about: 'statement → bundle; artifact → Notary Project envelope',
    imports: ['lib', 'x509', 'intoto', 'dsse', 'sigstore', 'notary', 'keys'],
  },
  {
    folder: 'publish',
    group: 'domain',
    about: 'image and referrers → repository',
    imports: ['lib', 'oci', 'x509', 'sigstore', 'notary', 'repository'],
  },
  {
    folder: 'verify',
    group: 'domain',
    about: 'bundle, trust and time → results; pure',
    imports: [
      'lib',
      'oci',
      'x509',
      'timestamp',
      'tlog',
      'intoto',
      'dsse',
      'sigstore',
      'notary',
      'slsa',
      'spdx',
      'cyclonedx',
      'image',
      'bom',
      'keys',
    ],
  },
  {
    folder: 'decide',
    group: 'domain',
    about: 'results and policy → decision; pure',
    imports: ['lib', 'oci', 'verify'],
  },

  {
    folder: 'flow',
    group: 'composition',
    about: 'one file per job that a user has',
    imports: [
      'lib',
      'io',
      'oci',
      'purl',
      'version',
      'x509',
      'elf',
      'deb',
      'intoto',
      'dsse',
      'slsa',
      'tlog',
      'tuf',
      'sigstore',
      'notary',
      'spdx',
      'cyclonedx',
      'openvex',
      'image',
      'bom',
      'catalog',
      'keys',
      'log',
      'trust',
      'repository',
      'source',
      'archive',
      'advisory',
      'match',
      'vex',
      'compare',
      'build',
      'attest',
      'sign',
      'publish',
      'verify',
      'decide',
    ],
  },
  {
    folder: 'report',
    group: 'composition',
    about: 'data → table, JSON',
    imports: ['lib', 'oci', 'bom', 'advisory', 'match', 'vex', 'compare', 'attest', 'verify', 'decide', 'flow'],
  },
  {
    folder: 'cli',
    group: 'composition',
    about: 'parse → one flow → data → render',
    imports: ['lib', 'io', 'flow', 'report'],
  },
];

/** Modules of Node.js with effects: only io/ imports them. (`node:crypto`, `node:zlib`, `node:buffer`, `node:path` compute.) */
export const effectModules: readonly string[] = [
  'fs',
  'fs/promises',
  'http',
  'https',
  'http2',
  'net',
  'tls',
  'dns',
  'dns/promises',
  'dgram',
  'child_process',
  'worker_threads',
  'cluster',
  'os',
  'process',
  'timers',
  'timers/promises',
  'readline',
  'sqlite',
  'inspector',
  'v8',
  'vm',
];

/** Folders that stay pure: no await on anything outside, the time is an argument. Their tests need no fakes. */
export const pureFolders: readonly string[] = layers
  .filter((l) => l.group !== 'composition' && l.folder !== 'io' && !l.imports.includes('io'))
  .map((l) => l.folder);
