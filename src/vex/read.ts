// VEX documents of every format, told apart by what they say.
import { isCsaf, readCsaf } from '../csaf/document.ts';
import type { Digest } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { parseJson } from '../lib/json.ts';
import { isOpenVex, readOpenVex } from '../openvex/read.ts';
import { fromCsaf } from './csaf.ts';
import { fromCycloneDx, isCycloneDx } from './cyclonedx.ts';
import { fromOpenVex } from './openvex.ts';
import type { VexDocument } from './types.ts';

/** Largest document, in bytes. */
export const VEX_LIMIT = 128 << 20;

/**
 * Reads a document in OpenVEX, CycloneDX or CSAF.
 * @param source names it in messages and decisions
 * @throws Fault `vex/unknown-format`, `json/malformed`, `openvex/malformed`, `csaf/malformed`, `vex/malformed`, each naming it
 */
export function parseVex(bytes: Uint8Array | string, source: string): VexDocument {
  return readVex(parseJson(bytes, source), source);
}

/** The same of JSON that is parsed. */
export function readVex(json: unknown, source: string): VexDocument {
  try {
    if (isOpenVex(json)) return fromOpenVex(readOpenVex(json), source);
    if (isCsaf(json)) return fromCsaf(readCsaf(json), source);
    if (isCycloneDx(json)) return fromCycloneDx(json, source);
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    throw new Fault(fault.code, `${source}: ${fault.message}`, fault.hint, { cause: fault });
  }
  throw new Fault(
    'vex/unknown-format',
    `${source} is no VEX document.`,
    'Give OpenVEX (with an @context), CycloneDX (with a bomFormat) or CSAF (with a csaf_version), as JSON.',
  );
}

/** What a document says of what it was attested of. A statement that names no product is about that (OpenVEX, "Embedding"). */
export function aboutSubject(document: VexDocument, subject: Digest): VexDocument {
  const product = { ids: [], digests: [subject], subcomponents: [] };
  const statements = document.statements.map((one) =>
    one.products.length > 0 ? one : { ...one, products: [product] },
  );
  return { ...document, about: subject, statements };
}
