// POMs with what their parents say filled in, as far as these are known: Maven's "Introduction to the POM".
import type { Effort } from '../effort.ts';
import type { Coordinates, Pom, PomDependency } from './pom.ts';

/** Most parents, each of the one before, that are followed. */
const PARENTS = 16;
/** Most times that a property's value is looked into for others, and longest value. */
const EXPANSIONS = 8;
const VALUE_LIMIT = 1000;
/** Steps that a dependency takes, one's own or a parent's: each is looked up in all parents, and kept. */
const COMPLETION = 10;

export interface EffectivePom {
  /** Empty where it is not known. */
  readonly groupId: string;
  readonly artifactId: string;
  readonly version: string;
  readonly licences: readonly string[];
  /** What it needs itself: neither what only tests or compilation need nor what is optional; `${…}` resolved where it can be. */
  readonly dependencies: readonly PomDependency[];
}

interface Node {
  readonly pom: Pom;
  readonly own: Coordinates;
  readonly properties: ReadonlyMap<string, string>;
  /** By `group:artifact`, made when first asked for. */
  managed?: ReadonlyMap<string, PomDependency>;
}

/** POMs by their coordinates, so that each finds its parents. The first of the same coordinates counts. */
export class PomIndex {
  readonly #nodes = new Map<string, Node>();
  readonly #effective = new Map<Pom, EffectivePom>();
  readonly #effort: Effort;

  constructor(poms: Iterable<Pom>, effort: Effort) {
    this.#effort = effort;
    for (const pom of poms) {
      const node = nodeOf(pom);
      const key = keyOf(node.own);
      if (!this.#nodes.has(key)) this.#nodes.set(key, node);
    }
  }

  /** A POM, whether or not it is in the index, with what its parents say. @throws Fault `catalog/too-many-steps` */
  effective(pom: Pom): EffectivePom {
    const before = this.#effective.get(pom);
    if (before !== undefined) return before;
    const found = this.#completed(pom);
    this.#effective.set(pom, found);
    return found;
  }

  #completed(pom: Pom): EffectivePom {
    const known = this.#nodes.get(keyOf(ownCoordinates(pom)));
    const line = this.#lineage(known?.pom === pom ? known : nodeOf(pom));
    this.#effort.spend(line.reduce((sum, one) => sum + 1 + one.pom.dependencies.length * COMPLETION, 0));
    return {
      groupId: expand(line[0]?.own.groupId, line),
      artifactId: expand(line[0]?.own.artifactId, line),
      version: expand(line[0]?.own.version, line),
      licences: line.find((one) => one.pom.licences.length > 0)?.pom.licences ?? [],
      dependencies: line.flatMap((one) => one.pom.dependencies.map((d) => completed(d, line))).filter(isNeeded),
    };
  }

  /** The POM itself, its parent, that one's parent …, as far as they are known. */
  #lineage(node: Node): readonly Node[] {
    const line = [node];
    for (let at = node; line.length <= PARENTS; ) {
      const parent = at.pom.parent === undefined ? undefined : this.#nodes.get(keyOf(at.pom.parent));
      if (parent === undefined || line.includes(parent)) break;
      line.push(parent);
      at = parent;
    }
    return line;
  }
}

function completed(one: PomDependency, line: readonly Node[]): PomDependency {
  const groupId = expand(one.groupId, line);
  const artifactId = expand(one.artifactId, line);
  const key = `${groupId}:${artifactId}`;
  let managed: PomDependency | undefined;
  for (let i = 0; i < line.length && managed === undefined; i++) managed = managedOf(line.slice(i)).get(key);
  const version = one.version ?? managed?.version;
  return {
    groupId,
    artifactId,
    version: version === undefined ? undefined : expand(version, line),
    scope: one.scope ?? managed?.scope,
    optional: one.optional ?? managed?.optional,
    type: one.type,
  };
}

function managedOf(line: readonly Node[]): ReadonlyMap<string, PomDependency> {
  const [node] = line;
  if (node === undefined) return new Map();
  node.managed ??= new Map(
    [...node.pom.managed].reverse().map((one) => [`${expand(one.groupId, line)}:${expand(one.artifactId, line)}`, one]),
  );
  return node.managed;
}

function isNeeded({ scope = 'compile', optional }: PomDependency): boolean {
  return (scope === 'compile' || scope === 'runtime') && optional !== 'true';
}

function nodeOf(pom: Pom): Node {
  const own = ownCoordinates(pom);
  const properties = new Map(pom.properties);
  for (const [name, value] of [
    ['groupId', own.groupId],
    ['artifactId', own.artifactId],
    ['version', own.version],
    ['parent.groupId', pom.parent?.groupId],
    ['parent.version', pom.parent?.version],
  ] as const) {
    if (value !== undefined) for (const prefix of ['project.', 'pom.', '']) properties.set(prefix + name, value);
  }
  return { pom, own, properties };
}

function ownCoordinates({ groupId, artifactId, version, parent }: Pom): Coordinates {
  return { groupId: groupId ?? parent?.groupId, artifactId, version: version ?? parent?.version };
}

function keyOf({ groupId, artifactId, version }: Coordinates): string {
  return `${groupId}:${artifactId}:${version}`;
}

/** `${…}` replaced by the properties of the POM or the nearest parent that has them; what is not known stays as it is. */
function expand(text: string | undefined, line: readonly Node[]): string {
  let value = (text ?? '').slice(0, VALUE_LIMIT);
  for (let i = 0; i < EXPANSIONS && value.includes('${'); i++) {
    let room = VALUE_LIMIT;
    const next = value.replace(/\$\{([^${}]{1,200})\}/g, (whole, name: string) => {
      // What comes after is cut off.
      if (room <= 0) return '';
      const said = property(name.trim(), line) ?? whole;
      room -= said.length;
      return said;
    });
    if (next === value) break;
    value = next.slice(0, VALUE_LIMIT);
  }
  return value;
}

function property(name: string, line: readonly Node[]): string | undefined {
  for (const { properties } of line) {
    const value = properties.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
}
