// Licences of a graph as SPDX 3's elements and relationships.
import { sha256Hex } from '../../lib/digest.ts';
import type { Creation3 } from './creation.ts';
import type { ExtractedLicence } from '../graph/types.ts';
import { given } from '../graph/members.ts';

interface Licensed {
  readonly declared?: string | undefined;
  readonly concluded?: string | undefined;
  readonly licenceComment?: string | undefined;
}

/** Each expression is one element, however many are under it. */
export class Licences3 {
  readonly #creation: Creation3;
  readonly #texts: ReadonlyMap<string, ExtractedLicence>;
  readonly #written = new Map<string, string>();

  constructor(licences: readonly ExtractedLicence[], creation: Creation3) {
    this.#creation = creation;
    this.#texts = new Map(licences.map((licence) => [licence.id, licence]));
  }

  /** What an element is declared and concluded to be under. */
  *of(id: string, { declared, concluded, licenceComment }: Licensed): Generator<object> {
    if (declared !== undefined)
      yield* this.#relate(id, 'hasDeclaredLicense', declared, concluded === undefined ? licenceComment : undefined);
    if (concluded !== undefined) yield* this.#relate(id, 'hasConcludedLicense', concluded, licenceComment);
  }

  *texts(): Generator<object> {
    for (const { id, text, name, comment, urls = [] } of this.#texts.values()) {
      yield given({
        type: 'simplelicensing_SimpleLicensingText',
        spdxId: this.#creation.own(referenceOf(id)),
        creationInfo: this.#creation.info,
        name,
        comment,
        externalRef: urls.map((url) => ({ type: 'ExternalRef', externalRefType: 'license', locator: [url] })),
        simplelicensing_licenseText: text,
      });
    }
  }

  *#relate(from: string, type: string, expression: string, comment: string | undefined): Generator<object> {
    let to = expression === 'NONE' ? 'expandedlicensing_NoneLicense' : this.#written.get(expression);
    if (to === undefined) {
      to = this.#creation.own(`License-${sha256Hex(expression).slice(0, 16)}`);
      this.#written.set(expression, to);
      yield given({
        type: 'simplelicensing_LicenseExpression',
        spdxId: to,
        creationInfo: this.#creation.info,
        simplelicensing_licenseExpression: expression,
        simplelicensing_customIdToUri: this.#custom(expression),
      });
    }
    yield given({
      type: 'Relationship',
      spdxId: `${from}-${type}`,
      creationInfo: this.#creation.info,
      comment,
      relationshipType: type,
      from,
      to: [to],
    });
  }

  #custom(expression: string): object[] {
    const named = [...new Set(expression.match(/LicenseRef-[A-Za-z0-9.-]+/g) ?? [])];
    return named.flatMap((id) =>
      this.#texts.has(id) ? [{ type: 'DictionaryEntry', key: id, value: this.#creation.own(referenceOf(id)) }] : [],
    );
  }
}

function referenceOf(id: string): string {
  return /^LicenseRef-[A-Za-z0-9.-]+$/.test(id) ? id : `LicenseRef-${encodeURIComponent(id)}`;
}
