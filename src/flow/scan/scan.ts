// What is vulnerable in an image, a folder or another SBOM, and of what nothing is known.
import type { DatabaseSource } from '../../advisory/database/description.ts';
import type { SbomFile } from '../../bom/read-packages.ts';
import type { Bom } from '../../bom/types.ts';
import { expectLargeRun, growNewSpace, keepNewSpace } from '../../io/memory.ts';
import { Fault } from '../../lib/faults.ts';
import { type FindingFilter, isSuppressed, passes } from '../../match/filter.ts';
import { ecosystemsOf, match } from '../../match/match.ts';
import type { Finding, JudgedStream, MatchResult, NotCovered } from '../../match/types.ts';
import { type Condition, metConditions } from '../../match/threshold.ts';
import { buildTime, judgingTime } from '../database/database-time.ts';
import { namingNothing } from './naming-nothing.ts';
import { checkAge, noteOldData } from '../database/old-data.ts';
import { sbom, type SbomOptions } from '../sbom/sbom.ts';
import { unjudged } from './unjudged.ts';
import { checkNamed, ensureDatabase } from '../database/vulnerability-database.ts';
import { type SaidOptions, whatIsSaid } from '../vex/what-is-said.ts';

export interface ScanOptions extends Omit<SbomOptions, 'files' | 'texts' | 'cache'> {
  /** The user's cache folder. */
  readonly cache: string;
  /** Whether what is read of layers is remembered. */
  readonly remember: boolean;
  readonly offline: boolean;
  readonly insecure: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
  /** Told before a database is made or extended, which takes minutes; progress unless given. */
  readonly announce?: ((line: string) => void) | undefined;
  /** `--db`; the user's own unless given. */
  readonly db: string | undefined;
  /** `--max-db-age`: `3d`; the configuration's unless given. */
  readonly maxDbAge: string | undefined;
  /** Whether all of each package is wanted; else licences, descriptions and digests of an SBOM may be left out. */
  readonly whole?: boolean | undefined;
  /** Whether packages of a kernel's headers are looked up, too. */
  readonly kernelHeaders?: boolean | undefined;
  readonly filter: FindingFilter;
  readonly failOn: readonly Condition[];
  /** What else is said of the findings: `--vex`, `--ignore`, and whose attestations on the image count. */
  readonly statements: SaidOptions['statements'];
}

export interface ScanReport {
  /** `linux/amd64`; `undefined` for a folder. */
  readonly platform: string | undefined;
  readonly bom: Bom;
  /** Those that pass the filters, worst and fixable first. */
  readonly findings: readonly Finding[];
  /** The same of those of which somebody said why they do not count. */
  readonly suppressed: readonly Finding[];
  /** How many the filters left out. */
  readonly filtered: number;
  readonly notCovered: readonly NotCovered[];
  /** Packages that some feed speaks of, a count. */
  readonly covered: number;
  /** Ecosystems of which only fixed vulnerabilities are known. */
  readonly fixedOnly: readonly string[];
  /** Of Red Hat Enterprise Linux: by which update stream its packages were judged. */
  readonly stream?: JudgedStream | undefined;
  readonly database: ScannedDatabase;
  /** What of `failOn` holds, with how many findings. */
  readonly failures: ReturnType<typeof metConditions>;
}

export interface ScannedDatabase {
  readonly sources: readonly DatabaseSource[];
  /** Seconds since 1970: what ages are counted from. */
  readonly now: number;
}

/** What findings refer to is read of the database when it is asked for: until it is let go of. */
export interface ScanResult extends Disposable {
  /** One for each platform that is asked for. */
  readonly reports: readonly ScanReport[];
  /** What people may want to know, in sentences. */
  readonly notes: readonly string[];
  /** What they must see: rules that have expired, statements that are not used, filters that name nothing. */
  readonly warnings: readonly string[];
}

/**
 * Scans each platform that is asked for; one for a folder or an SBOM.
 * @throws Fault `option/max-db-age`, `db/stale` where a source is older than it may be, `scan/nothing-known` where `failOn` asks and no package is
 * covered; `db/…`, `vex/…`, `ignore/…`, `policy/…`, `key/…`, faults of sources and of cataloguing
 */
export async function scan(reference: string, options: ScanOptions): Promise<ScanResult> {
  keepNewSpace();
  checkAge(options);
  await checkNamed(options);
  const said = await whatIsSaid(reference, options);
  const boms = await catalogued(reference, { ...options, whole: options.whole === true || said.documents });
  // What images took to read was kept small: what is made of findings is little, and short-lived.
  if (boms.some(({ subject }) => subject.diffIds.length > 0)) growNewSpace();
  using scope = new DisposableStack();
  const database = scope.use(
    await ensureDatabase({
      ...options,
      get ecosystems() {
        return [...new Set(boms.flatMap(ecosystemsOf))].sort();
      },
    }),
  );
  const described = { sources: database.description.sources, now: buildTime(options.environment) };
  const tooOld = await noteOldData({ ...described, now: judgingTime(options.environment) }, options);
  const reports = boms.map((bom) => {
    const result = match(bom, database.index, options);
    return reportOf(bom, { ...result, findings: said.judge(result.findings, bom) }, described, options);
  });
  const kept = scope.move();
  const silent = reports.flatMap(({ bom: { subject, packages }, ...one }) =>
    unjudged({ ...one, name: subject.name, packages: packages.length }, options.failOn),
  );
  return {
    reports,
    notes: [...database.notes, ...tooOld],
    warnings: [...said.notes, ...boms.flatMap(said.unused), ...namingNothing(boms, options.filter, options), ...silent],
    [Symbol.dispose]: () => kept.dispose(),
  };
}

async function catalogued(reference: string, options: ScanOptions): ReturnType<typeof sbom> {
  const { remember, cache, ...rest } = options;
  return await sbom(reference, {
    ...rest,
    cache: remember ? cache : undefined,
    files: false,
    texts: false,
    ...(options.whole === true ? {} : { readSbom: readLater }),
  });
}

/** An SBOM of which reading takes more than a second, in bytes. */
const LARGE = 32_000_000;

// Only who names an SBOM loads what reads them.
async function readLater(file: SbomFile, name: string): Promise<Bom> {
  if (file.size > LARGE) expectLargeRun();
  const { readPackages } = await import('../../bom/read-packages.ts');
  return await readPackages(file, name);
}

function reportOf(bom: Bom, result: MatchResult, database: ScannedDatabase, options: ScanOptions): ScanReport {
  const { notCovered, covered, fixedOnly, stream } = result;
  if (options.failOn.length > 0 && covered === 0 && bom.packages.length > 0) throw nothingKnown(bom);
  const passing = result.findings.filter((finding) => passes(finding, options.filter));
  const findings = passing.filter((finding) => !isSuppressed(finding));
  return {
    platform: bom.subject.platform,
    bom,
    findings,
    suppressed: passing.filter(isSuppressed),
    filtered: result.findings.length - passing.length,
    notCovered,
    covered,
    fixedOnly,
    stream,
    database,
    failures: metConditions(findings, options.failOn),
  };
}

function nothingKnown({ packages, subject }: Bom): Fault {
  const all = packages.length === 1 ? 'the one package' : `any of the ${packages.length} packages`;
  return new Fault(
    'scan/nothing-known',
    `The database does not speak of ${all} of ${subject.name}, so --fail-on has no answer.`,
    'See why with --format json and without --fail-on (notCovered), or make a database that has them: `temper db update --ecosystem NAME`.',
  );
}
