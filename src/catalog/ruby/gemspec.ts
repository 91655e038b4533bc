// Reads a gemspec's text without running it: assignments and dependencies whose values are literals.
import { literalAt, literalsIn } from './literals.ts';

/** What a gemspec states in literals. */
export interface Gemspec {
  readonly name: string;
  readonly version: string;
  /** `undefined` for gems of every platform. */
  readonly platform?: string | undefined;
  readonly licences?: readonly string[] | undefined;
  readonly homepage?: string | undefined;
  readonly summary?: string | undefined;
  readonly authors?: readonly string[] | undefined;
  /** Paths in the gem's folder. */
  readonly files?: readonly string[] | undefined;
  readonly needs: readonly GemNeed[];
}

/** A dependency at run time. */
export interface GemNeed {
  readonly name: string;
  /** `>= 1.15.7`; none where any version will do. */
  readonly requirements: readonly string[];
}

const ASSIGNMENT = /^\s*[a-z_]\w{0,30}\.([a-z_]{1,30})\s*=\s*/;
const DEPENDENCY = /^\s*[a-z_]\w{0,30}\.add_(runtime_|development_)?dependency[\s(]\s*/;
const STUB = /^# stub: (\S{1,300}) (\S{1,300}) (\S{1,300}) /;
const NAME = /^[A-Za-z0-9._-]{1,300}$/;

/**
 * Both the form that RubyGems writes below `specifications/` and source trees' own, as far as it is made of literals.
 * @returns `undefined` where name or version are computed
 */
export function readGemspec(text: string): Gemspec | undefined {
  const stated = new Map<string, readonly string[]>();
  const asked = new Dependencies();
  let stub: RegExpExecArray | null = null;
  for (const line of text.split('\n')) {
    stub ??= STUB.exec(line);
    const dependency = DEPENDENCY.exec(line);
    if (dependency !== null) asked.add(dependency[1], literalsIn(line, dependency[0].length));
    const assignment = dependency === null ? ASSIGNMENT.exec(line) : null;
    const field = assignment?.[1] ?? '';
    if (assignment === null) continue;
    const values = valuesOf(line, assignment[0].length);
    const identity = field === 'name' || field === 'version';
    if (identity && (!isWhole(line) || (stated.has(field) && stated.get(field)?.[0] !== values[0]))) return undefined;
    if (values.length > 0 && !stated.has(field)) stated.set(field, values);
  }
  const name = stated.get('name')?.[0] ?? stub?.[1];
  const version = stated.get('version')?.[0] ?? stub?.[2];
  if (name === undefined || version === undefined || !NAME.test(name) || !NAME.test(version)) return undefined;
  const platform = stub?.[3] ?? stated.get('platform')?.[0];
  return {
    name,
    version,
    platform: platform === 'ruby' || platform === undefined || !NAME.test(platform) ? undefined : platform,
    licences: stated.get('licenses') ?? stated.get('license'),
    homepage: stated.get('homepage')?.[0],
    summary: stated.get('summary')?.[0],
    authors: stated.get('authors') ?? stated.get('author'),
    files: stated.get('files'),
    needs: asked.needs(),
  };
}

/** Whether an assignment's value is one literal, frozen or as a version, and nothing that it is computed from. */
function isWhole(line: string): boolean {
  return line.length < 1000 && WHOLE.test(line);
}

const WHOLE =
  /^[^=]*=\s*(?:Gem::Version\.new[ (])?\s*(?:"[^"]*"|'[^']*'|%[qQ]?[<([{|!][^>)\]}|!]*[>)\]}|!])(?:\.freeze)?\s*\)?(?:\.freeze)?\s*;?\s*(?:#.*)?$/;

/** The literals of a value: one text, a list, or a version or requirement made of one. None where something is computed. */
function valuesOf(line: string, at: number): readonly string[] {
  const made = /^Gem::(?:Version|Requirement|Platform)\.new\(?\s*/.exec(line.slice(at, at + 50));
  const start = at + (made?.[0].length ?? 0);
  if (line[start] === '[' || line.startsWith('%w', start)) return literalsIn(line, start);
  const literal = literalAt(line, start);
  return literal === undefined ? [] : [literal.value];
}

/**
 * Gathers dependencies. Gemspecs of older RubyGems state each twice: as what it is, and again by `add_dependency` for
 * RubyGems that know no development dependencies.
 */
class Dependencies {
  readonly #needs = new Map<string, GemNeed>();
  readonly #plain = new Map<string, GemNeed>();
  readonly #development = new Set<string>();

  add(kind: string | undefined, [name, ...requirements]: readonly string[]): void {
    if (name === undefined || !NAME.test(name)) return;
    const need = { name, requirements: requirements.filter((requirement) => requirement.trim() !== '>= 0') };
    if (kind === 'development_') this.#development.add(name);
    else if (kind === 'runtime_') this.#needs.set(name, need);
    else this.#plain.set(name, need);
  }

  needs(): readonly GemNeed[] {
    const plain = [...this.#plain].filter(([name]) => !this.#development.has(name));
    return [...new Map([...plain, ...this.#needs]).values()];
  }
}
