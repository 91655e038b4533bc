// An SBOM in any form that a user asks for.
import { isDocumentFormat, type PageFormat, type SbomFormat } from '../bom/formats.ts';
import type { Bom } from '../bom/types.ts';
import { writeBom } from '../bom/write.ts';
import type { Tool } from '../lib/tool.ts';
import { sbomDot } from './sbom-dot.ts';
import { sbomHtml } from './sbom-html.ts';
import { sbomTable, sbomTree } from './sbom-text.ts';

/** Pieces of the text, which ends in a line feed; the same for the same Bom and tool. */
export function renderSbom(bom: Bom, format: SbomFormat, tool: Tool): Iterable<string> {
  return isDocumentFormat(format) ? writeBom(bom, format, tool) : page(bom, format, tool);
}

function page(bom: Bom, format: PageFormat, tool: Tool): Iterable<string> {
  switch (format) {
    case 'table':
      return sbomTable(bom);
    case 'tree':
      return sbomTree(bom);
    case 'dot':
      return sbomDot(bom);
    case 'html':
      return sbomHtml(bom, tool);
  }
}
