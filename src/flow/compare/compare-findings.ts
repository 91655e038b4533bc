// The findings of both sides of a comparison, and what tells the database's share from the image's.
import type { AdvisoryIndex } from '../../advisory/advisory-index.ts';
import { currentAt, type DatabaseSource } from '../../advisory/database/description.ts';
import type { Hindsight, Side, SideFindings } from '../../compare/types.ts';
import { Fault } from '../../lib/faults.ts';
import { ecosystemsOf, match, type MatchOptions } from '../../match/match.ts';
import type { ReadSide } from './compare-sides.ts';
import { judgingTime } from '../database/database-time.ts';
import { noteOldData } from '../database/old-data.ts';
import { type EnsureOptions, ensureDatabase, openDatabase } from '../database/vulnerability-database.ts';
import type { Said } from '../vex/what-is-said.ts';

export interface DatabasesOptions extends Omit<EnsureOptions, 'ecosystems' | 'feeds'> {
  /** `--db-before` */
  readonly dbBefore: string | undefined;
  readonly maxDbAge: string | undefined;
}

/** A source of data as far as it is known: a saved scan tells less of it. */
export interface KnownSource {
  readonly feed: string;
  readonly title: string;
  /** Of its content: the same for the same records. */
  readonly digest: string;
  /** When it was known to be the newest, seconds since 1970; `undefined`: never. */
  readonly current: number | undefined;
}

/** What the sides are held against. */
export interface Databases extends Disposable {
  /** `undefined` where both sides are saved scans. */
  readonly now: AdvisoryIndex | undefined;
  readonly before: AdvisoryIndex | undefined;
  /** Of each side's findings. */
  readonly sources: { readonly now: readonly KnownSource[]; readonly before: readonly KnownSource[] };
  readonly notes: readonly string[];
}

/**
 * Opens what is needed, and fetches it as a scan does where there is none.
 * @throws Fault `db/…`; `option/db-before` where a saved scan has its own findings
 */
export async function openDatabases(
  sides: readonly ReadSide[],
  { dbBefore, ...options }: DatabasesOptions,
): Promise<Databases> {
  if (dbBefore !== undefined && sides.some(({ saved }) => saved !== undefined))
    throw new Fault(
      'option/db-before',
      'A saved scan has the findings of its own time, so --db-before has no meaning.',
      'Leave it out, or name the image itself.',
    );
  const asked = sides.filter(({ saved }) => saved === undefined);
  const none = { now: undefined, before: undefined, sources: { now: [], before: [] }, notes: [] };
  if (asked.length === 0) return { ...none, [Symbol.dispose]: () => undefined };
  using scope = new DisposableStack();
  const ecosystems = [...new Set(asked.flatMap(({ bom }) => ecosystemsOf(bom)))].sort();
  const now = scope.use(await ensureDatabase({ ...options, ecosystems }));
  const before = dbBefore === undefined ? undefined : scope.use(await openDatabase({ ...options, db: dbBefore }));
  const { sources } = now.description;
  const tooOld = await noteOldData({ sources, now: judgingTime(options.environment) }, options);
  const kept = scope.move();
  return {
    now: now.index,
    before: before?.index,
    sources: { now: sources.map(known), before: (before?.description.sources ?? sources).map(known) },
    notes: [...now.notes, ...tooOld],
    [Symbol.dispose]: () => kept.dispose(),
  };
}

export interface MatchedSides {
  readonly a: Side;
  readonly b: Side;
  readonly hindsight: Hindsight;
  /** Of the data that each side's findings are of. */
  readonly sources: { readonly a: readonly KnownSource[]; readonly b: readonly KnownSource[] };
}

/** @param said of each side's findings */
export function matchSides(
  [a, b]: readonly [ReadSide, ReadSide],
  databases: Databases,
  said: { readonly a: Said; readonly b: Said },
  options: MatchOptions,
): MatchedSides {
  const { now, before, sources } = databases;
  const of = (side: ReadSide, index: AdvisoryIndex | undefined, { judge }: Said): SideFindings => {
    if (side.saved !== undefined || index === undefined) return side.saved?.side.findings ?? UNKNOWN;
    const { findings, covered, notCovered } = match(side.bom, index, options);
    return { findings: judge(findings, side.bom), covered, notCovered: notCovered.length, uncovered: notCovered };
  };
  const data = { a: savedSources(a) ?? sources.before, b: savedSources(b) ?? sources.now };
  return {
    a: { ...a.known, findings: of(a, before ?? now, said.a) },
    b: { ...b.known, findings: of(b, now, said.b) },
    hindsight: hindsightOf(a, b, data, () => of({ ...a, saved: undefined }, now, said.a)),
    sources: data,
  };
}

function known(source: DatabaseSource): KnownSource {
  const { feed, title, digest } = source;
  return { feed, title, digest, current: currentAt(source) };
}

const UNKNOWN: SideFindings = { findings: [], covered: 0, notCovered: 0 };

function savedSources({ saved }: ReadSide): readonly KnownSource[] | undefined {
  return saved?.sources.map(({ feed, title, digest, current, read }) => {
    const time = Math.floor(Date.parse(current ?? read ?? '') / 1000);
    return { feed, title, digest, current: Number.isFinite(time) ? time : undefined };
  });
}

function hindsightOf(a: ReadSide, b: ReadSide, sources: MatchedSides['sources'], again: () => SideFindings): Hindsight {
  if (sameData(sources.a, sources.b)) return { kind: 'same-data' };
  if (b.saved !== undefined || a.known.packages === undefined) return { kind: 'packages' };
  return { kind: 'again', findings: again().findings };
}

function sameData(a: readonly KnownSource[], b: readonly KnownSource[]): boolean {
  const text = (sources: readonly KnownSource[]) =>
    sources
      .map(({ feed, digest }) => `${feed} ${digest}`)
      .sort()
      .join('\n');
  return text(a) === text(b);
}
