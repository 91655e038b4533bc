// Components of CycloneDX documents in JSON (CycloneDX 1.2 to 1.7).
import type { Entry } from '../entries.ts';
import { itemsOf, member, textMember, textsOf } from '../members.ts';
import { documented, hashOf } from './documented.ts';

/** Most components that are read, a count; deepest nesting of components in components. */
const COMPONENTS = 500_000;
const DEPTH = 20;

/** Components with package URLs, nested ones too, and the root where it has one; edges from `dependencies`. */
export function readCycloneDx(document: unknown): readonly Entry[] {
  const edges = new Map<string, readonly string[]>();
  for (const one of itemsOf(member(document, 'dependencies'))) {
    const ref = textMember(one, 'ref');
    if (ref !== undefined) edges.set(ref, textsOf(member(one, 'dependsOn')));
  }
  const root = member(member(document, 'metadata'), 'component');
  return [root, ...allOf(member(document, 'components'), 0)].flatMap((one) => componentEntry(one, edges));
}

function allOf(components: unknown, depth: number): readonly unknown[] {
  if (depth > DEPTH) return [];
  const all: unknown[] = [];
  for (const one of itemsOf(components)) {
    all.push(one);
    for (const below of allOf(member(one, 'components'), depth + 1)) all.push(below);
    if (all.length > COMPONENTS) break;
  }
  return all;
}

function componentEntry(one: unknown, edges: ReadonlyMap<string, readonly string[]>): readonly Entry[] {
  const purl = textMember(one, 'purl');
  const ref = textMember(one, 'bom-ref') ?? purl;
  if (purl === undefined || ref === undefined) return [];
  return documented({
    purl,
    name: [textMember(one, 'group'), textMember(one, 'name')].filter((part) => part !== undefined).join('/'),
    version: textMember(one, 'version'),
    key: ref,
    needs: edges.get(ref) ?? [],
    licences: itemsOf(member(one, 'licenses')).flatMap(licenceText),
    description: textMember(one, 'description'),
    maintainer: textMember(one, 'publisher'),
    homepage: undefined,
    hashes: itemsOf(member(one, 'hashes')).flatMap((hash) =>
      hashOf(textMember(hash, 'alg'), textMember(hash, 'content')),
    ),
  });
}

function licenceText(one: unknown): readonly string[] {
  const licence = member(one, 'license');
  const text = textMember(one, 'expression') ?? textMember(licence, 'id') ?? textMember(licence, 'name');
  return text === undefined ? [] : [text];
}
