// Identifiers of SPDX 2 elements: letters, digits, dots and hyphens only (SPDX 2.3, 3.3, 7.2).
import { sha256Hex } from '../../lib/digest.ts';
import { type BomGraph, DOCUMENT, type GraphPackage, NOASSERTION, NONE } from '../graph/types.ts';
import { purlType, wholeName } from '../graph/names.ts';

/**
 * Which identifier an element has in SPDX 2; {@link DOCUMENT}, NONE, NOASSERTION, those of other documents and those
 * that are of SPDX 2 already stay. `undefined` for what is no element.
 */
export function spdxIds(graph: BomGraph): (id: string) => string | undefined {
  const ids = new Map<string, string>([NONE, NOASSERTION, DOCUMENT].map((id) => [id, id]));
  const taken = new Set([DOCUMENT]);
  const closed = graph.closed === true;
  const keep = (id: string) => {
    taken.add(id);
    ids.set(id, id);
  };
  for (const list of closed ? [] : [graph.packages, graph.files, graph.snippets])
    for (const { id } of list) if (isSpdxId(id)) keep(id);
  const add = (id: string, wanted: string) => {
    const unique = taken.has(wanted) ? `${wanted}-${sha256Hex(id).slice(0, 12)}` : wanted;
    taken.add(unique);
    ids.set(id, unique);
  };
  const roots = new Set(graph.document.roots);
  for (const p of graph.packages) if (!isSpdxId(p.id)) add(p.id, roots.has(p.id) ? rootId(p) : packageId(p));
  let i = 0;
  if (!closed) for (const { id } of graph.files) if (!isSpdxId(id)) add(id, `SPDXRef-File-${i++}`);
  for (const { id } of graph.snippets) if (!isSpdxId(id)) add(id, `SPDXRef-Snippet-${ids.size}`);
  return (id) => ids.get(id) ?? ((closed && isSpdxId(id)) || id.startsWith('DocumentRef-') ? id : undefined);
}

function isSpdxId(id: string): boolean {
  return id !== DOCUMENT && /^SPDXRef-[A-Za-z0-9.-]+$/.test(id);
}

function rootId(p: GraphPackage): string {
  return p.type === 'container' ? 'SPDXRef-Image' : 'SPDXRef-Root';
}

function packageId(p: GraphPackage): string {
  const type = purlType(p.purls?.[0]);
  const architecture = p.properties?.find(({ name }) => name === 'temper:architecture')?.value;
  const parts = [type, wholeName(p, type), architecture ?? p.version].filter(
    (part) => part !== undefined && part !== '',
  );
  return `SPDXRef-Package-${parts.join('-').replace(/[^A-Za-z0-9.-]/g, '-')}`;
}
