// What Temper and Grype are compared on: images, their SBOMs by Temper and by syft, packages made of the advisories.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { baselineImage } from './baseline.ts';
import { corpusImages } from './corpus.ts';
import { type MatchData, peer } from './matches-data.ts';
import type { OsvFacts } from './matches-facts.ts';
import { madeDocuments } from './matches-made.ts';
import { measure } from './measure.ts';

export interface MatchSubject {
  readonly name: string;
  /** What both read. */
  readonly by: 'made' | "Temper's SBOM" | "syft's SBOM" | 'image';
  readonly temper: string;
  readonly grype: string;
}

const temper = join(import.meta.dirname, '../bin/temper.js');
const example = join(import.meta.dirname, '../examples/node.yaml');

/** @param layouts more images: `oci:DIR:TAG`, a layout of one image */
export async function* matchSubjects(
  data: MatchData,
  facts: OsvFacts,
  layouts: readonly string[],
): AsyncGenerator<MatchSubject> {
  for (const { name, path } of madeDocuments(data.folder, facts, data.debian))
    yield { name, by: 'made', temper: `sbom:${path}`, grype: `sbom:${path}` };
  const corpus = (await corpusImages()).map(({ name, layout, tag }) => ({ name, layout, tag }));
  const named = layouts.map((reference) => {
    const [, layout = '', tag = ''] = /^oci:(.*):([^:/]+)$/.exec(reference) ?? [];
    return { name: basename(layout), layout, tag };
  });
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'temper-bench');
  const baseline = { name: 'baseline', layout: await baselineImage(join(cache, 'baseline')), tag: 'node' };
  for (const image of [baseline, await hardened(data), ...corpus, ...named]) yield* waysOf(image, data);
}

async function hardened({ folder }: MatchData): Promise<Image> {
  const layout = join(folder, 'hardened.oci');
  if (!existsSync(layout)) {
    const options = ['--platform', 'linux/amd64', '--output', `oci:${layout}:made`, '--quiet'];
    await measure(process.execPath, [temper, 'build', example, ...options], { env: { XDG_STATE_HOME: folder } });
  }
  // Grype and syft take layouts of one manifest, without what is attested of it.
  const path = join(layout, 'index.json');
  const index = JSON.parse(readFileSync(path, 'utf8')) as { manifests: { annotations?: Record<string, string> }[] };
  const manifests = index.manifests.filter((one) => one.annotations?.['org.opencontainers.image.ref.name'] === 'made');
  writeFileSync(path, JSON.stringify({ ...index, manifests }));
  return { name: 'hardened', layout, tag: 'made' };
}

interface Image {
  readonly name: string;
  readonly layout: string;
  readonly tag: string;
}

async function* waysOf({ name, layout, tag }: Image, { folder }: MatchData): AsyncGenerator<MatchSubject> {
  const reference = `oci:${layout}:${tag}`;
  const own = join(folder, `${name}.temper.cdx.json`);
  await measure(process.execPath, [
    temper,
    'sbom',
    reference,
    '--format',
    'cyclonedx-json',
    '--quiet',
    '--output',
    own,
  ]);
  yield { name, by: "Temper's SBOM", temper: `sbom:${own}`, grype: `sbom:${own}` };
  const others = join(folder, `${name}.syft.cdx.json`);
  await measure(peer('syft'), ['-q', `oci-dir:${layout}`, '-o', `cyclonedx-json=${others}`]);
  yield { name, by: "syft's SBOM", temper: `sbom:${others}`, grype: `sbom:${others}` };
  yield { name, by: 'image', temper: reference, grype: `oci-dir:${layout}` };
}
