// OpenVEX 0.2.0, "Product" and "Subcomponent"; before 0.2.0 both were texts.
import { type Fields, fieldsOf, listOf, malformedOpenVex, member, textOf } from './fields.ts';
import type { OpenVexComponent, OpenVexProduct } from './types.ts';

/** The products of a statement. @throws Fault `openvex/malformed` */
export function productsOf(statement: Fields): OpenVexProduct[] {
  // Before 0.2.0 subcomponents stood beside the products.
  const shared = componentsOf(member(statement, 'subcomponents'), 'subcomponents');
  return listOf(member(statement, 'products'), 'products').map((value) => {
    const own = componentsOf(member(fieldsOf(value) ?? {}, 'subcomponents'), 'subcomponents');
    return { ...componentOf(value, 'a product'), subcomponents: own.length === 0 ? shared : own };
  });
}

function componentsOf(value: unknown, what: string): OpenVexComponent[] {
  return listOf(value, what).map((item) => componentOf(item, 'a subcomponent'));
}

function componentOf(value: unknown, what: string): OpenVexComponent {
  const text = textOf(value);
  if (text !== undefined) return { id: text, hashes: new Map() };
  const fields = fieldsOf(value);
  if (fields === undefined) throw malformedOpenVex(`${what} is neither an object nor a text`);
  const identifiers = fieldsOf(member(fields, 'identifiers')) ?? {};
  return {
    id: textOf(member(fields, '@id')),
    purl: textOf(member(identifiers, 'purl')),
    cpe22: textOf(member(identifiers, 'cpe22')),
    cpe23: textOf(member(identifiers, 'cpe23')),
    hashes: hashesOf(fieldsOf(member(fields, 'hashes')) ?? {}),
  };
}

function hashesOf(fields: Fields): ReadonlyMap<string, string> {
  const hashes = new Map<string, string>();
  for (const [algorithm, value] of Object.entries(fields)) {
    if (typeof value === 'string' && /^[0-9a-f]{16,256}$/i.test(value)) hashes.set(algorithm, value.toLowerCase());
  }
  return hashes;
}
