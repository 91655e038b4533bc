// SPDX 2.3's words, and the graph's, in SPDX 3.0.
import type { Reference } from '../graph/types.ts';

/** How SPDX 3 says a relationship of SPDX 2.3: its type, whether the ends are the other way round, and its scope. */
export interface Said {
  readonly type: string;
  readonly turned?: true;
  readonly scope?: string;
}

const turned = (type: string, scope?: string): Said =>
  scope === undefined ? { type, turned: true } : { type, turned: true, scope };

/** SPDX 3.0.1, annex on differences from 2.3. Where two have one word, the first is read back. */
const RELATIONS: readonly (readonly [string, Said])[] = [
  ['AMENDS', turned('amendedBy')],
  ['ANCESTOR_OF', { type: 'ancestorOf' }],
  ['BUILD_DEPENDENCY_OF', turned('dependsOn', 'build')],
  ['BUILD_TOOL_OF', turned('usesTool', 'build')],
  ['CONTAINS', { type: 'contains' }],
  ['CONTAINED_BY', turned('contains')],
  ['COPY_OF', turned('copiedTo')],
  ['DATA_FILE_OF', turned('hasDataFile')],
  ['DEPENDENCY_MANIFEST_OF', turned('hasDependencyManifest')],
  ['DEPENDS_ON', { type: 'dependsOn' }],
  ['DEPENDENCY_OF', turned('dependsOn')],
  ['DESCENDANT_OF', { type: 'descendantOf' }],
  ['DESCRIBES', { type: 'describes' }],
  ['DESCRIBED_BY', turned('describes')],
  ['DEV_DEPENDENCY_OF', turned('dependsOn', 'development')],
  ['DEV_TOOL_OF', turned('usesTool', 'development')],
  ['DISTRIBUTION_ARTIFACT', { type: 'hasDistributionArtifact' }],
  ['DOCUMENTATION_OF', turned('hasDocumentation')],
  ['DYNAMIC_LINK', { type: 'hasDynamicLink' }],
  ['EXAMPLE_OF', turned('hasExample')],
  ['EXPANDED_FROM_ARCHIVE', turned('expandsTo')],
  ['FILE_ADDED', turned('hasAddedFile')],
  ['FILE_DELETED', turned('hasDeletedFile')],
  ['FILE_MODIFIED', turned('modifiedBy')],
  ['GENERATES', { type: 'generates' }],
  ['GENERATED_FROM', turned('generates')],
  ['HAS_PREREQUISITE', { type: 'hasPrerequisite' }],
  ['PREREQUISITE_FOR', turned('hasPrerequisite')],
  ['METAFILE_OF', turned('hasMetadata')],
  ['OPTIONAL_COMPONENT_OF', turned('hasOptionalComponent')],
  ['OPTIONAL_DEPENDENCY_OF', turned('hasOptionalDependency')],
  ['PACKAGE_OF', turned('packagedBy')],
  ['PATCH_FOR', turned('patchedBy')],
  ['PATCH_APPLIED', turned('patchedBy')],
  ['PROVIDED_DEPENDENCY_OF', turned('hasProvidedDependency')],
  ['REQUIREMENT_DESCRIPTION_FOR', turned('hasRequirement')],
  ['RUNTIME_DEPENDENCY_OF', turned('dependsOn', 'runtime')],
  ['SPECIFICATION_FOR', turned('hasSpecification')],
  ['STATIC_LINK', { type: 'hasStaticLink' }],
  ['TEST_CASE_OF', turned('hasTestCase')],
  ['TEST_DEPENDENCY_OF', turned('dependsOn', 'test')],
  ['TEST_OF', turned('hasTest')],
  ['TEST_TOOL_OF', turned('usesTool', 'test')],
  ['VARIANT_OF', turned('hasVariant')],
  ['OTHER', { type: 'other' }],
];
const saidOf = new Map(RELATIONS);
const readOf = new Map(
  [...RELATIONS].reverse().map(([type, said]) => [key(said.type, said.scope), { type, turned: said.turned === true }]),
);

function key(type: string, scope: string | undefined): string {
  return `${type} ${scope ?? ''}`;
}

/** A type that SPDX 2.3 does not have is one of SPDX 3 already. */
export function sayRelation(type: string): Said {
  return saidOf.get(type) ?? { type };
}

/** The graph's type for one of SPDX 3, and whether the ends are the other way round. */
export function readRelation(type: string, scope: string | undefined): { type: string; turned: boolean } {
  return readOf.get(key(type, scope)) ?? readOf.get(key(type, undefined)) ?? { type, turned: false };
}

