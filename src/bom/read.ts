// Reads an SBOM of any format that Temper knows.
import { Fault } from '../lib/faults.ts';
import { parseJson } from '../lib/json.ts';
import { limits } from '../lib/limits.ts';
import { graphOfCycloneDx } from './cyclonedx-to-graph.ts';
import { bomOfGraph } from './graph-to-bom.ts';
import type { BomGraph } from './graph.ts';
import { isObject, type JsonObject, malformed } from './members.ts';
import { graphOfSpdx } from './spdx-to-graph.ts';
import type { Bom, BomDocument } from './types.ts';

/**
 * Reads an SBOM; the Bom's `document` is all of it.
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
  const value = parseJson(bytes, name);
  if (!isObject(value)) throw malformed(`${name} is a JSON document, but no object`);
  const document = documentOf(value, name);
  return { ...bomOfGraph(graphOf(document)), document };
}

/** What a document says. @throws Fault `sbom/malformed` */
export function graphOf({ family, content }: BomDocument): BomGraph {
  return family === 'cyclonedx' ? graphOfCycloneDx(content) : graphOfSpdx(content);
}

const SPDX_VERSIONS: ReadonlySet<unknown> = new Set(['SPDX-2.2', 'SPDX-2.3']);
const CYCLONEDX_VERSIONS: ReadonlySet<unknown> = new Set(['1.4', '1.5', '1.6', '1.7']);

function documentOf(content: JsonObject, name: string): BomDocument {
  const { spdxVersion, bomFormat, specVersion } = content;
  if (typeof spdxVersion === 'string') {
    if (!SPDX_VERSIONS.has(spdxVersion)) throw unknownVersion(name, spdxVersion, '2.2 and 2.3 of SPDX 2');
    return { family: 'spdx-2', version: spdxVersion.slice('SPDX-'.length), content };
  }
  if (bomFormat === 'CycloneDX') {
    if (!CYCLONEDX_VERSIONS.has(specVersion))
      throw unknownVersion(name, `CycloneDX ${String(specVersion)}`, '1.4 to 1.7');
    return { family: 'cyclonedx', version: String(specVersion), content };
  }
  throw new Fault(
    'sbom/unknown-format',
    `${name} is no SBOM that Temper reads.`,
    'SPDX 2.2 and 2.3 and CycloneDX 1.4 to 1.7 are read.',
  );
}

function unknownVersion(name: string, version: string, known: string): Fault {
  return new Fault(
    'sbom/unknown-version',
    `${name} is of version "${version.slice(0, 100)}".`,
    `Versions ${known} are read.`,
  );
}
