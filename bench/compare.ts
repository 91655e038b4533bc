// `npm run bench -- compare`: the image that people start from today, and its hardened counterpart, bare and with one service.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bareImages, imagesWithService, type Sides, type Temper, temperIn } from './compare-images.ts';

/** What docs/schemas/compare-1.json says, as far as it is looked at. */
interface Compared {
  readonly measures: readonly {
    readonly name: string;
    readonly a?: number;
    readonly b?: number;
    readonly percent?: number;
  }[];
  readonly vulnerabilities: Readonly<Record<'new', readonly { readonly b?: Found }[]>>;
}
interface Found {
  readonly id: string;
  readonly package: { readonly name: string; readonly version: string };
  readonly fix: { readonly state: string; readonly versions: readonly string[] };
}

/** Ends with status 1 where a figure is missed, or is a share of nothing. */
export async function benchCompare(): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'temper-bench-'));
  try {
    const temper = temperIn(work);
    const bare = await bareImages(work, temper);
    const served = await imagesWithService(work, bare);
    const db = await database(work, temper);
    const verdicts = [
      ...(await judged('bare', bare, db, temper)),
      ...(await judged('with the service', served, db, temper)),
    ];
    console.log();
    for (const { what, met } of verdicts) console.log(`${met ? 'met   ' : 'MISSED'}  ${what}`);
    if (verdicts.some(({ met }) => !met)) process.exitCode = 1;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** One for both sides: what the signed archive of Debian says, and OSV's records of npm. */
async function database(work: string, temper: Temper): Promise<string> {
  const osv = join(process.env['TEMPER_SHARED'] ?? join(import.meta.dirname, '../../shared'), 'advisories/osv');
  if (!existsSync(osv)) throw new Error(`bench: no OSV records at ${osv} (TEMPER_SHARED)`);
  const path = join(work, 'both.db');
  const ecosystems = ['Debian:12', 'Debian:13', 'npm'].flatMap((name) => ['--ecosystem', name]);
  await temper('db', 'build', '--from', 'debian-archive', '--from', `osv:${osv}`, ...ecosystems, '--output', path);
  return path;
}

interface Verdict {
  readonly what: string;
  readonly met: boolean;
}

async function judged(
  title: string,
  { conventional, hardened }: Sides,
  db: string,
  temper: Temper,
): Promise<Verdict[]> {
  const args = ['compare', conventional, hardened, '--db', db, '--offline', '--platform', 'linux/amd64'];
  const text = await temper(...args);
  const compared = JSON.parse(await temper(...args, '--format', 'json')) as Compared;
  console.log(`\n${title}: temper compare CONVENTIONAL HARDENED --db both.db\n\n${tableOf(text)}`);
  const of = (name: string) => compared.measures.find((one) => one.name === name) ?? { a: 0, b: 0, percent: undefined };
  const [packages, size, related, fixable] = ['packages', 'size', 'relationships', 'vulnerabilities.fixable'].map(of);
  const verdict = (what: string, met: boolean): Verdict => ({ what: `${title}: ${what}`, met });
  const share = (name: string, one: ReturnType<typeof of> | undefined, most: number): Verdict =>
    verdict(
      `${name} ${one?.a ?? '?'} → ${one?.b ?? '?'}, ${one?.percent ?? '?'} % (at most −${most} %)`,
      (one?.a ?? 0) > 0 && (one?.b ?? 0) > 0 && (one?.percent ?? 0) <= -most,
    );
  const left = compared.vulnerabilities.new.flatMap(({ b }) => (b?.fix.state === 'fixed' ? [b] : []));
  for (const { id, package: p, fix } of left)
    console.log(`left: ${id} in ${p.name} ${p.version}, fixed in ${fix.versions.join(', ')}`);
  const uncovered = of('not-covered');
  return [
    share('packages', packages, 95),
    share('size', size, 80),
    verdict(
      `relationships ${related?.a ?? '?'} → ${related?.b ?? '?'} (known, and some)`,
      (related?.a ?? 0) > 0 && (related?.b ?? 0) > 0,
    ),
    verdict(`findings with a fix, hardened: ${fixable?.b ?? '?'} (none)`, fixable?.b === 0),
    verdict(`findings with a fix, conventional: ${fixable?.a ?? '?'} (at least 50)`, (fixable?.a ?? 0) >= 50),
    verdict(
      `packages of which nothing is known: ${uncovered.a ?? '?'} and ${uncovered.b ?? '?'}`,
      isCovered(of, 'a') && isCovered(of, 'b'),
    ),
  ];
}

/** Whether nothing is left out but what no feed in this database speaks of: neither Debian's packages nor npm's. */
function isCovered(of: (name: string) => { readonly a?: number; readonly b?: number }, side: 'a' | 'b'): boolean {
  const [all, deb, npm, out] = ['packages', 'packages.deb', 'packages.npm', 'not-covered'].map(
    (name) => of(name)[side] ?? 0,
  );
  return (deb ?? 0) > 0 && (npm ?? 0) > 0 && (out ?? 0) <= (all ?? 0) - (deb ?? 0) - (npm ?? 0);
}

/** The columns, which end with an empty line. */
function tableOf(text: string): string {
  return text.split('\n\n').slice(0, 2).join('\n\n');
}
