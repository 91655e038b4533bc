// An SBOM as a graph in Graphviz' language.
import type { Bom, BomPackage } from '../bom/types.ts';

/** Nodes by type of package, so that the eye tells them apart. */
const COLOURS = ['#cfe8ff', '#ffe3c2', '#d8f2cf', '#f3d6f5', '#fff3b0', '#d9d9f3', '#f7d0d0', '#c9efe9'] as const;

/** One node for each package and an arrow to each that it needs. */
export function* sbomDot(bom: Bom): Generator<string> {
  const ids = new Map(bom.packages.map((p, i) => [p.purl, `p${i}`]));
  const kinds = [...new Set(bom.packages.map((p) => p.kind))].sort();
  const colour = ({ kind }: BomPackage) => COLOURS[kinds.indexOf(kind) % COLOURS.length] ?? COLOURS[0];
  yield `digraph ${quoted(bom.subject.name)} {\n  rankdir=LR;\n  node [shape=box, style=filled, fontname="sans-serif"];\n`;
  for (const p of bom.packages) {
    const label = `${p.name}\n${p.version}`;
    yield `  ${ids.get(p.purl) ?? ''} [label=${quoted(label)}, tooltip=${quoted(p.purl)}, fillcolor="${colour(p)}"];\n`;
  }
  for (const p of bom.packages)
    for (const purl of p.dependencies) {
      const to = ids.get(purl);
      if (to !== undefined) yield `  ${ids.get(p.purl) ?? ''} -> ${to};\n`;
    }
  yield '}\n';
}

// Graphviz reads escapes of its own after a backslash, and HTML entities.
function quoted(text: string): string {
  const plain = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('&', '&amp;')
    .replaceAll('\n', '\\n')
    .replace(/[\0-\x1f\x7f]/g, '\ufffd');
  return `"${plain}"`;
}
