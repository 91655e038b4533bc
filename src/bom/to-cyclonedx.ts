// A Bom as CycloneDX 1.6, in memory as a whole: what an attestation holds.
import type { CycloneDxDocument } from '../cyclonedx/types.ts';
import type { Tool } from '../lib/tool.ts';
import { graphOfBom } from './graph/from-bom.ts';
import { cycloneDxMembers } from './cyclonedx/write.ts';
import { wholeOf } from './graph/lazy.ts';
import type { Bom } from './types.ts';

/** @param tool what makes the document */
export function toCycloneDx(bom: Bom, tool: Tool): CycloneDxDocument {
  return wholeOf(cycloneDxMembers(graphOfBom(bom, tool), '1.6')) as unknown as CycloneDxDocument;
}
