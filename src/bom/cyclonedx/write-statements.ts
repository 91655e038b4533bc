// What a graph says about its elements, in CycloneDX's words: annotations, compositions, vulnerabilities.
import type { Agent, BomGraph, Completeness, GraphAnnotation, GraphVulnerability } from '../graph/types.ts';
import { given } from '../graph/members.ts';
import { timeIf, utcSeconds } from '../graph/times.ts';

/** @param subject the reference of what an annotation names */
export function writeAnnotation(one: GraphAnnotation, subject: (id: string) => string | undefined): object[] {
  const subjects = [...new Set(one.about.flatMap((id) => subject(id) ?? []))];
  return subjects.length === 0
    ? []
    : [
        {
          subjects,
          annotator: annotator(one.by),
          timestamp: timeIf(one.date) ?? utcSeconds(undefined),
          text: one.text,
        },
      ];
}

function annotator({ kind, name, email, version }: Agent): object {
  if (kind === 'person') return { individual: given({ name, email }) };
  if (kind === 'tool') return { component: given({ type: 'application', name, version }) };
  return { organization: { name } };
}

/** One composition for each answer. */
export function writeCompositions(completeness: BomGraph['completeness'], knows: (id: string) => boolean): object[] {
  const list = completeness.filter(({ id }) => knows(id));
  return (['complete', 'incomplete', 'unknown'] as const).flatMap((is) => {
    const of = (what: Completeness['of']) => list.filter((one) => one.is === is && one.of === what).map(({ id }) => id);
    const [assemblies, dependencies] = [of('CONTAINS'), of('DEPENDS_ON')];
    if (assemblies.length + dependencies.length === 0) return [];
    return [given({ aggregate: is, assemblies, dependencies })];
  });
}

export function writeVulnerability(one: GraphVulnerability): object {
  return given({
    id: one.id,
    source: one.source && given({ ...one.source }),
    ratings: one.ratings.map((rating) => given({ ...rating })),
    cwes: one.cwes,
    description: one.description,
    detail: one.detail,
    recommendation: one.recommendation,
    advisories: one.advisories.map((url) => ({ url })),
    published: timeIf(one.published),
    updated: timeIf(one.updated),
    rejected: timeIf(one.withdrawn),
    analysis:
      one.analysis &&
      given({
        state: one.analysis.state,
        justification: one.analysis.justification,
        response: one.analysis.responses,
        detail: one.analysis.detail,
      }),
    affects: one.affects.map((ref) => ({ ref })),
  });
}
