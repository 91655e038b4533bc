// Packages that somebody in the image asks for by name, and that nobody's edge leads to.
import { plainName, type WithEdges } from './accuracy-compare.ts';

/**
 * A package has a known parent where another package declares a dependency on its name, whichever version that is met
 * by, or none; it is an orphan where then no edge leads to it.
 * @param all of the image
 */
export function orphansOf(
  mine: readonly WithEdges[],
  all: readonly WithEdges[],
): { readonly orphans: readonly string[]; readonly known: number } {
  const names = new Map(all.map((one) => [one.purl, keyOf(one.kind, one.name)]));
  const needed = new Set<string>();
  const declared = new Set<string>();
  for (const { purl, kind, dependencies, unmetDependencies = [] } of all) {
    for (const to of dependencies) {
      if (to === purl) continue;
      needed.add(to);
      declared.add(names.get(to) ?? '');
    }
    for (const text of unmetDependencies) declared.add(keyOf(kind, requestedName(kind, text)));
  }
  const known = mine.filter(({ kind, name }) => declared.has(keyOf(kind, name)));
  const orphans = known.filter(({ purl }) => !needed.has(purl));
  return { orphans: orphans.map(({ name, version }) => `${name}@${version}`).sort(), known: known.length };
}

function keyOf(kind: string, name: string): string {
  return `${kind} ${plainName(kind, name)}`;
}

/** The name in `name@range`, `group:artifact 1.0`, `name (>= 1.0)`, `name>=1.0`. */
function requestedName(kind: string, text: string): string {
  const at = text.indexOf('@', 1);
  if (kind === 'npm') return at < 0 ? text : text.slice(0, at);
  return /^[^\s<>=!~;([]+/.exec(text)?.[0] ?? text;
}
