// Relations of a graph as SPDX 3's relationships: one for all that an element has the same relation to.
import type { Creation3 } from './creation.ts';
import type { BomGraph } from '../graph/types.ts';
import { given } from '../graph/members.ts';
import { type Said, sayRelation } from './words.ts';

interface Group {
  readonly from: string;
  readonly said: Said;
  readonly comment: string | undefined;
  readonly completeness: string | undefined;
  readonly to: string[];
}

const COMPLETENESS = { complete: 'complete', incomplete: 'incomplete', unknown: 'noAssertion' } as const;

export function* relationships3(graph: BomGraph, creation: Creation3): Generator<object> {
  const groups = new Map<string, Group>();
  const completeness = new Map(graph.completeness.map(({ id, of, is }) => [`${id}\0${of}`, COMPLETENESS[is]]));
  const add = (from: string, type: string, to: readonly string[], comment: string | undefined) => {
    const said = sayRelation(type);
    const key = `${from}\0${type}\0${comment ?? ''}`;
    const known = groups.get(key);
    if (known === undefined)
      groups.set(key, { from, said, comment, completeness: completeness.get(`${from}\0${type}`), to: [...to] });
    else known.to.push(...to);
  };
  for (const { from, type, to, comment } of graph.relations) {
    const said = sayRelation(type);
    const [a, b] = said.turned === true ? [to, from] : [from, to];
    const iri = creation.known(b);
    if (iri === undefined || creation.known(a) === undefined || a === 'NONE' || a === 'NOASSERTION') continue;
    add(a, type, [iri], comment);
  }
  // What is known to be all, although it is nothing.
  for (const { id, of } of graph.completeness)
    if (!groups.has(`${id}\0${of}\0`) && creation.known(id) !== undefined)
      add(id, of, [creation.iri('NOASSERTION')], undefined);
  let i = 0;
  for (const { from, said, comment, completeness: is, to } of groups.values()) {
    yield given({
      type: said.scope === undefined ? 'Relationship' : 'LifecycleScopedRelationship',
      spdxId: creation.own(`Relationship-${i++}`),
      creationInfo: creation.info,
      comment,
      relationshipType: KNOWN.has(said.type) ? said.type : 'other',
      from: creation.iri(from),
      to,
      scope: said.scope,
      completeness: is,
    });
  }
}

/** Core, RelationshipType. */
const KNOWN: ReadonlySet<string> = new Set(
  (
    'affects amendedBy ancestorOf availableFrom configures contains coordinatedBy copiedTo ' +
    'delegatedTo dependsOn descendantOf describes doesNotAffect expandsTo exploitCreatedBy ' +
    'fixedBy fixedIn foundBy generates hasAddedFile hasAssessmentFor hasAssociatedVulnerability ' +
    'hasConcludedLicense hasDataFile hasDeclaredLicense hasDeletedFile hasDependencyManifest ' +
    'hasDistributionArtifact hasDocumentation hasDynamicLink hasEvidence hasExample hasHost ' +
    'hasInput hasMetadata hasOptionalComponent hasOptionalDependency hasOutput hasPrerequisite ' +
    'hasProvidedDependency hasRequirement hasSpecification hasStaticLink hasTest hasTestCase ' +
    'hasVariant invokedBy modifiedBy other packagedBy patchedBy publishedBy reportedBy ' +
    'republishedBy serializedInArtifact testedOn trainedOn underInvestigationFor usesTool'
  ).split(' '),
);
