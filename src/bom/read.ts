// Reads an SBOM of any format that Temper knows.
import { readCycloneDxXml } from '../cyclonedx/xml-read.ts';
import { Fault, messageOf } from '../lib/faults.ts';
import { parseJson } from '../lib/json.ts';
import { limits } from '../lib/limits.ts';
import { readTagValue } from '../spdx/tag-value-read.ts';
import { documentOf, graphOf } from './documents.ts';
import { bomOfGraph } from './graph/to-bom.ts';
import { readTemperJson } from './json/read.ts';
import { SBOM_SCHEMA } from './json/write.ts';
import { isObject, type JsonObject, malformed } from './graph/members.ts';
import type { Bom, BomDocument } from './types.ts';
import { unwrap } from './unwrap.ts';

/**
 * Reads an SBOM: SPDX 2.2 and 2.3 as JSON and as tags and values, SPDX 3.0 as JSON-LD, CycloneDX 1.4 to 1.7 as JSON and
 * XML, syft's JSON, Temper's own; also inside an in-toto statement, a DSSE envelope or a Sigstore bundle, whose
 * signatures are not looked at. The Bom's `document` is all of it, in the JSON form of its family.
 * @param name of the file or place, for messages
 * @throws Fault `sbom/too-large`, `sbom/malformed`, `sbom/unknown-format`, `sbom/unknown-version`, `json/malformed`
 */
export function readBom(bytes: Buffer, name: string): Bom {
  if (bytes.length > limits.envelope)
    throw new Fault(
      'sbom/too-large',
      `${name} has ${bytes.length} bytes, more than the ${limits.envelope} that an SBOM may have.`,
      'Check that it is an SBOM.',
    );
  const text = textOf(bytes, name);
  const start = /\S/.exec(text)?.[0];
  if (start === '{') return readJson(text, name);
  if (start === '#' || /^\s*SPDXVersion\s*:/i.test(text)) return readDocument(readTagValue(text), undefined, name);
  if (start === '<') return readDocument(readCycloneDxXml(bytes, name), undefined, name);
  throw unknownFormat(name);
}

function textOf(bytes: Buffer, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw malformed(`${name} is no UTF-8 text: ${messageOf(cause)}`);
  }
}

function readJson(text: string, name: string): Bom {
  const value = parseJson(text, name);
  if (!isObject(value)) throw malformed(`${name} is a JSON document, but no object`);
  const { content, wrapped } = unwrap(value, name);
  if (content['$schema'] === SBOM_SCHEMA) return readTemperJson(content);
  return readDocument(content, wrapped, name);
}

function readDocument(content: JsonObject, wrapped: BomDocument['wrapped'], name: string): Bom {
  const document = documentOf(content, name);
  if (document === undefined) throw unknownFormat(name);
  return { ...bomOfGraph(graphOf(document)), document: wrapped === undefined ? document : { ...document, wrapped } };
}

function unknownFormat(name: string): Fault {
  return new Fault(
    'sbom/unknown-format',
    `${name} is no SBOM that Temper reads.`,
    'SPDX 2.2, 2.3 and 3.0, CycloneDX 1.4 to 1.7 and the JSON of Temper and syft are read; for a lock file name its folder.',
  );
}
