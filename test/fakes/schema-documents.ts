// Random documents of a JSON schema (draft 7), for properties that hold for whatever a format can say.
import fc from 'fast-check';

type Schema = { readonly [keyword: string]: unknown };

export interface SchemaSource {
  readonly root: Schema;
  /** Other schemas by the name that a `$ref` has for them. */
  readonly others: ReadonlyMap<string, Schema>;
  /** Members that are never made. */
  readonly without: ReadonlySet<string>;
  /** Texts without a pattern or format, by the name of the member that they are of. */
  readonly text: (member: string) => fc.Arbitrary<string>;
}

/** How deep optional members are made. */
const DEEPEST = 9;

/** Documents that mostly are valid: what a schema says by `not`, `if` and `uniqueItems` is left to the caller. */
export function schemaDocuments(source: SchemaSource): fc.Arbitrary<unknown> {
  return new Maker(source).of(source.root, 0, '');
}

class Maker {
  readonly #source: SchemaSource;

  constructor(source: SchemaSource) {
    this.#source = source;
  }

  of(schema: Schema, depth: number, member: string): fc.Arbitrary<unknown> {
    const ref = schema['$ref'];
    if (typeof ref === 'string') return fc.constant(null).chain(() => this.of(this.#resolve(ref), depth, member));
    if (schema['const'] !== undefined) return fc.constant(schema['const']);
    if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
    const choices = (schema['oneOf'] ?? schema['anyOf']) as readonly Schema[] | undefined;
    // A list of what is required together is no choice of types.
    const types = choices?.filter(
      (one) => one['type'] !== undefined || one['$ref'] !== undefined || one['items'] !== undefined,
    );
    if (types !== undefined && types.length > 0 && (schema['type'] === undefined || schema['items'] === undefined)) {
      const { oneOf: _, anyOf: __, ...base } = schema;
      return fc.constantFrom(...types).chain((one) => this.of(merged(base, one), depth, member));
    }
    const required = choices?.filter((one) => Array.isArray(one['required']));
    if (required !== undefined && required.length > 0) {
      const { oneOf: _, anyOf: __, ...base } = schema;
      return fc.constantFrom(...required).chain((one) => this.of(alternative(base, one, required), depth, member));
    }
    return this.#typed(schema, depth, member);
  }

  #typed(schema: Schema, depth: number, member: string): fc.Arbitrary<unknown> {
    const type = Array.isArray(schema['type']) ? (schema['type'] as unknown[])[0] : schema['type'];
    switch (type) {
      case 'object':
        return this.#object(schema, depth);
      case 'array':
        return this.#array(schema, depth, member);
      case 'boolean':
        return fc.boolean();
      case 'integer':
        return fc.integer({
          min: (schema['minimum'] as number | undefined) ?? 0,
          max: (schema['maximum'] as number | undefined) ?? 1000,
        });
      case 'number':
        return fc
          .integer({ min: 0, max: 100 })
          .map((n) => Math.min(n / 100, (schema['maximum'] as number | undefined) ?? 1));
      default:
        return schema['properties'] === undefined ? this.#text(schema, member) : this.#object(schema, depth);
    }
  }

  #object(schema: Schema, depth: number): fc.Arbitrary<unknown> {
    const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>);
    const required = new Set((schema['required'] ?? []) as string[]);
    // The deeper, the fewer optional members.
    const weight = Math.max(0, DEEPEST - depth);
    const members = properties
      .filter(([name]) => !this.#source.without.has(name))
      .filter(([name]) => required.has(name) || weight > 0)
      .map(([name, schemaOf]) => {
        const value = fc.constant(null).chain(() => this.of(schemaOf, depth + 1, name));
        const chosen = required.has(name)
          ? value.map((it) => [name, it] as const)
          : fc.oneof(
              { weight: 12 + depth * 6, arbitrary: fc.constant(undefined) },
              { weight, arbitrary: value.map((it) => [name, it] as const) },
            );
        return chosen;
      });
    return fc.tuple(...members).map((list) => Object.fromEntries(list.filter((one) => one !== undefined)));
  }

  #array(schema: Schema, depth: number, member: string): fc.Arbitrary<unknown> {
    const items = Array.isArray(schema['items']) ? (schema['items'][0] as Schema) : ((schema['items'] ?? {}) as Schema);
    const item = fc.constant(null).chain(() => this.of(items, depth + 1, member));
    const minLength = (schema['minItems'] as number | undefined) ?? 0;
    const maxLength = Math.max(minLength, Math.min((schema['maxItems'] as number | undefined) ?? 2, 2));
    return fc.array(item, { minLength, maxLength });
  }

  #text(schema: Schema, member: string): fc.Arbitrary<string> {
    const { format, pattern, minLength } = schema;
    if (typeof pattern === 'string') return matching(pattern);
    if (format === 'date-time') return fc.constantFrom('2026-01-02T03:04:05Z', '2020-10-01T00:00:00.123Z');
    if (format === 'date') return fc.constant('2026-01-02');
    if (format === 'idn-email' || format === 'email') return fc.constant('somebody@example.org');
    if (typeof format === 'string') return fc.constantFrom('https://example.org/a?b=c&d', 'urn:x:y');
    return typeof minLength === 'number' && minLength > 0
      ? this.#source.text(member).filter((text) => text !== '')
      : this.#source.text(member);
  }

  #resolve(ref: string): Schema {
    const [file = '', pointer = ''] = ref.split('#');
    const whole = file === '' ? this.#source.root : this.#source.others.get(file);
    if (whole === undefined) throw new Error(`no schema ${file}`);
    return pointer
      .split('/')
      .filter((step) => step !== '')
      .reduce<Schema>((at, step) => at[step] as Schema, whole);
  }
}

const textsOf = new Map<string, fc.Arbitrary<string>>();

// Made once for each pattern: a class of many characters takes milliseconds.
function matching(pattern: string): fc.Arbitrary<string> {
  const texts = textsOf.get(pattern) ?? fc.stringMatching(new RegExp(pattern), { size: '-1' });
  textsOf.set(pattern, texts);
  return texts;
}

function merged(base: Schema, one: Schema): Schema {
  const properties = { ...(base['properties'] as object | undefined), ...(one['properties'] as object | undefined) };
  const required = [...((base['required'] ?? []) as string[]), ...((one['required'] ?? []) as string[])];
  return { ...base, ...one, ...(Object.keys(properties).length === 0 ? {} : { properties }), required };
}

/** One of several sets of required members, without those of the others. */
function alternative(base: Schema, one: Schema, all: readonly Schema[]): Schema {
  const wanted = new Set(one['required'] as string[]);
  const others = new Set(all.flatMap((other) => other['required'] as string[]).filter((name) => !wanted.has(name)));
  const properties = Object.entries((base['properties'] ?? {}) as Record<string, Schema>).filter(
    ([name]) => !others.has(name),
  );
  return {
    ...base,
    type: 'object',
    properties: { ...Object.fromEntries(properties), ...(one['properties'] as object | undefined) },
    required: [...((base['required'] ?? []) as string[]), ...wanted],
  };
}
