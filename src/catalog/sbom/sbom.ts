// Packages of SBOMs that lie in the image: what Wolfi, Bitnami, Docker's hardened images and Python wheels bring.
import { type BytePath, baseOf } from '../../lib/bytes.ts';
import { type Entry, entryCataloger } from '../entries.ts';
import { fileText, jsonOf, member, textMember } from '../members.ts';
import type { CatalogContext, Cataloger, CatalogFile } from '../types.ts';
import { readCycloneDx } from './cyclonedx.ts';
import { readSpdx2, readTagValue } from './spdx2.ts';
import { readSpdx3 } from './spdx3.ts';

const FOLDERS = /^(?:opt\/docker\/sbom|usr\/share\/sbom|var\/lib\/db\/sbom)\//;
const ENDS = /\.(?:spdx|cdx|cyclonedx|sbom)\.json$/;
const NAMES: ReadonlySet<string> = new Set(['bom.json', 'sbom.json']);

const reader = entryCataloger({
  id: 'sbom',
  version: 1,
  evidence: 'installed',
  reads: [{ suffix: '.json', match: isSbom }, { suffix: '.spdx' }],
  limit: 256 << 20,
  entries: readSbom,
});

/**
 * SPDX 2.2, 2.3 and 3.0 and CycloneDX in JSON, SPDX in tag-value form; packages with package URLs, and which needs which.
 * Packages of the operating system are left to its own database where the image has that.
 */
export const sbom: Cataloger<readonly Entry[]> = {
  ...reader,
  assemble: (found, context) => {
    const left = databases(context);
    const kept = found.map(({ path, fact }) => ({
      path,
      fact: fact.filter(({ purl }) => !left.some((start) => purl.startsWith(start))),
    }));
    return reader.assemble(kept, context);
  },
};

function isSbom(path: BytePath): boolean {
  return FOLDERS.test(path) || ENDS.test(path) || NAMES.has(baseOf(path));
}

const DATABASES: readonly (readonly [string, readonly BytePath[]])[] = [
  ['pkg:apk/', ['lib/apk/db/installed', 'usr/lib/apk/db/installed']],
  ['pkg:deb/', ['var/lib/dpkg/status', 'var/lib/dpkg/status.d']],
  [
    'pkg:rpm/',
    [
      'var/lib/rpm/rpmdb.sqlite',
      'usr/lib/sysimage/rpm/rpmdb.sqlite',
      'var/lib/rpm/Packages',
      'var/lib/rpm/Packages.db',
    ],
  ],
];

/** The beginnings of package URLs that the image's own databases tell of. */
function databases({ files }: CatalogContext): readonly string[] {
  return DATABASES.filter(([, paths]) => paths.some((path) => files.kind(path) !== undefined)).map(([start]) => start);
}

function readSbom(file: CatalogFile): readonly Entry[] | undefined {
  const start = file.content.read(0, 64).toString('latin1').trimStart();
  if (!start.startsWith('{')) return baseOf(file.path).endsWith('.spdx') ? readTagValue(fileText(file)) : undefined;
  const document = jsonOf(file);
  if (textMember(document, 'bomFormat') === 'CycloneDX') return readCycloneDx(document);
  if (textMember(document, 'spdxVersion')?.startsWith('SPDX-2') === true) return readSpdx2(document);
  if (textMember(document, '@context')?.includes('spdx.org/rdf/3') === true && member(document, '@graph') !== undefined)
    return readSpdx3(document);
  return undefined;
}
