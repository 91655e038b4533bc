// Whether an SPDX 3 document is what SPDX's model (its classes and shapes, in Turtle) and context say.

interface Property {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly words: readonly string[] | undefined;
  readonly pattern: RegExp | undefined;
  readonly datatype: string | undefined;
  readonly className: string | undefined;
}

interface ModelClass {
  readonly parent: string | undefined;
  readonly abstract: boolean;
  readonly properties: readonly Property[];
}

type JsonObject = Readonly<Record<string, unknown>>;

export class Spdx3Model {
  readonly #classes = new Map<string, ModelClass>();
  readonly #terms = new Map<string, string>();
  readonly #prefixes = new Map<string, string>();

  /** @param turtle the model, as rdflib writes it: a block for each class */
  constructor(turtle: string, context: JsonObject) {
    for (const [term, value] of Object.entries(context)) {
      const iri = typeof value === 'string' ? value : (value as JsonObject)['@id'];
      if (typeof iri === 'string') this.#terms.set(iri, term);
    }
    for (const [, prefix = '', iri = ''] of turtle.matchAll(/^@prefix (\w+): <([^>]+)> \.$/gm))
      this.#prefixes.set(prefix, iri);
    for (const block of turtle.split(/\n\n/)) this.#read(block.trim());
  }

  /** What is wrong with a document; empty when nothing is. */
  problemsOf(document: JsonObject): string[] {
    const graph = document['@graph'] as readonly JsonObject[];
    const ids = new Set(graph.map((element) => element['spdxId'] ?? element['@id']));
    const problems = graph.flatMap((element, i) => this.#check(element, `@graph[${i}]`, ids));
    return ids.size === graph.length ? problems : [...problems, 'identifiers are not unique'];
  }

  #check(element: JsonObject, at: string, ids: ReadonlySet<unknown>): string[] {
    const type = String(element['type']);
    const known = this.#classes.get(type);
    if (known === undefined) return [`${at}: ${type} is no class`];
    const properties = new Map(this.#propertiesOf(type).map((p) => [p.name, p]));
    const problems = known.abstract ? [`${at}: ${type} is abstract`] : [];
    for (const [name, p] of properties) {
      const values = listOf(element[name]);
      if (values.length < p.least || values.length > p.most)
        problems.push(`${at}: ${type} has ${values.length} ${name}`);
      for (const value of values) problems.push(...this.#value(p, value, `${at}.${name}`, ids));
    }
    for (const name of Object.keys(element))
      if (!properties.has(name) && !['type', 'spdxId', '@id'].includes(name))
        problems.push(`${at}: ${type} has no ${name}`);
    return problems;
  }

  #value(p: Property, value: unknown, at: string, ids: ReadonlySet<unknown>): string[] {
    if (p.words !== undefined)
      return p.words.includes(String(value)) ? [] : [`${at}: ${String(value)} is no word of it`];
    if (typeof value === 'object' && value !== null) return this.#check(value as JsonObject, at, ids);
    if (p.pattern !== undefined && !p.pattern.test(String(value)))
      return [`${at}: ${String(value)} is not ${p.pattern.source}`];
    if (p.className !== undefined) {
      const individual = /^(?:None|NoAssertion)Element$|^expandedlicensing_/.test(String(value));
      return individual || ids.has(value) || p.name === 'dataLicense' ? [] : [`${at}: nothing is ${String(value)}`];
    }
    const number = p.datatype === 'xsd:decimal' || p.datatype?.endsWith('nteger') === true;
    return typeof value === (number ? 'number' : 'string') ? [] : [`${at}: a ${typeof value} for ${p.datatype ?? ''}`];
  }

  #propertiesOf(type: string | undefined): Property[] {
    const known = type === undefined ? undefined : this.#classes.get(type);
    return known === undefined ? [] : [...known.properties, ...this.#propertiesOf(known.parent)];
  }

  #read(block: string): void {
    const subject = /^(\S+) a owl:Class/.exec(block)?.[1];
    if (subject === undefined) return;
    const parent = /rdfs:subClassOf (\S+)/.exec(block)?.[1];
    const start = block.indexOf('sh:property');
    const shapes = start < 0 ? [] : brackets(block.slice(start));
    this.#classes.set(this.#term(subject), {
      parent: parent === undefined ? undefined : this.#term(parent),
      abstract: block.includes('is an abstract class'),
      properties: shapes.flatMap((shape) => this.#property(shape)),
    });
  }

  #property(shape: string): Property[] {
    const path = /sh:path (\S+)/.exec(shape)?.[1];
    if (path === undefined || path === 'rdf:type') return [];
    const one = (pattern: RegExp) => pattern.exec(shape)?.[1];
    const words = one(/sh:in \(([^)]*)\)/);
    const pattern = one(/sh:pattern "((?:[^"\\]|\\.)*)"/);
    const type = one(/sh:class (\S+)/);
    return [
      {
        name: this.#term(path),
        least: Number(one(/sh:minCount (\d+)/) ?? 0),
        most: Number(one(/sh:maxCount (\d+)/) ?? Number.POSITIVE_INFINITY),
        words: words
          ?.trim()
          .split(/\s+/)
          .map((word) => word.replace(/[<>]/g, '').split(/[/:]/).at(-1) ?? ''),
        pattern: pattern === undefined ? undefined : new RegExp(pattern.replaceAll('\\\\', '\\')),
        datatype: one(/sh:datatype (\S+)/),
        className: type === undefined ? undefined : this.#term(type),
      },
    ];
  }

  /** The name in JSON of what Turtle writes as `<IRI>` or `prefix:name`. */
  #term(text: string): string {
    const [prefix = '', name = ''] = text.split(':', 2);
    const iri = text.startsWith('<') ? text.slice(1, -1) : `${this.#prefixes.get(prefix) ?? ''}${name}`;
    return this.#terms.get(iri) ?? iri;
  }
}

function listOf(value: unknown): readonly unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

/** The outermost bracketed parts of a text. */
function brackets(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '"' && text[i - 1] !== '\\') quoted = !quoted;
    else if (!quoted && c === '[' && depth++ === 0) from = i;
    else if (!quoted && c === ']' && --depth === 0) parts.push(text.slice(from, i));
  }
  return parts;
}
