// The statements that a build makes about its images.
import { toCycloneDx } from '../bom/to-cyclonedx.ts';
import { toSpdx } from '../bom/to-spdx.ts';
import type { Bom } from '../bom/types.ts';
import type { BuildRecord } from '../build/record.ts';
import { predicateTypes } from '../intoto/predicates.ts';
import { type Statement, statementAbout } from '../intoto/statement.ts';
import type { Digest } from '../lib/digest.ts';
import type { Tool } from '../lib/tool.ts';
import { type BuiltLayer, toProvenance, toProvenance02 } from './provenance.ts';

/** About one platform's manifest: SPDX, CycloneDX, provenance in both versions. */
export function platformStatements(
  subject: { readonly digest: Digest; readonly name: string },
  bom: Bom,
  layers: readonly BuiltLayer[],
  record: BuildRecord,
  tool: Tool,
): Statement[] {
  return [
    statementAbout(subject, predicateTypes.spdx, toSpdx(bom, tool)),
    statementAbout(subject, predicateTypes.cyclonedx, toCycloneDx(bom, tool)),
    ...provenanceStatements(subject, layers, record),
  ];
}

/** About an index or a manifest: who built it from what, in both versions that are read today. */
export function provenanceStatements(
  subject: { readonly digest: Digest; readonly name: string },
  layers: readonly BuiltLayer[],
  record: BuildRecord,
): Statement[] {
  return [
    statementAbout(subject, predicateTypes.provenance, toProvenance(record, layers)),
    statementAbout(subject, predicateTypes.provenance02, toProvenance02(record)),
  ];
}
