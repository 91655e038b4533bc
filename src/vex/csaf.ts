// CSAF documents as statements (CSAF 2.0, 4.5: profile VEX): what is said of products alike is one statement.
import { statementsOf } from '../csaf/document.ts';
import type { CsafDocument, CsafProduct, CsafResolved, CsafStatement, CsafStatus } from '../csaf/types.ts';
import { openVexJustifications } from '../openvex/types.ts';
import type { VexDocument, VexProduct, VexStatement } from './types.ts';

const statuses: Readonly<Partial<Record<CsafStatus, VexStatement['status']>>> = {
  first_affected: 'affected',
  known_affected: 'affected',
  last_affected: 'affected',
  known_not_affected: 'not_affected',
  first_fixed: 'fixed',
  fixed: 'fixed',
  under_investigation: 'under_investigation',
};

/** @throws Fault `csaf/malformed` as {@link statementsOf} */
export function fromCsaf(document: CsafDocument, source: string): VexDocument {
  const issued = document.modified ?? document.published;
  const groups = new Map<string, { readonly statement: VexStatement; readonly products: VexProduct[] }>();
  const names = new Names();
  for (const said of statementsOf(document)) {
    const product = productOf(said.product);
    const statement = product === undefined ? undefined : statementOf(said, issued);
    if (product === undefined || statement === undefined) continue;
    const { vulnerabilities, status, justification, impact, action, at } = statement;
    const words = [names.of(vulnerabilities), names.of(impact), names.of(action)];
    const key = [status, justification, at, ...words].join(' ');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { statement, products: [product] });
    else group.products.push(product);
  }
  return {
    format: 'csaf',
    id: document.id,
    source,
    author: document.publisher === '' ? undefined : document.publisher,
    issued,
    statements: [...groups.values()].map(({ statement, products }) => ({ ...statement, products })),
  };
}

/** A number for each text or list: those may be long, and are said of many products. */
class Names {
  readonly #numbers = new Map<unknown, number>();

  of(value: unknown): number {
    const number = this.#numbers.get(value) ?? this.#numbers.size;
    this.#numbers.set(value, number);
    return number;
  }
}

function statementOf(said: CsafStatement, issued: number | undefined): VexStatement | undefined {
  const { vulnerability, flags, threats, remediations } = said;
  const status = statuses[said.status];
  if (status === undefined || vulnerability.ids.length === 0) return undefined;
  const flag = flags.find(({ label }) => openVexJustifications.some((known) => known === label));
  const impact = threats.find(({ category }) => category === 'impact');
  const action = status === 'affected' ? remediations.find(({ details }) => details !== '') : undefined;
  return {
    vulnerabilities: vulnerability.ids,
    status,
    justification: status === 'not_affected' ? openVexJustifications.find((known) => known === flag?.label) : undefined,
    impact: status === 'not_affected' && impact?.details !== '' ? impact?.details : undefined,
    action: action?.details,
    at: status === 'not_affected' ? (flag?.at ?? impact?.at ?? issued) : issued,
    products: [],
  };
}

/** A component within a product is a part of it. Within what has neither package URL, CPE nor digest it is nothing known. */
function productOf({ component, within }: CsafResolved): VexProduct | undefined {
  if (within.length === 0) return { ...namesOf(component), subcomponents: [] };
  const whole = within.findLast(({ purls, cpe, digests }) => purls.length + digests.length > 0 || cpe !== undefined);
  return whole === undefined ? undefined : { ...namesOf(whole), subcomponents: [namesOf(component)] };
}

function namesOf({ purls, cpe, name, digests }: CsafProduct): Omit<VexProduct, 'subcomponents'> {
  const named = purls.length > 0 || cpe !== undefined;
  return { ids: [...purls, ...(cpe === undefined ? [] : [cpe]), ...(named || name === '' ? [] : [name])], digests };
}
