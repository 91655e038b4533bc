// `npm run bench -- accuracy`: the corpus's packages beside what each ecosystem's own tool and syft say; docs/accuracy.md explains the rest.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parsePackageUrl } from '../src/purl/purl.ts';
import { type CorpusImage, corpusImages, expectedPackages } from './corpus.ts';
import { measure } from './measure.ts';

const root = join(import.meta.dirname, '..');
const temper = join(root, 'bin/temper.js');

interface Package {
  readonly purl: string;
  readonly kind: string;
  readonly name: string;
  readonly version: string;
  readonly dependencies: readonly string[];
  readonly ownedBy?: string;
}

/** The kinds that a corpus image is about; the first where the tool's list says none. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  npm: ['npm'],
  python: ['pypi'],
  java: ['maven'],
  go: ['golang'],
  rust: ['cargo'],
  rails: ['deb', 'gem'],
  rpm: ['rpm'],
};

export async function benchAccuracy(): Promise<void> {
  for (const image of await corpusImages()) await compare(image);
}

async function compare(image: CorpusImage): Promise<void> {
  const ours = await byTemper(image);
  const syft = await bySyft(image);
  const expected = [...expectedPackages(image)];
  for (const kind of kinds[image.name] ?? []) {
    const mine = ours.filter((p) => p.kind === kind);
    const theirs = syft?.filter((p) => p.kind === kind);
    const own = new Set(
      expected
        .filter((line) => (line.startsWith('gem:') ? kind === 'gem' : kind !== 'gem'))
        .map((line) => normal(kind, line.replace(/^gem:/, ''))),
    );
    const ourSet = new Set(mine.map((p) => normal(kind, `${p.name}@${p.version}`)));
    console.log(
      `\n${image.name}, ${kind}: ${ourSet.size} here, ${own.size} by its own tool${theirs === undefined ? '' : `, ${new Set(theirs.map(keyOf(kind))).size} by syft`}`,
    );
    list(
      '  only by its own tool',
      [...own].filter((one) => !ourSet.has(one)),
    );
    list(
      '  only here',
      [...ourSet].filter((one) => !own.has(one)),
    );
    if (theirs !== undefined) {
      const keys = new Set(mine.map(keyOf(kind)));
      const others = new Set(theirs.map(keyOf(kind)));
      list(
        '  only by syft',
        [...others].filter((one) => !keys.has(one)),
      );
      list(
        '  not by syft',
        [...keys].filter((one) => !others.has(one)),
      );
    }
    orphans(mine, ours);
  }
}

function orphans(mine: readonly Package[], all: readonly Package[]): void {
  const needed = new Set(all.flatMap((p) => p.dependencies));
  const without = mine.filter((p) => !needed.has(p.purl) && p.ownedBy === undefined);
  const roots = without.filter((p) => p.dependencies.length > 0);
  const alone = without.filter((p) => p.dependencies.length === 0);
  console.log(
    `  edges ${mine.reduce((sum, p) => sum + p.dependencies.length, 0)}; of ${mine.length} packages nobody needs ${without.length}: ${roots.length} need others, ${alone.length} stand alone (${((100 * alone.length) / Math.max(1, mine.length)).toFixed(1)} %)`,
  );
  list(
    '  alone',
    alone.map((p) => `${p.name}@${p.version}`),
  );
}

function list(title: string, names: readonly string[]): void {
  const most = 12;
  if (names.length > 0)
    console.log(
      `${title}: ${names.length} (${[...names].sort().slice(0, most).join(', ')}${names.length > most ? ', …' : ''})`,
    );
}

/** Names and versions as both sides can say them. */
function normal(kind: string, text: string): string {
  return kind === 'pypi' ? text.toLowerCase().replace(/[-_.]+(?=[^@]*@)/g, '-') : text;
}

function keyOf(kind: string): (p: Pick<Package, 'purl'>) => string {
  return ({ purl }) => {
    const { namespace, name, version } = parsePackageUrl(purl);
    // Namespaces of distributions are spelt differently.
    return normal(
      kind,
      `${kind === 'deb' || kind === 'rpm' ? '' : `${namespace ?? ''}/`}${name}@${version ?? ''}`,
    ).toLowerCase();
  };
}

async function byTemper({ layout, tag }: CorpusImage): Promise<readonly Package[]> {
  const run = await measure(process.execPath, [
    temper,
    'sbom',
    `oci:${layout}:${tag}`,
    '--json',
    '--no-cache',
    '--quiet',
  ]);
  return (JSON.parse(run.stdout) as { packages: Package[] }).packages.map((p) => ({
    ...p,
    dependencies: p.dependencies ?? [],
  }));
}

async function bySyft({ layout }: CorpusImage): Promise<readonly Package[] | undefined> {
  const syft = join(homedir(), '.cache/temper-peers/bin/syft');
  if (!existsSync(syft)) return undefined;
  const run = await measure(syft, ['-q', `oci-dir:${layout}`, '-o', 'syft-json'], {
    env: { SYFT_CHECK_FOR_APP_UPDATE: 'false' },
  });
  const { artifacts } = JSON.parse(run.stdout) as { artifacts: { purl: string; name: string; version: string }[] };
  return artifacts
    .filter(({ purl }) => purl !== '')
    .map(({ purl, name, version }) => ({
      purl,
      name,
      version,
      kind: purl.slice(4).split('/')[0] ?? '',
      dependencies: [],
    }));
}
