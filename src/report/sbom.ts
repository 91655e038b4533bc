// An SBOM in any form that a user asks for.
import { isDocumentFormat, type PageFormat, type SbomFormat } from '../bom/formats.ts';
import type { Bom } from '../bom/types.ts';
import type { Tool } from '../lib/tool.ts';

/** Pieces of the text, which ends in a line feed; the same for the same Bom and tool. */
export type SbomRenderer = (bom: Bom, tool: Tool) => Iterable<string>;

/** What renders a format; only what that format needs is loaded. */
export async function sbomRenderer(format: SbomFormat): Promise<SbomRenderer> {
  if (!isDocumentFormat(format)) return await pageRenderer(format);
  const { writeBom } = await import('../bom/write.ts');
  return (bom, tool) => writeBom(bom, format, tool);
}

async function pageRenderer(format: PageFormat): Promise<SbomRenderer> {
  switch (format) {
    case 'table':
      return (await import('./sbom-text.ts')).sbomTable;
    case 'tree':
      return (await import('./sbom-text.ts')).sbomTree;
    case 'dot':
      return (await import('./sbom-dot.ts')).sbomDot;
    case 'html':
      return (await import('./sbom-html.ts')).sbomHtml;
  }
}
