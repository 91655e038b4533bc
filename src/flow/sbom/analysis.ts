// What is in an image: its layers are read once, several at a time, and remembered.
import type { BomFile, BomPackage } from '../../bom/types.ts';
import type { ImageContent } from '../../catalog/image.ts';
import { giveBack } from '../../lib/bytes.ts';
import { digestOf } from '../../lib/digest.ts';
import type { SourceImage } from '../../source/types.ts';
import { AnalysisCache } from './analysis-cache.ts';

export interface AnalysisOptions {
  /** The user's cache folder; `undefined`: nothing is remembered. */
  readonly cache: string | undefined;
  /** Whether lock files and manifests count, too. */
  readonly declared: boolean;
  /** Whether each file's digests are wanted. */
  readonly digests: boolean;
  /** Whether the texts of licences that SPDX does not know are wanted. */
  readonly texts: boolean;
  /** How many of the layers are the base image's. */
  readonly baseLayers: number | undefined;
  readonly progress?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface AnalysedImage extends Pick<ImageContent, 'packages' | 'distribution' | 'notRead'> {
  /** Sorted by path; none unless digests were wanted. */
  readonly files: readonly BomFile[];
}

/** Characters of a record that are written at once. */
const AT_ONCE = 1 << 14;

/**
 * Reads every layer that was not read before, and holds it against its diffID. An image that was read before as a whole
 * is not read again, if neither files nor texts are wanted.
 * @throws Fault `image/altered` for a layer that is not what the config says; `tar/…`, `compression/…`, `image/…`, faults of the source
 */
export async function analyseImage(image: SourceImage, options: AnalysisOptions): Promise<AnalysedImage> {
  const cache = options.cache === undefined ? undefined : new AnalysisCache(options.cache);
  const key = digestOf(JSON.stringify([image.configDigest, image.platform, options.baseLayers, options.declared]));
  const summary = !options.digests && !options.texts;
  const kept = summary ? await cache?.read('image', key) : undefined;
  if (kept !== undefined) {
    const known = summaryOf(kept);
    giveBack(kept);
    return known;
  }
  // Only who has to read loads what reads.
  const { readImage } = await import('./layer-reading.ts');
  const content = await readImage(image, options, cache);
  const { distribution, notRead, files } = content;
  const packages = options.texts ? content.packages : content.packages.map(withoutTexts);
  const analysed = { packages, distribution, notRead, files };
  if (summary) await cache?.write('image', key, summaryRecord(analysed));
  await cache?.trim();
  return analysed;
}

// A line for the image, then one for each package: no piece of it is large.
function* summaryRecord({ packages, distribution, notRead }: AnalysedImage): Generator<Buffer> {
  let lines = `${JSON.stringify({ distribution, notRead })}\n`;
  for (const one of packages) {
    lines += `${JSON.stringify(one)}\n`;
    if (lines.length < AT_ONCE) continue;
    yield Buffer.from(lines);
    lines = '';
  }
  yield Buffer.from(lines);
}

// The bytes are known to be what this program wrote.
function summaryOf(record: Buffer): AnalysedImage {
  const packages: BomPackage[] = [];
  let first: Pick<AnalysedImage, 'distribution' | 'notRead'> | undefined;
  for (let from = 0; from < record.length; ) {
    const end = record.indexOf(0x0a, from);
    const value: unknown = JSON.parse(record.toString('utf8', from, end));
    from = end + 1;
    if (first === undefined) first = value as Pick<AnalysedImage, 'distribution' | 'notRead'>;
    else packages.push(value as BomPackage);
  }
  return { distribution: first?.distribution, notRead: first?.notRead ?? [], packages, files: [] };
}

/** Texts of licences are most of what is said of a package, and few ask for them. */
export function withoutTexts(p: BomPackage): BomPackage {
  return p.licence === undefined ? p : { ...p, licence: { ...p.licence, texts: {} } };
}
