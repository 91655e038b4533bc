// The differences between two lists of packages, and which of them are explained.
import { type KnownDifference, knownDifferences } from './accuracy-known.ts';

export interface Listed {
  readonly kind: string;
  readonly name: string;
  readonly version: string;
}

export interface WithEdges extends Listed {
  readonly purl: string;
  /** purls */
  readonly dependencies: readonly string[];
  readonly unmetDependencies?: readonly string[];
}

export interface Differences {
  readonly side: KnownDifference['side'];
  readonly explained: ReadonlyMap<KnownDifference, readonly string[]>;
  readonly unexplained: readonly string[];
}

/** `name@version`, each once, as all tools can say them. */
export function namesOf(kind: string, list: readonly Listed[]): ReadonlySet<string> {
  return new Set(list.map(({ name, version }) => `${plainName(kind, name)}@${version}`));
}

/** PEP 503 for Python's; others as they are. */
export function plainName(kind: string, name: string): string {
  return kind === 'pypi' ? name.toLowerCase().replace(/[-_.]+/g, '-') : name;
}

export function differences(
  subject: string,
  kind: string,
  by: string,
  mine: readonly Listed[],
  theirs: readonly Listed[],
): readonly Differences[] {
  const ours = namesOf(kind, mine);
  const others = namesOf(kind, theirs);
  return (['only there', 'only here'] as const).map((side) => {
    const [from, to] = side === 'only there' ? [others, ours] : [ours, others];
    const explained = new Map<KnownDifference, string[]>();
    const unexplained: string[] = [];
    for (const name of [...from].filter((one) => !to.has(one)).sort()) {
      const entry = knownDifferences.find(
        (one) =>
          one.subject.test(subject) &&
          one.kind === kind &&
          one.by === by &&
          one.side === side &&
          one.packages.test(name),
      );
      if (entry === undefined) unexplained.push(name);
      else explained.set(entry, [...(explained.get(entry) ?? []), name]);
    }
    return { side, explained, unexplained };
  });
}
