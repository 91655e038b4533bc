// Licences of a graph's packages as CycloneDX's licence choices.
import type { CycloneDxLicence, CycloneDxProperty, CycloneDxVersion } from '../../cyclonedx/types.ts';
import type { ExtractedLicence, GraphPackage } from '../graph/types.ts';

export interface WrittenLicence {
  readonly licenses?: readonly CycloneDxLicence[] | undefined;
  /** Texts of LicenseRef-… that no other component has shown. */
  readonly evidence: readonly object[];
  /** What the version cannot say beside the expression. */
  readonly rest?: CycloneDxProperty | undefined;
}

/** Until 1.6 a component has one expression; 1.7 has several, with the texts of what they name. */
export class CycloneDxLicences {
  readonly #texts: ReadonlyMap<string, ExtractedLicence>;
  readonly #shown = new Set<string>();
  readonly #version: CycloneDxVersion;

  constructor(licences: readonly ExtractedLicence[], version: CycloneDxVersion) {
    this.#texts = new Map(licences.map((licence) => [licence.id, licence]));
    this.#version = version;
  }

  of({ declared, concluded }: Pick<GraphPackage, 'declared' | 'concluded'>): WrittenLicence {
    const said: { expression: string; acknowledgement: 'declared' | 'concluded' }[] = [];
    if (declared !== undefined && declared !== 'NONE') said.push({ expression: declared, acknowledgement: 'declared' });
    if (concluded !== undefined && concluded !== 'NONE')
      said.push({ expression: concluded, acknowledgement: 'concluded' });
    const texts = said.flatMap(({ expression }) => this.#textsOf(expression));
    const evidence = texts.map(({ id, text, urls }) => ({
      license: { name: id, text: { content: text }, url: urls?.[0] },
    }));
    const [first, second] = said;
    if (first === undefined || second === undefined || this.#version === '1.7') return { licenses: said, evidence };
    return {
      licenses: [first],
      evidence,
      rest: { name: 'temper:licenceConcluded', value: second.expression },
    };
  }

  #textsOf(expression: string): ExtractedLicence[] {
    const named = new Set(expression.match(/LicenseRef-[A-Za-z0-9.-]+/g) ?? []);
    return [...named].flatMap((id) => {
      const licence = this.#texts.get(id);
      if (licence === undefined || this.#shown.has(id)) return [];
      this.#shown.add(id);
      return [licence];
    });
  }
}
