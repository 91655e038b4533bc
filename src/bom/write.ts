// Writes a Bom as a document of any format.
import type { CycloneDxVersion } from '../cyclonedx/types.ts';
import { writeCycloneDxXml } from '../cyclonedx/xml-write.ts';
import { asVersion } from '../cyclonedx/versions.ts';
import { compareStrings } from '../lib/bytes.ts';
import { sha256Hex } from '../lib/digest.ts';
import type { Tool } from '../lib/tool.ts';
import { writeTagValue } from '../spdx/tag-value-write.ts';
import { graphOfBom } from './graph/from-bom.ts';
import { graphOf } from './documents.ts';
import type { DocumentFormat } from './formats.ts';
import { cycloneDxMembers } from './cyclonedx/write.ts';
import { spdxMembers } from './spdx2/write.ts';
import { spdx3Members } from './spdx3/write.ts';
import type { BomGraph } from './graph/types.ts';
import { jsonMembers } from './json/write.ts';
import { Items, type LazyObject, writeLazy } from './graph/lazy.ts';
import { spdxOf23 } from './spdx2/versions.ts';
import type { Bom } from './types.ts';

/**
 * Pieces of the document's text, the same for the same Bom and tool. A Bom that was read from a document of the same
 * family gives that document again, in the version that is asked for.
 */
export function writeBom(bom: Bom, format: DocumentFormat, tool: Tool): Iterable<string> {
  switch (format) {
    case 'json':
      return writeLazy(jsonMembers(bom, tool));
    case 'purls':
      return purlLines(bom);
    case 'spdx-json':
      return writeLazy(spdxOf(bom, tool));
    case 'spdx-json@3.0':
      return writeLazy(spdx3Of(bom, tool));
    case 'spdx-tag-value':
      return writeTagValue(unwrapped(spdxOf(bom, tool)));
    case 'cyclonedx-json':
      return writeLazy(cycloneDxOf(bom, '1.6', tool));
    case 'cyclonedx-xml':
      return writeCycloneDxXml(unwrapped(cycloneDxOf(bom, '1.6', tool)));
    case 'cyclonedx-json@1.7':
      return writeLazy(cycloneDxOf(bom, '1.7', tool));
  }
}

/** One a line, sorted. */
function* purlLines({ packages }: Bom): Generator<string> {
  yield [...new Set(packages.map((p) => p.purl))]
    .sort(compareStrings)
    .map((purl) => `${purl}\n`)
    .join('');
}

function spdxOf({ document, ...bom }: Bom, tool: Tool): LazyObject {
  if (document?.family === 'spdx-2') return Object.entries(spdxOf23(document.content));
  return spdxMembers(graphOfAny({ document, ...bom }, tool));
}

function spdx3Of({ document, ...bom }: Bom, tool: Tool): LazyObject {
  if (document?.family === 'spdx-3') return Object.entries(document.content);
  return spdx3Members(graphOfAny({ document, ...bom }, tool));
}

function cycloneDxOf({ document, ...bom }: Bom, version: CycloneDxVersion, tool: Tool): LazyObject {
  if (document?.family === 'cyclonedx') return Object.entries(asVersion(document.content, version));
  return cycloneDxMembers(graphOfAny({ document, ...bom }, tool), version);
}

/** What the document says that the Bom was read from, and that Temper wrote it anew; else what the Bom says. */
function graphOfAny(bom: Bom, tool: Tool): BomGraph {
  if (bom.document === undefined) return graphOfBom(bom, tool);
  const graph = graphOf(bom.document);
  const creators = [...graph.document.creators, { kind: 'tool', ...tool } as const];
  const { name = 'sbom', uri = namespaceOf(name, bom.document.content) } = graph.document;
  return { ...graph, document: { ...graph.document, creators, uri } };
}

// Of a document that has none: another for every other content.
function namespaceOf(name: string, content: unknown): string {
  const identity = sha256Hex(JSON.stringify(content));
  return `https://spdx.org/spdxdocs/${name.replace(/[^A-Za-z0-9.-]/g, '-')}-${identity}`;
}

function* unwrapped(members: LazyObject): LazyObject {
  for (const [name, value] of members) yield [name, value instanceof Items ? value.of : value];
}
