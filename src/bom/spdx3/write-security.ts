// Vulnerabilities of a graph and what is said of them, in SPDX 3's security profile.
import type { Creation3 } from './creation.ts';
import { extension } from './extension.ts';
import type { Analysis, GraphVulnerability, Property, Rating } from '../graph/types.ts';
import { given } from '../graph/members.ts';
import { utcSeconds } from '../graph/times.ts';

/** CycloneDX's states of analysis → class and relationship type. */
const STATES: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['resolved', ['VexFixed', 'fixedIn']],
  ['resolved_with_pedigree', ['VexFixed', 'fixedIn']],
  ['exploitable', ['VexAffected', 'affects']],
  ['in_triage', ['VexUnderInvestigation', 'underInvestigationFor']],
  ['false_positive', ['VexNotAffected', 'doesNotAffect']],
  ['not_affected', ['VexNotAffected', 'doesNotAffect']],
]);
const JUSTIFICATIONS: ReadonlyMap<string, string> = new Map([
  ['code_not_present', 'vulnerableCodeNotPresent'],
  ['code_not_reachable', 'vulnerableCodeNotInExecutePath'],
  ['requires_configuration', 'vulnerableCodeCannotBeControlledByAdversary'],
  ['requires_dependency', 'vulnerableCodeCannotBeControlledByAdversary'],
  ['requires_environment', 'vulnerableCodeCannotBeControlledByAdversary'],
  ['protected_by_compiler', 'inlineMitigationsAlreadyExist'],
  ['protected_at_runtime', 'inlineMitigationsAlreadyExist'],
  ['protected_at_perimeter', 'inlineMitigationsAlreadyExist'],
  ['protected_by_mitigating_control', 'inlineMitigationsAlreadyExist'],
]);
/** Methods of ratings → class. */
const METHODS: ReadonlyMap<string, string> = new Map([
  ['CVSSv2', 'CvssV2'],
  ['CVSSv3', 'CvssV3'],
  ['CVSSv31', 'CvssV3'],
  ['CVSSv4', 'CvssV4'],
]);
const SEVERITIES: ReadonlySet<string | undefined> = new Set(['critical', 'high', 'medium', 'low', 'none']);

export function* security3(vulnerabilities: readonly GraphVulnerability[], creation: Creation3): Generator<object> {
  for (const [i, one] of vulnerabilities.entries()) {
    const id = creation.own(`Vulnerability-${i}`);
    yield vulnerability(one, id, creation);
    const products = one.affects.flatMap((ref) => creation.known(ref) ?? []);
    if (products.length === 0) continue;
    yield analysis(one, id, products, creation);
    for (const [j, rating] of one.ratings.entries())
      if (isCvss(rating)) yield assessment(rating, `${id}-Rating-${j}`, id, products, creation);
  }
}

function vulnerability(one: GraphVulnerability, spdxId: string, creation: Creation3): object {
  const rest = one.ratings.filter((rating) => !isCvss(rating) || one.affects.length === 0);
  const properties: Property[] = [
    ...(one.source?.name === undefined ? [] : [{ name: 'temper:source', value: one.source.name }]),
    ...(one.detail === undefined ? [] : [{ name: 'temper:detail', value: one.detail }]),
    ...rest.map((rating) => ({ name: 'temper:rating', value: JSON.stringify(given({ ...rating })) })),
  ];
  return given({
    type: 'security_Vulnerability',
    spdxId,
    creationInfo: creation.info,
    name: one.id === '' ? undefined : one.id,
    description: one.description,
    security_publishedTime: one.published && utcSeconds(one.published),
    security_modifiedTime: one.updated && utcSeconds(one.updated),
    security_withdrawnTime: one.withdrawn && utcSeconds(one.withdrawn),
    externalIdentifier:
      one.id === ''
        ? undefined
        : [
            given({
              type: 'ExternalIdentifier',
              externalIdentifierType: one.id.startsWith('CVE-') ? 'cve' : 'securityOther',
              identifier: one.id,
              identifierLocator: one.source?.url && [one.source.url],
            }),
          ],
    externalRef: [
      ...one.advisories.map((url) => ({ type: 'ExternalRef', externalRefType: 'securityAdvisory', locator: [url] })),
      ...one.cwes.map((cwe) => ({ type: 'ExternalRef', externalRefType: 'cwe', locator: [`CWE-${cwe}`] })),
    ],
    extension: extension(properties),
  });
}

function analysis(one: GraphVulnerability, id: string, to: readonly string[], creation: Creation3): object {
  const said = STATES.get(one.analysis?.state ?? '');
  const base = { spdxId: `${id}-Analysis`, creationInfo: creation.info };
  if (said === undefined || one.analysis === undefined) {
    const extra = one.analysis === undefined ? undefined : extension(words(one.analysis));
    const plain = { type: 'Relationship', ...base, relationshipType: 'affects', from: id, to, extension: extra };
    return given(plain);
  }
  const [name, relationshipType] = said;
  const { detail, justification } = one.analysis;
  return given({
    type: `security_${name}VulnAssessmentRelationship`,
    ...base,
    relationshipType,
    from: id,
    to,
    security_statusNotes: name === 'VexNotAffected' ? undefined : detail,
    security_impactStatement: name === 'VexNotAffected' ? detail : undefined,
    security_justificationType: name === 'VexNotAffected' ? JUSTIFICATIONS.get(justification ?? '') : undefined,
    security_actionStatement: name === 'VexAffected' ? (one.recommendation ?? 'none is stated') : undefined,
    extension: extension([
      ...words(one.analysis),
      ...(one.recommendation === undefined || name === 'VexAffected'
        ? []
        : [{ name: 'temper:recommendation', value: one.recommendation }]),
    ]),
  });
}

/** CycloneDX's own words, of which SPDX has fewer. */
function words({ state, justification, responses }: Analysis): Property[] {
  return [
    ...(state === undefined ? [] : [{ name: 'temper:state', value: state }]),
    ...(justification === undefined ? [] : [{ name: 'temper:justification', value: justification }]),
    ...responses.map((value) => ({ name: 'temper:response', value })),
  ];
}

function isCvss({ method, score, severity, vector }: Rating): boolean {
  const known = METHODS.get(method ?? '');
  return (
    known !== undefined &&
    score !== undefined &&
    vector !== undefined &&
    (known === 'CvssV2' || SEVERITIES.has(severity))
  );
}

function assessment(rating: Rating, spdxId: string, from: string, to: readonly string[], creation: Creation3): object {
  const name = METHODS.get(rating.method ?? '') ?? '';
  return given({
    type: `security_${name}VulnAssessmentRelationship`,
    spdxId,
    creationInfo: creation.info,
    relationshipType: 'hasAssessmentFor',
    from,
    to,
    security_score: rating.score,
    security_severity: name === 'CvssV2' ? undefined : rating.severity,
    security_vectorString: rating.vector,
    extension: extension([{ name: 'temper:method', value: rating.method ?? '' }]),
  });
}
