// A Bom as SPDX 2.3, in memory as a whole: what an attestation holds.
import type { Tool } from '../lib/tool.ts';
import type { SpdxDocument } from '../spdx/types.ts';
import { graphOfBom } from './graph/from-bom.ts';
import { spdxMembers } from './spdx2/write.ts';
import { wholeOf } from './graph/lazy.ts';
import type { Bom } from './types.ts';

/** @param tool what makes the document */
export function toSpdx(bom: Bom, tool: Tool): SpdxDocument {
  return wholeOf(spdxMembers(graphOfBom(bom, tool))) as unknown as SpdxDocument;
}
