// OSV: the public bucket of osv.dev, or a copy of it.
import { ecosystemBase } from '../../osv/names.ts';
import type { Feed } from '../feed.ts';
import { readOsv } from './reading.ts';

/** Ecosystems of the schema's list whose packages are found in images, without those whose publishers are feeds of their own. */
const SERVED: ReadonlySet<string> = new Set([
  'AlmaLinux',
  'Alpaquita',
  'Azure Linux',
  'BellSoft Hardened Containers',
  'Bioconductor',
  'Bitnami',
  'CRAN',
  'Chainguard',
  'CleanStart',
  'ConanCenter',
  'Docker Hardened Images',
  'Echo',
  'GHC',
  'GitHub Actions',
  'Go',
  'Hackage',
  'Hex',
  'Julia',
  'Kubernetes',
  'Mageia',
  'Maven',
  'MinimOS',
  'NuGet',
  'Packagist',
  'Photon OS',
  'Pub',
  'PyPI',
  'Rocky Linux',
  'Root',
  'RubyGems',
  'SUSE',
  'SwiftURL',
  'Ubuntu',
  'VSCode',
  'Wolfi',
  'crates.io',
  'npm',
  'opam',
  'openEuler',
  'openSUSE',
]);

/**
 * Records of the schema 1.7 (ossf.github.io/osv-schema), by ecosystem: `all.zip` at first, then what `modified_id.csv` lists.
 * Debian, Alpine and Red Hat are read when they are asked for, but need not be: their own feeds know more.
 */
export const osvFeed: Feed = {
  id: 'osv',
  title: 'OSV',
  widens: true,
  address: 'https://osv-vulnerabilities.storage.googleapis.com',
  // Of the databases that it gathers: GitHub, Go, PyPA (CC-BY), Ubuntu (CC-BY-SA), RustSec (CC0), AlmaLinux, R, Rocky Linux.
  licence: 'CC-BY-4.0 AND CC-BY-SA-4.0 AND CC0-1.0 AND MIT AND Apache-2.0 AND BSD-3-Clause',
  serves: (ecosystem) => SERVED.has(ecosystemBase(ecosystem)),
  read: readOsv,
};
