// Relationship fields of binary packages: Debian Policy 7.1, deb-control(5).
import { Fault } from '../lib/faults.ts';
import { compareDebVersions, parseDebVersion } from '../version/deb.ts';

export type VersionOperator = '<<' | '<=' | '=' | '>=' | '>>';

export interface VersionConstraint {
  readonly operator: VersionOperator;
  readonly version: string;
}

/** One package that is named: `libc6:any (>= 2.38)`. */
export interface Relation {
  readonly name: string;
  /** `any`, `native` or an architecture. */
  readonly qualifier: string | undefined;
  readonly constraint: VersionConstraint | undefined;
}

/** `a | b`: any one of them will do; never empty. */
export type Alternatives = readonly Relation[];

/** Relations that one field may hold; Debian's longest has a few thousand. */
const RELATIONS = 50_000;

const RELATION =
  /^([a-z0-9][a-z0-9+.-]*)(?::([a-z0-9][a-z0-9-]*))?(?:[ \t\n]*\([ \t\n]*(<<|<=|=|>=|>>|<|>)[ \t\n]*([^ \t\n()]+)[ \t\n]*\))?$/i;

// Policy 7.1: `<` and `>` are the old spelling of `<=` and `>=`.
const OPERATORS: Readonly<Record<string, VersionOperator>> = {
  '<<': '<<',
  '<=': '<=',
  '<': '<=',
  '=': '=',
  '>=': '>=',
  '>': '>=',
  '>>': '>>',
};

/**
 * Reads a field such as Depends: groups parted by commas, alternatives by `|`. An absent field is an empty list.
 * @param what names the package and field in a message
 * @throws Fault `deb/malformed-relation`; also for `[architecture]` lists and `<profiles>`, which have no place in
 * binary packages.
 */
export function parseRelations(text: string | undefined, what: string): Alternatives[] {
  if (text === undefined) return [];
  const groups = text
    .split(',')
    .map((group) => group.trim())
    .filter((group) => group !== '');
  if (groups.length > RELATIONS) throw malformed(what, text);
  return groups.map((group) => group.split('|').map((relation) => parseRelation(relation.trim(), what)));
}

/** Reads one relation. @throws Fault `deb/malformed-relation` */
export function parseRelation(text: string, what: string): Relation {
  const match = RELATION.exec(text);
  if (match === null) throw malformed(what, text);
  const [, name, qualifier, sign, version] = match;
  if (version !== undefined && parseDebVersion(version) === undefined) throw malformed(what, text);
  const operator = sign === undefined ? undefined : OPERATORS[sign];
  return {
    name: name as string,
    qualifier,
    constraint: operator === undefined || version === undefined ? undefined : { operator, version },
  };
}

/** Whether a version is one that the constraint allows; every version where there is none. */
export function satisfies(version: string, constraint: VersionConstraint | undefined): boolean {
  if (constraint === undefined) return true;
  return ALLOWS[constraint.operator](compareDebVersions(version, constraint.version));
}

const ALLOWS: Readonly<Record<VersionOperator, (order: number) => boolean>> = {
  '<<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '=': (order) => order === 0,
  '>=': (order) => order >= 0,
  '>>': (order) => order > 0,
};

/** As Debian writes it: `libc6:any (>= 2.38)`. */
export function relationText(relation: Relation): string {
  const { name, qualifier, constraint } = relation;
  const of = qualifier === undefined ? '' : `:${qualifier}`;
  return `${name}${of}${constraint === undefined ? '' : ` (${constraint.operator} ${constraint.version})`}`;
}

/** `a (>= 1) | b` */
export function alternativesText(alternatives: Alternatives): string {
  return alternatives.map(relationText).join(' | ');
}

function malformed(what: string, text: string): Fault {
  return new Fault(
    'deb/malformed-relation',
    `${what} has a relationship that cannot be read: ${JSON.stringify(text.slice(0, 80))}.`,
    'Check the package in its archive; architecture lists and build profiles are for source packages only.',
  );
}
