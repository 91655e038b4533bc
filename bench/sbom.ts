// `npm run bench -- sbom [NAME…]`: reading images, all or those named, against syft and against decompressing and hashing alone. Needs root for the images.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { baselineImage } from './baseline.ts';
import { copiesOf } from './copies.ts';
import { corpusImages } from './corpus.ts';
import { type Measured, measure } from './measure.ts';
import { inTurn, median, ratioOf, type Round } from './rounds.ts';

const root = join(import.meta.dirname, '..');
const node = process.execPath;
const temper = join(root, 'bin/temper.js');

interface Subject {
  readonly name: string;
  readonly layout: string;
  readonly tag: string;
  /** Whether the targets are held against it. */
  readonly judged: boolean;
}

interface Row {
  readonly what: string;
  readonly run: Measured;
  readonly packages: number | undefined;
  /** Of the plain pipe's time. */
  readonly ratio: number;
  /** What the ratio may be at most, and the share of syft's memory. */
  readonly time?: number;
  readonly memory?: number;
}

/** Times that each quick run is repeated; the middle one counts. */
const TIMES = 5;

export async function benchSbom(): Promise<void> {
  const kept = join(homedir(), '.cache', 'temper-bench');
  mkdirSync(kept, { recursive: true });
  const work = mkdtempSync(join(tmpdir(), 'temper-bench-'));
  try {
    const subjects: Subject[] = [
      { name: 'baseline', layout: await baselineImage(join(kept, 'baseline')), tag: 'node', judged: true },
      { name: 'hardened', layout: await hardened(work), tag: 'latest', judged: false },
      ...(await corpusImages()).map((item) => ({ ...item, judged: false })),
    ];
    const named = process.argv.slice(3);
    const asked = subjects.filter(({ name }) => named.length === 0 || named.includes(name));
    for (const subject of asked) await compare(subject, work);
    await curve(subjects[1] as Subject, work);
    await startUp();
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

// syft takes layouts of one manifest, without what is attested of it.
async function hardened(work: string): Promise<string> {
  const definition = join(work, 'node.yaml');
  writeFileSync(definition, readFileSync(join(root, 'examples/node.yaml')));
  const built = join(work, 'built.oci');
  const layout = join(work, 'hardened.oci');
  const run = async (args: readonly string[]) =>
    await measure(node, [temper, ...args, '--quiet'], { env: environment(work) });
  await run(['build', definition, '--platform', 'linux/amd64', '--output', `oci:${built}`]);
  await run(['copy', `oci:${built}:latest`, `oci:${layout}:latest`, '--platform', 'linux/amd64', '--no-referrers']);
  return layout;
}

function environment(work: string): Record<string, string> {
  return {
    HOME: work,
    XDG_CONFIG_HOME: join(work, 'config'),
    XDG_CACHE_HOME: join(work, 'cache'),
    XDG_STATE_HOME: join(work, 'state'),
  };
}

/** What is measured of one image, in turn, so that each is held against what ran beside it. */
type Kind = 'plain' | 'bare' | 'json' | 'files' | 'filled';

async function compare(subject: Subject, work: string): Promise<void> {
  const { name, layout, tag } = subject;
  const blobs = layersOf(layout, tag);
  const bytes = blobs.reduce((sum, path) => sum + statSync(path).size, 0);
  const syft = await bySyft(layout);
  const filledCache = join(work, `${name}-filled`);
  await sbom(subject, 'json', filledCache, work);
  // Each time another cache, in which there is nothing.
  let caches = 0;
  const cold = async (format: string) => await sbom(subject, format, join(work, `${name}-${caches++}`), work);
  const rounds = await inTurn<Kind>(
    {
      plain: async () => await plainPipe(blobs),
      bare: async () => await measure(node, [join(import.meta.dirname, 'bare-pass.ts'), ...blobs]),
      json: async () => await cold('json'),
      files: async () => await cold('spdx-json'),
      filled: async () => await sbom(subject, 'json', filledCache, work),
    },
    TIMES,
  );
  const targets = subject.judged ? { json: 0.5, files: 0.6, filled: 0.03, memory: 0.2, filledMemory: 0.12 } : undefined;
  console.log(
    `\n${name}: ${(bytes / 1e6).toFixed(1)} MB in ${blobs.length} layer${blobs.length === 1 ? '' : 's'}; medians of ${rounds.length} rounds, ratios within each round`,
  );
  print({ what: 'gzip -dc | sha256sum', ...against(rounds, 'plain'), packages: undefined }, syft);
  print({ what: 'gunzip, three digests, Node', ...against(rounds, 'bare'), packages: undefined }, syft);
  if (syft !== undefined) {
    const ratio = syft.run.time / against(rounds, 'plain').run.time;
    print({ what: 'syft -o syft-json', run: syft.run, ratio, packages: syft.packages }, syft);
  }
  print(row('temper, --format json', against(rounds, 'json'), targets?.json, targets?.memory), syft);
  print(row('temper, --format spdx-json', against(rounds, 'files'), targets?.files, targets?.memory), syft);
  print(row('temper, json, cache filled', against(rounds, 'filled'), targets?.filled, targets?.filledMemory), syft);
}

interface Compared {
  /** The run in the middle by time, with the median of all peaks. */
  readonly run: Measured;
  /** Of the plain pipe's time in the same round; the median. */
  readonly ratio: number;
}

function against(rounds: readonly Round<Kind>[], kind: Kind): Compared {
  const runs = rounds.map((round) => round[kind]);
  const middle = runs.toSorted((a, b) => a.time - b.time)[Math.floor(runs.length / 2)] as Measured;
  return {
    run: { ...middle, peak: median(runs.map(({ peak }) => peak)) },
    ratio: ratioOf(rounds, kind, 'plain'),
  };
}

function row(what: string, { run, ratio }: Compared, time?: number, memory?: number): Row {
  return {
    what,
    run,
    ratio,
    packages: packagesOf(run.stdout),
    ...(time === undefined ? {} : { time }),
    ...(memory === undefined ? {} : { memory }),
  };
}

async function sbom({ layout, tag }: Subject, format: string, cache: string, work: string): Promise<Measured> {
  return await measure(
    node,
    [temper, 'sbom', `oci:${layout}:${tag}`, '--format', format, '--cache', cache, '--quiet'],
    {
      env: environment(work),
    },
  );
}

async function repeated(run: (i: number) => Promise<Measured>): Promise<Measured> {
  const runs: Measured[] = [];
  for (let i = 0; i < TIMES; i++) runs.push(await run(i));
  return runs.sort((a, b) => a.time - b.time)[Math.floor(TIMES / 2)] as Measured;
}

async function plainPipe(blobs: readonly string[]): Promise<Measured> {
  const one = (path: string) => (isGzip(path) ? `gzip -dc '${path}' | sha256sum` : `sha256sum '${path}'`);
  return await measure('bash', ['-c', `set -e; ${blobs.map(one).join('; ')}`]);
}

function isGzip(path: string): boolean {
  const [a, b] = readFileSync(path).subarray(0, 2);
  return a === 0x1f && b === 0x8b;
}

async function bySyft(layout: string): Promise<{ run: Measured; packages: number } | undefined> {
  const syft = [join(homedir(), '.cache/temper-peers/bin/syft'), '/usr/local/bin/syft'].find((path) =>
    existsSync(path),
  );
  if (syft === undefined) {
    console.log(
      '\nsyft is not here: go install github.com/anchore/syft/cmd/syft@v1.42.0 into ~/.cache/temper-peers/bin',
    );
    return undefined;
  }
  const env = { SYFT_CHECK_FOR_APP_UPDATE: 'false', SYFT_CACHE_DIR: join(tmpdir(), 'temper-bench-syft') };
  const run = await measure(syft, ['-q', `oci-dir:${layout}`, '-o', 'syft-json'], { env });
  return { run, packages: (JSON.parse(run.stdout) as { artifacts: unknown[] }).artifacts.length };
}

function packagesOf(text: string): number {
  const document = JSON.parse(text) as { packages: readonly { primaryPackagePurpose?: string }[] };
  return document.packages.filter((p) => p.primaryPackagePurpose !== 'CONTAINER').length;
}

/** The layers' files of the image of a tag; an index's first image. */
function layersOf(layout: string, tag: string): string[] {
  interface Document {
    readonly manifests?: readonly { readonly digest: string; readonly annotations?: Record<string, string> }[];
    readonly layers?: readonly { readonly digest: string }[];
  }
  const blob = (digest: string) => join(layout, 'blobs', digest.replace(':', '/'));
  const read = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Document;
  const named = read(join(layout, 'index.json')).manifests?.find(
    (m) => m.annotations?.['org.opencontainers.image.ref.name'] === tag,
  );
  let document = read(blob(named?.digest ?? ''));
  if (document.manifests !== undefined) document = read(blob(document.manifests[0]?.digest ?? ''));
  return (document.layers ?? []).map(({ digest }) => blob(digest));
}

function print({ what, run, ratio, packages, time, memory }: Row, syft: { run: Measured } | undefined): void {
  const share = syft === undefined ? undefined : run.peak / syft.run.peak;
  const judge = (value: number | undefined, target: number | undefined) =>
    target === undefined || value === undefined ? '' : ` (target ${target}: ${value <= target ? 'met' : 'MISSED'})`;
  console.log(
    [
      `  ${what.padEnd(28)}`,
      `${run.time.toFixed(2).padStart(7)} s ${ratio.toFixed(3).padStart(7)} of the pipe${judge(ratio, time)}`,
      `, ${String(Math.round(run.peak / 1e6)).padStart(4)} MB`,
      share === undefined ? '' : ` ${share.toFixed(2)} of syft's${judge(share, memory)}`,
      packages === undefined ? '' : `, ${packages} packages`,
    ].join(''),
  );
}

async function curve(subject: Subject, work: string): Promise<void> {
  console.log(`\nThe same content, 1, 2, 4 and 8 times (${subject.name}):`);
  for (const count of [1, 2, 4, 8]) {
    const layout = await copiesOf(layersOf(subject.layout, subject.tag), count, join(work, `copies-${count}`));
    const copies = { ...subject, layout, tag: 'copies' };
    const run = await repeated(async (i) => await sbom(copies, 'json', join(work, `copies-${count}-${i}`), work));
    console.log(
      `  ${count}: ${run.time.toFixed(2)} s, ${(run.time / count).toFixed(2)} s a copy, ${Math.round(run.peak / 1e6)} MB`,
    );
  }
}

async function startUp(): Promise<void> {
  const middle = async (args: readonly string[]) => {
    const times: number[] = [];
    for (let i = 0; i < 21; i++) times.push((await measure(node, args)).time);
    return times.sort((a, b) => a - b)[10] ?? 0;
  };
  const nothing = await middle(['-e', '0']);
  const version = await middle([temper, '--version']);
  const ratio = version / nothing;
  console.log(
    `\ntemper --version ${(version * 1000).toFixed(0)} ms, node -e 0 ${(nothing * 1000).toFixed(0)} ms: ${ratio.toFixed(2)} (target 1.5: ${ratio <= 1.5 ? 'met' : 'MISSED'})`,
  );
}
