// The families of documents, and what one says.
import { Fault } from '../lib/faults.ts';
import { graphOfCycloneDx } from './cyclonedx/read.ts';
import type { BomGraph } from './graph/types.ts';
import { isObject, type JsonObject } from './graph/members.ts';
import { graphOfSyft } from './syft/read.ts';
import { graphOfSpdx } from './spdx2/read.ts';
import { graphOfSpdx3 } from './spdx3/read.ts';
import type { BomDocument } from './types.ts';

/** What a document says. @throws Fault `sbom/malformed` */
export function graphOf({ family, content }: BomDocument): BomGraph {
  switch (family) {
    case 'cyclonedx':
      return graphOfCycloneDx(content);
    case 'spdx-2':
      return graphOfSpdx(content);
    case 'spdx-3':
      return graphOfSpdx3(content);
    case 'syft':
      return graphOfSyft(content);
  }
}

const SPDX_VERSIONS: ReadonlySet<unknown> = new Set(['SPDX-2.2', 'SPDX-2.3']);
const CYCLONEDX_VERSIONS: ReadonlySet<unknown> = new Set(['1.4', '1.5', '1.6', '1.7']);

/**
 * The family and version that a document is of; `undefined` when it is of none.
 * @throws Fault `sbom/unknown-version`
 */
export function documentOf(content: JsonObject, name: string): BomDocument | undefined {
  const { spdxVersion, bomFormat, specVersion } = content;
  if (typeof spdxVersion === 'string') {
    if (!SPDX_VERSIONS.has(spdxVersion)) throw unknownVersion(name, spdxVersion, '2.2 and 2.3 of SPDX 2');
    return { family: 'spdx-2', version: spdxVersion.slice('SPDX-'.length), content };
  }
  const version3 = spdx3Version(content['@context']);
  if (version3 !== undefined) {
    if (!/^3\.0\.\d+$/.test(version3)) throw unknownVersion(name, `SPDX ${version3}`, '3.0 of SPDX 3');
    return { family: 'spdx-3', version: version3, content };
  }
  if (isSyft(content)) return { family: 'syft', version: syftVersion(content), content };
  if (bomFormat !== 'CycloneDX') return undefined;
  if (!CYCLONEDX_VERSIONS.has(specVersion))
    throw unknownVersion(name, `CycloneDX ${String(specVersion)}`, '1.4 to 1.7 of CycloneDX');
  return { family: 'cyclonedx', version: String(specVersion), content };
}

function isSyft({ artifacts, descriptor }: JsonObject): boolean {
  return Array.isArray(artifacts) && isObject(descriptor) && descriptor['name'] === 'syft';
}

function syftVersion({ schema }: JsonObject): string {
  return isObject(schema) && typeof schema['version'] === 'string' ? schema['version'] : 'unknown';
}

/** The version in the address of the context, alone or in a list. */
function spdx3Version(context: unknown): string | undefined {
  const texts: readonly unknown[] = Array.isArray(context) ? context : [context];
  for (const text of texts) {
    const match = typeof text === 'string' ? /^https?:\/\/spdx\.org\/rdf\/(3\.\d+\.\d+)\//.exec(text) : null;
    if (match !== null) return match[1];
  }
  return undefined;
}

function unknownVersion(name: string, version: string, known: string): Fault {
  return new Fault(
    'sbom/unknown-version',
    `${name} is of version "${version.slice(0, 100)}".`,
    `Versions ${known} are read.`,
  );
}
