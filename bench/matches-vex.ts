// What we export of statements, against what Grype then leaves out: the findings that they name and no others.
import { readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { baselineImage } from './baseline.ts';
import type { MatchData } from './matches-data.ts';
import { byGrype, byTemper, type Found, keyOf, type Pair } from './matches-tools.ts';
import { measure } from './measure.ts';

const temper = join(import.meta.dirname, '../bin/temper.js');

interface Said {
  readonly options: readonly string[];
  /** Whether a scanner leaves the pair out by it. */
  readonly names: (pair: Pair) => boolean;
}

/** Of the baseline as image and as SBOM, in OpenVEX and in CSAF. @returns whether all is as it should be */
export async function benchVex(data: MatchData): Promise<boolean> {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'temper-bench');
  const layout = await baselineImage(join(cache, 'baseline'));
  const sbom = join(data.folder, 'baseline.temper.cdx.json');
  let good = true;
  for (const [name, ours, theirs] of [
    ['image', `oci:${layout}:node`, `oci-dir:${layout}`],
    ["Temper's SBOM", `sbom:${sbom}`, `sbom:${sbom}`],
  ] as const) {
    const before = await byGrype(theirs, data);
    const said = statements(before, digestOf(layout));
    const document = await written(data, said);
    const own = await byTemper(ours, data);
    const left = await byTemper(ours, data, ['--vex', document]);
    good = told(`temper scan, ${name}`, own, left, said) && good;
    for (const format of ['openvex', 'csaf']) {
      const exported = join(data.folder, `exported.${format}.json`);
      const options = ['--image', ours, '--format', format, '--output', exported, '--offline', '--quiet'];
      await measure(process.execPath, [temper, 'vex', 'export', document, ...options]);
      const after = await byGrype(theirs, data, ['--vex', exported]);
      // Grype takes CVE ids alone from CSAF.
      const counting = format === 'csaf' ? said.map(cveAlone) : said;
      good = told(`grype --vex, ${format}, ${name}`, before, after, counting) && good;
    }
  }
  return good;
}

function cveAlone({ options, names }: Said): Said {
  return { options, names: (pair) => pair.record.startsWith('CVE-') && names(pair) };
}

/** Of a source package, of one binary package in one version, of a part of the image, of a package of npm; and two that leave nothing out. */
function statements({ pairs, names }: Found, digest: string): Said[] {
  const packages = new Map<string, Pair[]>();
  for (const pair of pairs.values()) packages.set(pair.record, [...(packages.get(pair.record) ?? []), pair]);
  const debian = [...packages].filter(
    ([, list]) => list.length > 1 && list.every(({ purl }) => purl.startsWith('pkg:deb/')),
  );
  const [whole, one, part, open, asked] = [0, 5, 10, 15, 20].map((at) => debian[at]?.[1] ?? []) as [
    Pair[],
    Pair[],
    Pair[],
    Pair[],
    Pair[],
  ];
  const npm = [...pairs.values()].find(({ purl }) => purl.startsWith('pkg:npm/'));
  const justified = ['--status', 'not_affected', '--justification', 'vulnerable_code_not_in_execute_path'];
  const record = (list: readonly Pair[]): string => list[0]?.record ?? '';
  const purl = (list: readonly Pair[]): string => list[0]?.purl ?? '';
  const bare = (text: string): string => text.slice(0, text.lastIndexOf('@'));
  const exactly = (list: readonly Pair[]) => (pair: Pair) => pair.record === record(list) && pair.purl === purl(list);
  const npmNames = npm === undefined ? [] : [...(names.get(keyOf(npm)) ?? [])];
  return [
    {
      options: [
        ...whole.flatMap(({ purl: text }) => ['--product', bare(text)]),
        '--vulnerability',
        record(whole),
        ...justified,
      ],
      names: (pair) => pair.record === record(whole),
    },
    { options: ['--product', purl(one), '--vulnerability', record(one), '--status', 'fixed'], names: exactly(one) },
    {
      options: [
        '--product',
        `pkg:oci/baseline@${encodeURIComponent(digest)}`,
        '--subcomponent',
        bare(purl(part)),
        '--vulnerability',
        record(part),
        ...justified,
      ],
      names: exactly(part),
    },
    {
      options: [
        '--product',
        npm?.purl ?? '',
        '--vulnerability',
        npm?.record ?? '',
        ...npmNames.flatMap((name) => (name === npm?.record ? [] : ['--alias', name])),
        ...justified,
      ],
      names: (pair) => pair.record === npm?.record && pair.purl === npm.purl,
    },
    {
      options: [
        '--product',
        purl(open),
        '--vulnerability',
        record(open),
        '--status',
        'affected',
        '--action',
        'Update it.',
      ],
      names: () => false,
    },
    {
      options: ['--product', purl(asked), '--vulnerability', record(asked), '--status', 'under_investigation'],
      names: () => false,
    },
  ];
}

async function written({ folder }: MatchData, said: readonly Said[]): Promise<string> {
  const document = join(folder, 'statements.vex.json');
  rmSync(document, { force: true });
  for (const { options } of said)
    await measure(process.execPath, [temper, 'vex', 'add', document, '--author', 'Bench', '--quiet', ...options]);
  return document;
}

function told(title: string, before: Found, after: Found, said: readonly Said[]): boolean {
  const named = new Set(
    [...before.pairs].filter(([, pair]) => said.some(({ names }) => names(pair))).map(([key]) => key),
  );
  const gone = new Set([...before.pairs.keys()].filter((key) => !after.pairs.has(key)));
  const missing = [...named].filter((key) => !gone.has(key));
  const extra = [...gone].filter((key) => !named.has(key));
  const good = named.size > 0 && missing.length === 0 && extra.length === 0;
  const more = good ? '' : `; left all the same: ${missing.join(', ')}; removed beside: ${extra.join(', ')}`;
  console.log(
    `  ${title}: ${named.size} of ${before.pairs.size} named, ${gone.size} removed: ${good ? 'met' : 'MISSED'}${more}`,
  );
  return good;
}

function digestOf(layout: string): string {
  const index = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')) as { manifests: { digest: string }[] };
  return index.manifests[0]?.digest ?? '';
}
