// CycloneDX says what is part of what by nesting components: the relations of containment as a forest.
import type { BomGraph } from '../graph/types.ts';

/** Components nested deeper than this stand at the top. */
const DEEPEST = 30;

export interface Nesting {
  /** What stands inside an element, packages before files. */
  readonly inside: ReadonlyMap<string, readonly string[]>;
  /** The element that one stands inside of; absent for those at the top. */
  readonly parents: ReadonlyMap<string, string>;
}

/**
 * A file or package stands inside the first package that contains it, unless what is described contains it directly or
 * packages contain each other.
 */
export function nestingOf(graph: BomGraph): Nesting {
  const roots = new Set(graph.document.roots);
  const packages = new Set<string>();
  for (const { id } of graph.packages) packages.add(id);
  const files = new Set<string>();
  for (const { id } of graph.files) files.add(id);
  const parents = new Map<string, string>();
  const top = new Set<string>(roots);
  for (const { from, type, to } of graph.relations) {
    if (type !== 'CONTAINS' && type !== 'CONTAINED_BY') continue;
    const [container, content] = type === 'CONTAINS' ? [from, to] : [to, from];
    if (!packages.has(container)) continue;
    if (roots.has(container)) top.add(content);
    else if ((packages.has(content) || files.has(content)) && !parents.has(content)) parents.set(content, container);
  }
  for (const id of top) parents.delete(id);
  for (const id of parents.keys()) if (packages.has(id) && !ends(id, parents)) parents.delete(id);
  return { inside: insideOf(parents, files), parents };
}

function ends(id: string, parents: ReadonlyMap<string, string>): boolean {
  let at: string | undefined = id;
  for (let depth = 0; depth < DEEPEST; depth++) {
    at = parents.get(at);
    if (at === undefined) return true;
  }
  return false;
}

function insideOf(parents: ReadonlyMap<string, string>, files: ReadonlySet<string>): Map<string, string[]> {
  const inside = new Map<string, string[]>();
  const filesInside: [string, string][] = [];
  const put = (parent: string, id: string) => {
    const list = inside.get(parent);
    if (list === undefined) inside.set(parent, [id]);
    else list.push(id);
  };
  for (const [id, parent] of parents) {
    if (files.has(id)) filesInside.push([parent, id]);
    else put(parent, id);
  }
  for (const [parent, id] of filesInside) put(parent, id);
  return inside;
}
