// Packages of SPDX 2.2 and 2.3 documents in JSON and in tag-value form.
import type { Entry } from '../entries.ts';
import { itemsOf, member, textMember } from '../members.ts';
import { documented, Edges, hashOf } from './documented.ts';

/** Packages with package URLs; edges of DEPENDS_ON and DEPENDENCY_OF, and of CONTAINS from package to package none. */
export function readSpdx2(document: unknown): readonly Entry[] {
  const edges = new Edges();
  for (const one of itemsOf(member(document, 'relationships'))) {
    relate(
      edges,
      textMember(one, 'spdxElementId'),
      textMember(one, 'relationshipType'),
      textMember(one, 'relatedSpdxElement'),
    );
  }
  return itemsOf(member(document, 'packages')).flatMap((one) => packageEntry(one, edges));
}

function relate(edges: Edges, from: string | undefined, type: string | undefined, to: string | undefined): void {
  if (type === 'DEPENDS_ON') edges.add(from, to);
  else if (type === 'DEPENDENCY_OF') edges.add(to, from);
}

function packageEntry(one: unknown, edges: Edges): readonly Entry[] {
  const id = textMember(one, 'SPDXID');
  const references = itemsOf(member(one, 'externalRefs'));
  const purl = references.find((reference) => textMember(reference, 'referenceType') === 'purl');
  const locator = textMember(purl, 'referenceLocator');
  if (id === undefined || locator === undefined) return [];
  const declared = textMember(one, 'licenseDeclared');
  const concluded = textMember(one, 'licenseConcluded');
  return documented({
    purl: locator,
    name: textMember(one, 'name'),
    version: textMember(one, 'versionInfo'),
    key: id,
    needs: edges.from(id),
    licences: [declared === undefined || declared === 'NOASSERTION' ? (concluded ?? '') : declared],
    description: textMember(one, 'description') ?? textMember(one, 'summary'),
    maintainer: agent(textMember(one, 'supplier')),
    homepage: said(textMember(one, 'homepage')),
    hashes: itemsOf(member(one, 'checksums')).flatMap((sum) =>
      hashOf(textMember(sum, 'algorithm'), textMember(sum, 'checksumValue')),
    ),
  });
}

function agent(text: string | undefined): string | undefined {
  return said(text?.replace(/^(?:Organization|Person): /, ''));
}

function said(text: string | undefined): string | undefined {
  return text === 'NOASSERTION' || text === 'NONE' ? undefined : text;
}

/** The tag-value form; `undefined` for other text. */
export function readTagValue(text: string): readonly Entry[] | undefined {
  if (!/^SPDXVersion:\s?SPDX-2\.\d/m.test(text.slice(0, 10_000))) return undefined;
  const edges = new Edges();
  const packages: Map<string, string>[] = [];
  for (const line of text.split('\n')) {
    const colon = line.indexOf(': ');
    const tag = line.slice(0, Math.max(colon, 0));
    const value = line.slice(colon + 2).trim();
    if (tag === 'PackageName') packages.push(new Map([[tag, value]]));
    else if (tag === 'Relationship') {
      const [from, type, to] = value.split(/\s+/, 3);
      relate(edges, from, type, to);
    } else if (tag === 'ExternalRef') {
      const [, kind, locator = ''] = value.split(/\s+/, 3);
      if (kind === 'purl') packages.at(-1)?.set('purl', locator);
    } else if (TAGS.has(tag) && packages.at(-1)?.has(tag) === false) packages.at(-1)?.set(tag, value);
  }
  return packages.flatMap((tags) => taggedEntry(tags, edges));
}

const TAGS: ReadonlySet<string> = new Set([
  'SPDXID',
  'PackageVersion',
  'PackageLicenseDeclared',
  'PackageLicenseConcluded',
  'PackageSupplier',
  'PackageHomePage',
]);

function taggedEntry(tags: ReadonlyMap<string, string>, edges: Edges): readonly Entry[] {
  const [id, purl] = [tags.get('SPDXID'), tags.get('purl')];
  if (id === undefined || purl === undefined) return [];
  const declared = said(tags.get('PackageLicenseDeclared'));
  return documented({
    purl,
    name: tags.get('PackageName'),
    version: tags.get('PackageVersion'),
    key: id,
    needs: edges.from(id),
    licences: [declared ?? tags.get('PackageLicenseConcluded') ?? ''],
    description: undefined,
    maintainer: agent(tags.get('PackageSupplier')),
    homepage: said(tags.get('PackageHomePage')),
    hashes: [],
  });
}