/** Spellings that differ: graph → SPDX 3. */
const ALGORITHMS = new Map([
  ['SHA3-256', 'sha3_256'],
  ['SHA3-384', 'sha3_384'],
  ['SHA3-512', 'sha3_512'],
]);
const fromAlgorithm = new Map([
  ...[...ALGORITHMS].map(([graph, spdx]) => [spdx, graph] as const),
  ...['SHA-1', 'SHA-224', 'SHA-256', 'SHA-384', 'SHA-512', 'MD2', 'MD4', 'MD5', 'MD6', 'ADLER32', 'BLAKE3'].map(
    (name) => [name.toLowerCase().replaceAll('-', ''), name] as const,
  ),
  ...['256', '384', '512'].map((bits) => [`blake2b${bits}`, `BLAKE2b-${bits}`] as const),
]);

export function hashAlgorithm(graph: string): string {
  return ALGORITHMS.get(graph) ?? (fromAlgorithm.has(plain(graph)) ? plain(graph) : 'other');
}

export function readHashAlgorithm(spdx: string): string {
  return fromAlgorithm.get(spdx) ?? spdx;
}

function plain(graph: string): string {
  return graph.toLowerCase().replaceAll('-', '');
}

/** The graph's types that are spelled otherwise or are another word. */
const PURPOSES = new Map([
  ['operating-system', 'operatingSystem'],
  ['device-driver', 'deviceDriver'],
  ['machine-learning-model', 'model'],
]);
const fromPurpose = new Map([...PURPOSES].map(([type, purpose]) => [purpose, type]));
const SAME_PURPOSES: ReadonlySet<string> = new Set(
  'application archive container data device file firmware framework install library other platform source'.split(' '),
);

/** `undefined` for what SPDX 3 has no word for. */
export function purposeOf(type: string): string | undefined {
  return PURPOSES.get(type) ?? (SAME_PURPOSES.has(type) ? type : undefined);
}

export function typeOfPurpose3(purpose: string): string {
  return fromPurpose.get(purpose) ?? purpose;
}

/** CycloneDX's types of references → SPDX 3's. */
const REFERENCES = new Map([
  ['vcs', 'vcs'],
  ['issue-tracker', 'issueTracker'],
  ['advisories', 'securityAdvisory'],
  ['mailing-list', 'mailingList'],
  ['social', 'socialMedia'],
  ['chat', 'chat'],
  ['documentation', 'documentation'],
  ['support', 'support'],
  ['source-distribution', 'sourceArtifact'],
  ['license', 'license'],
  ['build-meta', 'buildMeta'],
  ['build-system', 'buildSystem'],
  ['release-notes', 'releaseNotes'],
  ['threat-model', 'securityThreatModel'],
  ['adversary-model', 'securityAdversaryModel'],
  ['risk-assessment', 'riskAssessment'],
  ['vulnerability-assertion', 'vulnerabilityDisclosureReport'],
  ['exploitability-statement', 'vulnerabilityExploitabilityAssessment'],
  ['pentest-report', 'securityPenTestReport'],
  ['static-analysis-report', 'staticAnalysisReport'],
  ['dynamic-analysis-report', 'dynamicAnalysisReport'],
  ['runtime-analysis-report', 'runtimeAnalysisReport'],
  ['component-analysis-report', 'componentAnalysisReport'],
  ['certification-report', 'certificationReport'],
  ['quality-metrics', 'metrics'],
]);
/** SPDX 2.3's categories and types (annex F) → SPDX 3's. */
const REFERENCES_2 = new Map([
  ['SECURITY advisory', 'securityAdvisory'],
  ['SECURITY fix', 'securityFix'],
  ['SECURITY url', 'securityOther'],
  ['PACKAGE-MANAGER maven-central', 'mavenCentral'],
  ['PACKAGE-MANAGER npm', 'npm'],
  ['PACKAGE-MANAGER nuget', 'nuget'],
  ['PACKAGE-MANAGER bower', 'bower'],
]);
const fromReference = new Map([...REFERENCES].map(([type, spdx]) => [spdx, { type }]));
const fromReference2 = new Map(
  [...REFERENCES_2].map(([words, spdx]) => {
    const [category = '', type = ''] = words.split(' ');
    return [spdx, { category, type }] as const;
  }),
);

export function referenceType({ category, type }: Reference): string | undefined {
  return category === undefined ? REFERENCES.get(type) : REFERENCES_2.get(`${category} ${type}`);
}

export function readReferenceType(spdx: string | undefined): Pick<Reference, 'category' | 'type'> {
  if (spdx === undefined) return { type: 'other' };
  return fromReference2.get(spdx) ?? fromReference.get(spdx) ?? { category: 'OTHER', type: spdx };
}
