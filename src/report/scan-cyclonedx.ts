// A scan's result as CycloneDX 1.6: the SBOM, and what is vulnerable in it.
import { cycloneDxMembers } from '../bom/cyclonedx/write.ts';
import { graphOfBom } from '../bom/graph/from-bom.ts';
import { Items, type LazyObject, writeLazy } from '../bom/graph/lazy.ts';
import { identityOf } from '../bom/identity.ts';
import type { BomGraph } from '../bom/graph/types.ts';
import type { ScanReport } from '../flow/scan/scan.ts';
import { sha256Hex } from '../lib/digest.ts';
import { isoTime } from '../lib/time.ts';
import { uuidOf } from '../lib/uuid.ts';
import { cycloneDxVulnerability, vulnerabilityGroups } from './cyclonedx-vulnerability.ts';
import type { RenderOptions } from './scan-formats.ts';
import { sourceJson } from './scan-json.ts';

/**
 * Components as `temper sbom` writes them without files; of an SBOM that was read, what Temper knows of it. What is not
 * covered and the database stand in the properties of the metadata.
 */
export function* scanCycloneDx(report: ScanReport, { tool }: RenderOptions): Generator<string> {
  const { document: _, ...bom } = report.bom;
  const graph = graphOfBom({ ...bom, files: [] }, tool);
  yield* writeLazy(withVulnerabilities(cycloneDxMembers(graphOf(graph, report), '1.6'), report));
}

function graphOf(graph: BomGraph, { notCovered, fixedOnly, database }: ScanReport): BomGraph {
  const property = (name: string, value: unknown) => ({ name: `temper:${name}`, value: JSON.stringify(value) });
  const properties = [
    ...graph.document.properties,
    ...database.sources.map((source) => property('database', sourceJson(source))),
    ...fixedOnly.map((ecosystem) => ({ name: 'temper:fixedOnly', value: ecosystem })),
    ...notCovered.map(({ purl, reason }) => property('notCovered', [reason, purl])),
  ];
  return { ...graph, document: { ...graph.document, created: isoTime(database.now), properties } };
}

function* withVulnerabilities(members: LazyObject, report: ScanReport): LazyObject {
  for (const [name, value] of members) {
    if (name === 'serialNumber') yield [name, `urn:uuid:${uuidOf(contentOf(report))}`];
    else if (name === 'vulnerabilities') yield [name, new Items(vulnerabilities(report), { always: true })];
    else yield [name, value];
  }
}

// The image's SBOM is another document.
function contentOf({ bom, findings, suppressed, database }: ScanReport): string {
  const said = [...findings, ...suppressed].map((one) => [one.id, one.package.purl, one.status, one.fix.versions]);
  return sha256Hex(JSON.stringify([identityOf(bom), database.sources.map(({ digest }) => digest), said]));
}

function* vulnerabilities({ findings, suppressed }: ScanReport): Generator<object> {
  for (const group of vulnerabilityGroups([...findings, ...suppressed])) yield cycloneDxVulnerability(group);
}
