// Packages of SPDX 3.0 documents (JSON-LD with the terms of SPDX's context).
import type { Entry } from '../entries.ts';
import { itemsOf, member, textMember, textsOf } from '../members.ts';
import { documented, Edges, hashOf } from './documented.ts';

/** `software_Package` elements with package URLs; edges of `dependsOn` relationships. */
export function readSpdx3(document: unknown): readonly Entry[] {
  const elements = itemsOf(member(document, '@graph'));
  const edges = new Edges();
  for (const one of elements) {
    if (textMember(one, 'relationshipType') !== 'dependsOn') continue;
    for (const to of textsOf(member(one, 'to'))) edges.add(textMember(one, 'from'), to);
  }
  return elements.flatMap((one) => (typeOf(one) === 'software_Package' ? packageEntry(one, edges) : []));
}

function typeOf(element: unknown): string | undefined {
  return textMember(element, 'type') ?? textMember(element, '@type');
}

function packageEntry(one: unknown, edges: Edges): readonly Entry[] {
  const id = textMember(one, 'spdxId') ?? textMember(one, '@id');
  const identifier = itemsOf(member(one, 'externalIdentifier')).find(
    (other) => textMember(other, 'externalIdentifierType') === 'packageUrl',
  );
  const purl = textMember(one, 'software_packageUrl') ?? textMember(identifier, 'identifier');
  if (id === undefined || purl === undefined) return [];
  return documented({
    purl,
    name: textMember(one, 'name'),
    version: textMember(one, 'software_packageVersion'),
    key: id,
    needs: edges.from(id),
    licences: [],
    description: textMember(one, 'description') ?? textMember(one, 'summary'),
    maintainer: undefined,
    homepage: textMember(one, 'software_homePage'),
    hashes: itemsOf(member(one, 'verifiedUsing')).flatMap((hash) =>
      hashOf(textMember(hash, 'algorithm'), textMember(hash, 'hashValue')),
    ),
  });
}
