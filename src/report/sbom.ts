// SBOMs in every form: documents for programs, pages for people.
import { isDocumentFormat, type SbomFormat } from '../bom/formats.ts';
import type { Bom } from '../bom/types.ts';
import { writeBom } from '../bom/write.ts';
import { tool } from '../lib/tool.ts';
import { writePage } from './sbom-pages.ts';

/** The text in pieces, ending with a line break. */
export function renderSbom(bom: Bom, format: SbomFormat): Iterable<string> {
  return isDocumentFormat(format) ? writeBom(bom, format, tool) : writePage(bom, format);
}
