// Reads a CycloneDX document in XML, 1.4 to 1.7, into its JSON form.
import { Fault } from '../lib/faults.ts';
import { readXml, type XmlElement, xmlChildren, xmlName } from '../lib/xml.ts';
import { type Field, fieldsOf } from './xml-shapes.ts';

type Section = Record<string, unknown>;

/** Elements nested deeper than this are refused. */
const DEEPEST = 200;
const NAMESPACE = /^http:\/\/cyclonedx\.org\/schema\/bom\/(1\.\d)$/;
const PREFIXES = /^xmlns(?::|$)|^xsi:/;

/**
 * The members of the JSON form. Elements of other namespaces (extensions, signatures) have no form in JSON and are left
 * out; those of CycloneDX that are not known are kept where they hold text alone.
 * @param name of the file, for messages
 * @throws Fault `xml/malformed`, `sbom/malformed`, `sbom/unknown-format`
 */
export function readCycloneDxXml(bytes: Buffer, name: string): Record<string, unknown> {
  const root = readXml(bytes, name);
  const version = Object.values(root.attributes)
    .map((value) => NAMESPACE.exec(value)?.[1])
    .find((found) => found !== undefined);
  if (xmlName(root) !== 'bom' || version === undefined)
    throw new Fault(
      'sbom/unknown-format',
      `${name} is an XML document, but no CycloneDX of version 1.`,
      'CycloneDX 1.4 to 1.7 is read as XML, SPDX as JSON and as tags and values.',
    );
  const prefix = root.name.includes(':') ? root.name.slice(0, root.name.indexOf(':') + 1) : '';
  return {
    bomFormat: 'CycloneDX',
    specVersion: version,
    version: 1,
    ...new Reader(prefix, name).typed(root, 'bom', 0),
  };
}

class Reader {
  /** Of the elements of CycloneDX. */
  readonly #prefix: string;
  readonly #name: string;

  constructor(prefix: string, name: string) {
    this.#prefix = prefix;
    this.#name = name;
  }

  typed(of: XmlElement, type: string, depth: number): Section {
    if (depth > DEEPEST)
      throw new Fault(
        'sbom/malformed',
        `${this.#name} nests elements deeper than ${DEEPEST}.`,
        'Check what made the SBOM, and that it is complete.',
      );
    const section: Section = {};
    const children = Map.groupBy(this.#own(of), (child) => xmlName(child));
    const names = new Set<string>();
    for (const field of fieldsOf(type)) {
      names.add(field.name);
      const value = this.#member(of, field, children.get(field.name) ?? [], depth);
      if (value !== undefined) section[field.member] = value;
    }
    this.#rest(of, children, names, section);
    return section;
  }

  /** Members of later versions that are texts. */
  #rest(of: XmlElement, children: ReadonlyMap<string, XmlElement[]>, names: ReadonlySet<string>, into: Section): void {
    for (const [name, value] of Object.entries(of.attributes))
      if (!names.has(name) && !PREFIXES.test(name) && !name.includes(':')) define(into, name, value);
    for (const [name, [child, ...more]] of children)
      if (!names.has(name) && child !== undefined && more.length === 0 && xmlChildren(child).length === 0)
        define(into, name, child.text);
  }

  #own(of: XmlElement): XmlElement[] {
    return xmlChildren(of).filter((child) =>
      this.#prefix === '' ? !child.name.includes(':') : child.name.startsWith(this.#prefix),
    );
  }

  #member(of: XmlElement, field: Field, found: readonly XmlElement[], depth: number): unknown {
    if (field.place === 'attribute') {
      const value = Object.hasOwn(of.attributes, field.name) ? of.attributes[field.name] : undefined;
      return value === undefined ? undefined : scalar(value, field.type);
    }
    if (field.place === 'text') return of.text;
    const [first] = found;
    if (first === undefined) return undefined;
    if (field.type.startsWith('!') && field.item === undefined) return this.#special(field.type, found, depth + 1);
    if (field.item !== undefined) {
      const items = found.flatMap((list) => this.#own(list)).filter((item) => xmlName(item) === field.item);
      return items.map((item) => this.#one(item, field.type, depth + 2));
    }
    return field.several
      ? found.map((item) => this.#one(item, field.type, depth + 1))
      : this.#one(first, field.type, depth + 1);
  }

  #one(of: XmlElement, type: string, depth: number): unknown {
    if (type === 'ref') return of.attributes['ref'] ?? '';
    if (type === '!dependency') return this.#dependency(of);
    if (type === '!copyright') return { text: of.text };
    if (type === '' || type === 'n' || type === 'b') return scalar(of.text, type);
    return this.typed(of, type, depth);
  }

  #special(type: string, found: readonly XmlElement[], depth: number): unknown {
    const [first] = found;
    if (first === undefined) return undefined;
    const children = this.#own(first);
    switch (type) {
      case '!licenses':
        return children.map((child) =>
          xmlName(child) === 'expression'
            ? this.typed(child, 'expression', depth + 1)
            : { license: this.typed(child, 'license', depth + 1) },
        );
      case '!tools':
        return children.some((child) => xmlName(child) === 'tool')
          ? children.map((child) => this.typed(child, 'tool', depth + 1))
          : this.typed(first, 'toolList', depth);
      case '!identity':
        return found.map((child) => this.typed(child, 'identity', depth));
      case '!datasets':
        return children.map((child) =>
          xmlName(child) === 'ref' ? { ref: child.text } : this.typed(child, 'componentData', depth + 1),
        );
      case '!serviceData':
        return children.map((child) => this.#serviceData(child, depth + 1));
      case '!environmentVars':
        return children.map((child) =>
          xmlName(child) === 'value' ? child.text : this.typed(child, 'property', depth + 1),
        );
      default:
        return undefined;
    }
  }

  #serviceData(of: XmlElement, depth: number): Section {
    if (xmlName(of) === 'classification') return this.typed(of, 'classification', depth);
    const { classification, ...more } = this.typed(of, 'dataflow', depth);
    return { ...(classification as Section | undefined), ...more };
  }

  #dependency(of: XmlElement): Section {
    const named = (name: string) =>
      this.#own(of).flatMap((child) => (xmlName(child) === name ? [child.attributes['ref'] ?? ''] : []));
    const [needs, provides] = [named('dependency'), named('provides')];
    return {
      ref: of.attributes['ref'] ?? '',
      ...(needs.length === 0 ? {} : { dependsOn: needs }),
      ...(provides.length === 0 ? {} : { provides }),
    };
  }
}

function scalar(text: string, type: string): unknown {
  if (type === 'b') return text.trim() === 'true' || text.trim() === '1';
  if (type !== 'n') return text;
  const number = Number(text);
  return text.trim() === '' || !Number.isFinite(number) ? text : number;
}

// Not by assignment: a member may be called `__proto__`.
function define(into: Section, name: string, value: string): void {
  Object.defineProperty(into, name, { value, enumerable: true, configurable: true, writable: true });
}
