// What a CycloneDX document says about its components: annotations, compositions, vulnerabilities.
import type { Agent, Completeness, GraphAnnotation, GraphVulnerability } from '../graph/types.ts';
import type { Members } from '../graph/members.ts';

export function readAnnotations(document: Members): GraphAnnotation[] {
  return document.list('annotations').map((one) => ({
    about: one.texts('subjects'),
    by: annotatorOf(one.child('annotator')),
    date: one.text('timestamp') ?? '',
    type: 'OTHER',
    text: one.text('text') ?? '',
  }));
}

function annotatorOf(annotator: Members | undefined): Agent {
  const person = annotator?.child('individual');
  const tool = annotator?.child('component') ?? annotator?.child('service');
  if (person !== undefined) return { kind: 'person', name: person.text('name') ?? '', email: person.text('email') };
  if (tool !== undefined) return { kind: 'tool', name: tool.text('name') ?? '', version: tool.text('version') };
  return { kind: 'organization', name: annotator?.child('organization')?.text('name') ?? '' };
}

const AGGREGATES = new Map<string, Completeness['is']>([
  ['complete', 'complete'],
  ['unknown', 'unknown'],
  ['not_specified', 'unknown'],
]);

export function readCompleteness(composition: Members): Completeness[] {
  const is = AGGREGATES.get(composition.needed('aggregate')) ?? 'incomplete';
  return [
    ...composition.texts('assemblies').map((id): Completeness => ({ id, of: 'CONTAINS', is })),
    ...composition.texts('dependencies').map((id): Completeness => ({ id, of: 'DEPENDS_ON', is })),
  ];
}

export function readVulnerability(one: Members): GraphVulnerability {
  const source = one.child('source');
  const analysis = one.child('analysis');
  const cwes = one.value('cwes');
  return {
    id: one.text('id') ?? '',
    source: source && { name: source.text('name'), url: source.text('url') },
    description: one.text('description'),
    detail: one.text('detail'),
    recommendation: one.text('recommendation'),
    advisories: one.list('advisories').map((advisory) => advisory.needed('url')),
    cwes: Array.isArray(cwes) ? cwes.filter((cwe) => typeof cwe === 'number') : [],
    ratings: one.list('ratings').map((rating) => ({
      method: rating.text('method'),
      score: rating.number('score'),
      severity: rating.text('severity'),
      vector: rating.text('vector'),
    })),
    published: one.text('published'),
    updated: one.text('updated'),
    withdrawn: one.text('rejected'),
    affects: one.list('affects').map((affected) => affected.needed('ref')),
    analysis: analysis && {
      state: analysis.text('state'),
      justification: analysis.text('justification'),
      responses: analysis.texts('response'),
      detail: analysis.text('detail'),
    },
  };
}
