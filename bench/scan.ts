// `npm run bench -- scan`: scanning against Grype and osv-scanner on equal data, an image's scan against its SBOM, and how both grow.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { syntheticDatabase } from './database.ts';
import { grypeEnvironment, peer } from './matches-data.ts';
import { type Measured, measure } from './measure.ts';
import { inTurn, median, ratioOf, type Summary, summaryOf, verdict } from './rounds.ts';
import { type ScanData, scanData } from './scan-data.ts';
import { writeSyntheticSbom } from './scan-sizes.ts';

const temper = join(import.meta.dirname, '../bin/temper.js');
const ROUNDS = 5;
const IMAGE_ROUNDS = 7;
const RANGES = 1_000_000;

export async function benchScan(): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'temper-bench-'));
  try {
    const data = await scanData();
    await sbomScan(data, work, false);
    await sbomScan(data, work, true);
    await imageScan(data, work);
    await large(work);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Nothing of the user's configuration. */
function environment(work: string): Record<string, string> {
  const folder = (name: string): string => {
    const path = join(work, name);
    mkdirSync(path, { recursive: true });
    return path;
  };
  return {
    HOME: folder('home'),
    XDG_CONFIG_HOME: folder('config'),
    XDG_CACHE_HOME: folder('cache'),
    XDG_STATE_HOME: folder('state'),
  };
}

async function byTemper(work: string, args: readonly string[]): Promise<Measured> {
  return await measure(process.execPath, [temper, ...args, '--quiet'], { env: environment(work), cwd: work });
}

const output = (work: string, name: string): string => join(work, `${name}.json`);

/** @param kernelHeaders whether the kernel's headers are looked up, too: osv-scanner leaves them out always, the others where nothing is said */
async function sbomScan(data: ScanData, work: string, kernelHeaders: boolean): Promise<void> {
  const { sbom } = data;
  const runs: Record<string, () => Promise<Measured>> = {
    temper: async () =>
      await byTemper(work, [
        'scan',
        `sbom:${sbom}`,
        '--db',
        data.database,
        '--offline',
        '--output',
        `json=${output(work, 'temper')}`,
        ...(kernelHeaders ? ['--kernel-headers'] : []),
      ]),
  };
  if (isThere('grype')) runs['grype'] = async () => await byGrype(data, work, kernelHeaders);
  if (!kernelHeaders && isThere('osv-scanner')) runs['osv-scanner'] = async () => await byOsvScanner(data, work);
  if (!kernelHeaders) runs['JSON.parse alone'] = async () => await byNode(sbom);
  const rounds = await inTurn(runs, ROUNDS);
  const size = (statSync(sbom).size / 1e6).toFixed(1);
  const which = kernelHeaders ? ", the kernel's headers looked up, too" : '';
  console.log(`\nscanning an SBOM of ${size} MB${which}: medians of ${ROUNDS} rounds, ratios within each round`);
  for (const name of Object.keys(runs)) {
    const found = existsSync(output(work, name)) ? `${countOf(work, name)} findings` : 'nothing found';
    print(name, summaryOf(rounds, name), found);
  }
  for (const [name, target] of [
    ['grype', 0.1],
    ['osv-scanner', 0.3],
  ] as const) {
    if (runs[name] === undefined) continue;
    const ratio = ratioOf(rounds, 'temper', name);
    console.log(`  of the time of ${name}: ${ratio.toFixed(3)} ${verdict(ratio, target)}`);
  }
  const peers = Object.keys(runs).filter((name) => name === 'grype' || name === 'osv-scanner');
  const peaks = peers.map((name) => summaryOf(rounds, name).peak);
  if (peaks.length === 0) return;
  const share = summaryOf(rounds, 'temper').peak / Math.min(...peaks);
  console.log(`  of the smaller memory: ${share.toFixed(2)} ${verdict(share, 0.8)}`);
}

/** A program that is not here is named, and the targets count as missed. */
function isThere(name: string): boolean {
  try {
    return existsSync(peer(name));
  } catch (error) {
    console.log(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
    return false;
  }
}

async function byGrype(data: ScanData, work: string, kernelHeaders: boolean): Promise<Measured> {
  const args = ['-q', `sbom:${data.sbom}`, '-o', 'json', '--file', output(work, 'grype')];
  return await measure(peer('grype'), args, { env: grypeEnvironment(data, kernelHeaders) });
}

/** What reading the SBOM costs at least where it is parsed as a whole. */
async function byNode(sbom: string): Promise<Measured> {
  return await measure(process.execPath, [
    '--eval',
    'JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"))',
    sbom,
  ]);
}

async function byOsvScanner(data: ScanData, work: string): Promise<Measured> {
  const args = ['scan', 'source', '--lockfile', data.sbom, '--offline', '--verbosity', 'error', '--format', 'json'];
  const env = { OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY: data.osvScanner };
  // 1: there are findings.
  return await measure(peer('osv-scanner'), [...args, '--output', output(work, 'osv-scanner')], { env, accepted: [1] });
}

/** Vulnerabilities in packages, as each program counts them. */
function countOf(work: string, name: string): number {
  interface Results {
    readonly findings?: readonly unknown[];
    readonly matches?: readonly unknown[];
    readonly results?: readonly { readonly packages: readonly { readonly vulnerabilities?: readonly unknown[] }[] }[];
  }
  const { findings, matches, results = [] } = JSON.parse(readFileSync(output(work, name), 'utf8')) as Results;
  const packages = results.flatMap((one) => one.packages);
  return (findings ?? matches)?.length ?? packages.reduce((sum, p) => sum + (p.vulnerabilities?.length ?? 0), 0);
}

async function imageScan(data: ScanData, work: string): Promise<void> {
  const rounds = await inTurn(
    {
      sbom: async () => await byTemper(work, ['sbom', data.image, '--format', 'json', '--no-cache']),
      scan: async () =>
        await byTemper(work, [
          'scan',
          data.image,
          '--format',
          'json',
          '--no-cache',
          '--db',
          data.database,
          '--offline',
        ]),
    },
    IMAGE_ROUNDS,
  );
  console.log('\nthe image, nothing remembered');
  print('temper sbom', summaryOf(rounds, 'sbom'), '--format json');
  print('temper scan', summaryOf(rounds, 'scan'), '--format json');
  const ratio = ratioOf(rounds, 'scan', 'sbom');
  console.log(`  of the time of its SBOM: ${ratio.toFixed(2)} ${verdict(ratio, 1.1)}`);
}

async function large(work: string): Promise<void> {
  console.log(`\na database of ${RANGES} ranges`);
  const { path, packages } = await syntheticDatabase(work, RANGES);
  // Writing the database leaves a heap behind in which everything takes twice as long.
  const { stdout } = await measure(process.execPath, [
    join(import.meta.dirname, 'matching.ts'),
    path,
    String(packages),
  ]);
  const times = JSON.parse(stdout) as number[];
  const [first = 0] = times;
  const middle = median(times);
  console.log(
    `  10000 packages matched: ${middle.toFixed(0)} ms ${verdict(middle, 200, ' ms')}, at first ${first.toFixed(0)} ms`,
  );
  for (const count of [1000, 10_000, 100_000]) await one(count, packages, path, work);
}

async function one(count: number, packages: number, database: string, work: string): Promise<void> {
  const sbom = join(work, `synthetic-${count}.cdx.json`);
  writeSyntheticSbom(sbom, count, packages);
  const args = ['scan', `sbom:${sbom}`, '--db', database, '--offline', '--output', `json=${output(work, 'curve')}`];
  const rounds = await inTurn({ curve: async () => await byTemper(work, args) }, 3);
  const run = summaryOf(rounds, 'curve');
  const each = `${((run.median / count) * 1e6).toFixed(0)} µs a package`;
  print(`${count} packages`, run, `${each}, ${countOf(work, 'curve')} findings`);
}

function print(what: string, { median: middle, least, peak }: Summary, more: string): void {
  const times = `${middle.toFixed(3)} s (least ${least.toFixed(3)})`;
  console.log(`  ${what.padEnd(16)} ${times}, ${String(Math.round(peak / 1e6)).padStart(4)} MB, ${more}`);
}
