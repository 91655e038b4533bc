// The licence texts that lie beside packages whose own metadata name no licence.
import type { BomPackage, LicenceFinding } from '../bom/types.ts';
import { type BytePath, parentOf } from '../lib/bytes.ts';
import type { LocatedFact } from './catalog.ts';
import { detectLicence } from './licence-text.ts';
import type { Cataloger } from './types.ts';

/** Bytes of a text that are looked at. */
const LOOKED_AT = 128 << 10;

const NAMES = ['LICENSE', 'LICENCE', 'COPYING', 'License', 'license', 'MIT-LICENSE'].flatMap((name) =>
  ['', '.txt', '.md', '.rst'].map((end) => `${name}${end}`),
);

/** Where packages keep their licence: npm, Python, Ruby. */
const BESIDE = /(?:^|\/)(?:node_modules\/(?:@[^/]+\/)?[^/]+|[^/]+\.dist-info(?:\/licenses)?|gems\/[^/]+)$/;

/** Gives no packages: its facts are the SPDX identifiers of texts. */
export const licenceFiles: Cataloger<string> = {
  id: 'licence-files',
  version: 1,
  evidence: 'installed',
  reads: NAMES.map((name) => ({ name, match: (path) => BESIDE.test(parentOf(path)) })),
  limit: 1 << 20,
  parse: ({ content }) => detectLicence(content.read(0, LOOKED_AT), LOOKED_AT)?.id,
  assemble: () => [],
};

/**
 * Packages that name no licence take that of the text beside them, if all texts there are of one.
 * @param facts of {@link licenceFiles}
 */
export function withLicenceFiles(
  packages: readonly BomPackage[],
  facts: readonly LocatedFact[],
): readonly BomPackage[] {
  if (facts.length === 0) return packages;
  const byFolder = new Map<BytePath, Set<string>>();
  for (const { path, fact } of facts) {
    const folder = parentOf(path).replace(/\/licenses$/, '');
    byFolder.set(folder, (byFolder.get(folder) ?? new Set()).add(fact as string));
  }
  return packages.map((p) => (p.licence === undefined ? { ...p, licence: licenceBeside(p, byFolder) } : p));
}

function licenceBeside(
  { locations = [] }: BomPackage,
  byFolder: ReadonlyMap<BytePath, ReadonlySet<string>>,
): LicenceFinding | undefined {
  const ids = new Set(locations.flatMap(({ path }) => [...(byFolder.get(homeOf(path)) ?? [])]));
  const [id] = ids;
  return id === undefined || ids.size > 1 ? undefined : { expression: id, texts: {}, copyright: undefined };
}

// A gem's specification lies beside the folder of gems: specifications/rake-13.0.gemspec, gems/rake-13.0.
function homeOf(path: BytePath): BytePath {
  const gem = /^(.*\/)specifications\/([^/]+)\.gemspec$/.exec(path);
  return gem === null ? parentOf(path) : `${gem[1] ?? ''}gems/${gem[2] ?? ''}`;
}
