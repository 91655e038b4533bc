// `npm run bench -- build`: one platform with gzip, against what people do today: mmdebstrap and umoci. Needs root for mmdebstrap.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readHostSources, hostMirror } from '../src/archive/host.ts';
import { type Measured, measure } from './measure.ts';

const root = join(import.meta.dirname, '..');
const node = process.execPath;

interface Report {
  readonly timings: readonly { readonly step: string; readonly time: number }[];
  readonly peakMemory: number;
  readonly unchanged: boolean;
  readonly platforms: readonly { readonly size: number; readonly packages: number }[];
}

export async function benchBuild(): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'temper-bench-'));
  try {
    const other = await baseline(work);
    const env = {
      HOME: work,
      XDG_CONFIG_HOME: join(work, 'config'),
      XDG_CACHE_HOME: join(work, 'cache'),
      XDG_STATE_HOME: join(work, 'state'),
    };
    const definition = join(work, 'node.yaml');
    writeFileSync(definition, readFileSync(join(root, 'examples/node.yaml')));
    const temper = async (output: string) =>
      await measure(
        node,
        [
          join(root, 'bin/temper.js'),
          'build',
          definition,
          '--platform',
          'linux/amd64',
          '--output',
          `oci:${join(work, output)}`,
          '--json',
        ],
        { env },
      );
    const empty = await temper('one.oci');
    const full: Measured[] = [];
    for (const name of ['two.oci', 'three.oci', 'four.oci']) full.push(await temper(name));
    const same: Measured[] = [];
    for (let i = 0; i < 5; i++) same.push(await temper('four.oci'));
    print(other, empty, middle(full), middle(same));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function baseline(work: string): Promise<{ rootfs: Measured; layout: Measured }> {
  const sources = await readHostSources();
  const debian = hostMirror('debian:', sources);
  const security = hostMirror('debian-security:', sources);
  if (debian === undefined || security === undefined) throw new Error("the host's apt sources name no Debian archive");
  const signed = '[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]';
  const lines = [
    `deb ${signed} ${debian} trixie main`,
    `deb ${signed} ${debian} trixie-updates main`,
    `deb ${signed} ${security} trixie-security main`,
  ];
  const tar = join(work, 'rootfs.tar');
  const rootfs = await measure('mmdebstrap', [
    '--quiet',
    '--variant=minbase',
    '--include=nodejs,ca-certificates,tzdata',
    'trixie',
    tar,
    ...lines,
  ]);
  const layout = join(work, 'baseline');
  const steps = `set -e; umoci init --layout ${layout}; umoci new --image ${layout}:node; umoci raw add-layer --image ${layout}:node ${tar}; umoci config --image ${layout}:node --config.cmd node`;
  return { rootfs, layout: await measure('bash', ['-c', steps]) };
}

function middle(runs: readonly Measured[]): Measured {
  const sorted = [...runs].sort((a, b) => a.time - b.time);
  return sorted[Math.floor(sorted.length / 2)] as Measured;
}

function print(other: { rootfs: Measured; layout: Measured }, empty: Measured, full: Measured, same: Measured): void {
  const total = other.rootfs.time + other.layout.time;
  const peak = Math.max(other.rootfs.peak, other.layout.peak);
  const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`.padStart(8);
  const row = (name: string, time: number, memory: number, target?: number) => {
    const ratio = time / total;
    const verdict = target === undefined ? '' : `  target ${target.toFixed(2)}: ${ratio <= target ? 'met' : 'MISSED'}`;
    console.log(
      `${name.padEnd(34)}${time.toFixed(2).padStart(8)} s ${megabytes(memory)}  ratio ${ratio.toFixed(3)}${verdict}`,
    );
  };
  console.log('One platform (linux/amd64), gzip; memory is the peak of the whole process tree.\n');
  row('mmdebstrap', other.rootfs.time, other.rootfs.peak);
  row('umoci', other.layout.time, other.layout.peak);
  row('mmdebstrap + umoci', total, peak);
  row('temper, empty store', empty.time, empty.peak, 0.3);
  row('temper, full store', full.time, full.peak, 0.2);
  row('temper, nothing changed', same.time, same.peak, 0.03);
  const report = JSON.parse(empty.stdout) as Report;
  if (!(JSON.parse(same.stdout) as Report).unchanged) throw new Error('the last run was no unchanged one');
  console.log('\nWhere the time goes:');
  for (const [name, run] of [
    ['empty store', empty],
    ['full store', full],
    ['nothing changed', same],
  ] as const) {
    const { timings } = JSON.parse(run.stdout) as Report;
    console.log(`  ${name}: ${timings.map(({ step, time }) => `${step} ${(time / 1000).toFixed(2)} s`).join(', ')}`);
  }
  console.log(
    `\n${report.platforms[0]?.packages ?? 0} packages, ${((report.platforms[0]?.size ?? 0) / 1e6).toFixed(1)} MB`,
  );
}
