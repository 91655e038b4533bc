// CycloneDX's licence choices as SPDX expressions, and their texts.
import { sha256Hex } from '../../lib/digest.ts';
import type { ExtractedLicence } from '../graph/types.ts';
import type { Members } from '../graph/members.ts';

export interface ReadLicence {
  readonly declared?: string | undefined;
  readonly concluded?: string | undefined;
}

const UNLICENSED: ReadLicence = { declared: undefined, concluded: undefined };

/** Collects the licences that have a name and a text but no identifier of SPDX's list. */
export class LicenceReader {
  readonly #texts = new Map<string, ExtractedLicence>();

  /** Several licences of a component all apply: they are joined by AND. */
  read(choices: readonly Members[]): ReadLicence {
    if (choices.length === 0) return UNLICENSED;
    const declared: string[] = [];
    const concluded: string[] = [];
    for (const choice of choices) {
      const licence = choice.child('license');
      const text = choice.text('expression') ?? (licence && this.#identifier(licence));
      if (text === undefined) continue;
      const said = choice.text('acknowledgement') ?? licence?.text('acknowledgement');
      (said === 'concluded' ? concluded : declared).push(text);
      for (const detail of choice.list('expressionDetails')) this.#keep(detail.needed('licenseIdentifier'), detail);
    }
    return { declared: conjunction(declared), concluded: conjunction(concluded) };
  }

  /** Texts of references that an expression names stand in the component's evidence. */
  readTexts(evidence: Members | undefined): void {
    for (const choice of evidence?.list('licenses') ?? []) {
      const licence = choice.child('license');
      const name = licence?.text('name');
      if (licence !== undefined && name !== undefined && /^LicenseRef-[A-Za-z0-9.-]+$/.test(name))
        this.#keep(name, licence);
    }
  }

  texts(): ExtractedLicence[] {
    return [...this.#texts.values()];
  }

  #identifier(licence: Members): string | undefined {
    const id = licence.text('id');
    const name = licence.text('name');
    if (id !== undefined || name === undefined) return id;
    if (/^LicenseRef-[A-Za-z0-9.-]+$/.test(name)) {
      this.#keep(name, licence);
      return name;
    }
    const text = textOf(licence);
    // Licences of one name and two texts are two.
    const reference = `LicenseRef-${name.replace(/[^A-Za-z0-9.-]+/g, '-').slice(0, 100)}`;
    const known = this.#texts.get(reference);
    const id2 =
      known === undefined || (known.text === (text ?? name) && known.name === name)
        ? reference
        : `${reference}-${sha256Hex(`${name}\0${text ?? ''}`).slice(0, 8)}`;
    const url = licence.text('url');
    this.#texts.set(id2, { id: id2, text: text ?? name, name, urls: url === undefined ? [] : [url] });
    return id2;
  }

  #keep(id: string, licence: Members): void {
    const text = textOf(licence);
    const url = licence.text('url');
    if (text !== undefined && id.startsWith('LicenseRef-') && !this.#texts.has(id))
      this.#texts.set(id, { id, text, urls: url === undefined ? [] : [url] });
  }
}

function textOf(licence: Members): string | undefined {
  const text = licence.child('text');
  const content = text?.text('content');
  if (content === undefined || text?.text('encoding') !== 'base64') return content;
  return Buffer.from(content, 'base64').toString('utf8');
}

function conjunction(terms: readonly string[]): string | undefined {
  const several = [...new Set(terms)];
  if (several.length < 2) return several[0];
  return several.map((term) => (/ OR /i.test(term) && !wrapped(term) ? `(${term})` : term)).join(' AND ');
}

/** Whether one pair of parentheses stands around all of it. */
function wrapped(term: string): boolean {
  if (!term.startsWith('(')) return false;
  let depth = 0;
  for (let i = 0; i < term.length; i++) {
    if (term[i] === '(') depth++;
    else if (term[i] === ')' && --depth === 0) return i === term.length - 1;
  }
  return false;
}
