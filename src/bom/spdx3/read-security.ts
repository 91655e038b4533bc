// What an SPDX 3 document says of vulnerabilities, in the graph's words.
import type { Analysis, GraphVulnerability, Rating } from '../graph/types.ts';
import { isObject, Members } from '../graph/members.ts';
import { type Elements3, idOf, propertiesIn, textsIn } from './elements.ts';

/** Classes → CycloneDX's states of analysis. */
const STATES = new Map([
  ['security_VexFixedVulnAssessmentRelationship', 'resolved'],
  ['security_VexAffectedVulnAssessmentRelationship', 'exploitable'],
  ['security_VexUnderInvestigationVulnAssessmentRelationship', 'in_triage'],
  ['security_VexNotAffectedVulnAssessmentRelationship', 'not_affected'],
]);
const JUSTIFICATIONS = new Map([
  ['componentNotPresent', 'code_not_present'],
  ['vulnerableCodeNotPresent', 'code_not_present'],
  ['vulnerableCodeNotInExecutePath', 'code_not_reachable'],
  ['vulnerableCodeCannotBeControlledByAdversary', 'requires_environment'],
  ['inlineMitigationsAlreadyExist', 'protected_by_mitigating_control'],
]);
/** Classes → CycloneDX's methods of rating. */
const METHODS = new Map([
  ['security_CvssV2VulnAssessmentRelationship', 'CVSSv2'],
  ['security_CvssV3VulnAssessmentRelationship', 'CVSSv31'],
  ['security_CvssV4VulnAssessmentRelationship', 'CVSSv4'],
]);

export function vulnerabilityOf(one: Members, elements: Elements3): GraphVulnerability {
  const id = idOf(one);
  const about = (types: Iterable<string>) =>
    elements.ofType(...types).filter((relation) => relation.text('from') === id);
  const vex = about(STATES.keys());
  const plain = about(['Relationship']).filter((relation) => relation.text('relationshipType') === 'affects');
  const ratings = about(METHODS.keys()).map(ratingOf);
  const properties = propertiesIn(one);
  const ours = (name: string) => properties.filter((p) => p.name === `temper:${name}`).map((p) => p.value);
  const [identifier] = one.list('externalIdentifier');
  const [url] = identifier === undefined ? [] : textsIn(identifier, 'identifierLocator');
  const [name] = ours('source');
  const [assessed] = [...vex, ...plain];
  const refs = one.list('externalRef');
  const locators = (type: string) =>
    refs.filter((ref) => ref.text('externalRefType') === type).flatMap((ref) => textsIn(ref, 'locator'));
  return {
    id: identifier?.text('identifier') ?? one.text('name') ?? '',
    source: name === undefined && url === undefined ? undefined : { name, url },
    description: one.text('description') ?? one.text('summary'),
    detail: ours('detail')[0],
    recommendation: assessed && recommendationOf(assessed),
    advisories: locators('securityAdvisory'),
    cwes: locators('cwe').flatMap((text) => {
      const number = /(\d{1,6})/.exec(text)?.[1];
      return number === undefined ? [] : [Number(number)];
    }),
    ratings: [...ratings, ...ours('rating').flatMap(keptRating)],
    published: one.text('security_publishedTime'),
    updated: one.text('security_modifiedTime'),
    withdrawn: one.text('security_withdrawnTime'),
    affects: [...new Set([...vex, ...plain].flatMap((relation) => textsIn(relation, 'to')))].map((to) =>
      elements.local(to),
    ),
    analysis: assessed && analysisOf(assessed),
  };
}

function recommendationOf(assessed: Members): string | undefined {
  const kept = propertiesIn(assessed).find((p) => p.name === 'temper:recommendation')?.value;
  const action = assessed.text('security_actionStatement');
  return kept ?? (action === 'none is stated' ? undefined : action);
}

function analysisOf(assessed: Members): Analysis | undefined {
  const kept = (name: string) => propertiesIn(assessed).flatMap((p) => (p.name === `temper:${name}` ? [p.value] : []));
  const state = kept('state')[0] ?? STATES.get(assessed.text('type') ?? '');
  const justification =
    kept('justification')[0] ?? JUSTIFICATIONS.get(assessed.text('security_justificationType') ?? '');
  const detail = assessed.text('security_impactStatement') ?? assessed.text('security_statusNotes');
  if (state === undefined && justification === undefined && detail === undefined) return undefined;
  return { state, justification, responses: kept('response'), detail };
}

function ratingOf(relation: Members): Rating {
  const method = propertiesIn(relation).find((p) => p.name === 'temper:method')?.value;
  return {
    method: method ?? METHODS.get(relation.text('type') ?? ''),
    score: scoreOf(relation),
    severity: relation.text('security_severity'),
    vector: relation.text('security_vectorString'),
  };
}

// A decimal: a number in JSON, or its text.
function scoreOf(relation: Members): number | undefined {
  const value = relation.value('security_score');
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function keptRating(text: string): Rating[] {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) return [];
    const rating = new Members(value, 'temper:rating');
    return [
      {
        method: rating.text('method'),
        score: rating.number('score'),
        severity: rating.text('severity'),
        vector: rating.text('vector'),
      },
    ];
  } catch {
    return [];
  }
}
