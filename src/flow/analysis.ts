// What is in an image: its layers are read once, several at a time, and remembered.
import type { BomFile } from '../bom/types.ts';
import { analyseLayer, type LayerAnalysis } from '../catalog/layer.ts';
import { CatalogerIndex } from '../catalog/catalog.ts';
import { type ImageContent, imageContent, imageFiles } from '../catalog/image.ts';
import { analysisOf, recordOf } from '../catalog/record.ts';
import { distributionOf } from '../catalog/system.ts';
import type { Cataloger } from '../catalog/types.ts';
import { SpoolFile } from '../io/spool.ts';
import { digestOf } from '../lib/digest.ts';
import { decompressStream } from '../lib/decompress.ts';
import { Fault } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';
import { inParallel } from '../lib/parallel.ts';
import type { SourceImage, SourceLayer } from '../source/types.ts';
import { AnalysisCache } from './analysis-cache.ts';

export interface AnalysisOptions {
  /** The user's cache folder; `undefined`: nothing is remembered. */
  readonly cache: string | undefined;
  readonly catalogers: readonly Cataloger<unknown>[];
  /** Whether each file's digests are wanted. */
  readonly digests: boolean;
  /** How many of the layers are the base image's. */
  readonly baseLayers: number | undefined;
  readonly progress?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface AnalysedImage extends Pick<ImageContent, 'packages' | 'distribution' | 'notRead'> {
  /** Sorted by path; none unless digests were wanted. */
  readonly files: readonly BomFile[];
}

/** Layers that are decompressed at once. */
const PARALLEL = 3;

/**
 * Reads every layer that was not read before, and holds it against its diffID.
 * @throws Fault `image/altered` for a layer that is not what the config says; `tar/…`, `compression/…`, `image/…`, faults of the source
 */
export async function analyseImage(image: SourceImage, options: AnalysisOptions): Promise<AnalysedImage> {
  const cache = options.cache === undefined ? undefined : new AnalysisCache(options.cache, options.catalogers);
  const key = digestOf(JSON.stringify([image.configDigest, image.platform, options.baseLayers]));
  const kept = options.digests ? undefined : await cache?.read('image', key);
  if (kept !== undefined) return { ...(JSON.parse(kept.toString()) as Omit<AnalysedImage, 'files'>), files: [] };
  const content = await readImage(image, options, cache);
  const { packages, distribution, notRead } = content;
  await cache?.write('image', key, Buffer.from(JSON.stringify({ packages, distribution, notRead })));
  await cache?.trim();
  const diffIds = image.layers.map((layer) => layer.diffId);
  return { packages, distribution, notRead, files: options.digests ? imageFiles(content, diffIds) : [] };
}

async function readImage(
  image: SourceImage,
  options: AnalysisOptions,
  cache: AnalysisCache | undefined,
): Promise<ImageContent> {
  const reading = new LayerReading(options, cache);
  const layers = await inParallel(image.layers, PARALLEL, async (layer) => await reading.layer(layer), options.signal);
  return imageContent(layers, options.catalogers, distributionOf, {
    platform: image.platform,
    environment: image.config.config?.Env ?? [],
    baseLayers: options.baseLayers,
  });
}

class LayerReading {
  readonly #options: AnalysisOptions;
  readonly #cache: AnalysisCache | undefined;
  readonly #index: CatalogerIndex;
  #content: number = limits.imageContent;

  constructor(options: AnalysisOptions, cache: AnalysisCache | undefined) {
    this.#options = options;
    this.#cache = cache;
    this.#index = new CatalogerIndex(options.catalogers);
  }

  async layer(layer: SourceLayer): Promise<LayerAnalysis> {
    const kind = this.#options.digests ? 'digests' : 'layer';
    const kept = (await this.#cache?.read('digests', layer.diffId)) ?? (await this.#plain(layer));
    if (kept !== undefined) return analysisOf(kept);
    this.#options.progress?.(`reading the layer ${layer.diffId.slice(0, 19)}`);
    const read = await this.#read(layer);
    await this.#cache?.write(kind, layer.diffId, recordOf(read));
    return read;
  }

  async #plain(layer: SourceLayer): Promise<Buffer | undefined> {
    return this.#options.digests ? undefined : await this.#cache?.read('layer', layer.diffId);
  }

  async #read(layer: SourceLayer): Promise<LayerAnalysis> {
    using spool = new SpoolFile();
    const content = decompressStream(layer.stream(), limits.layerContent, `The layer ${layer.digest ?? layer.diffId}`);
    const analysis = await analyseLayer(this.#bounded(content), {
      index: this.#index,
      digests: this.#options.digests,
      spool,
    });
    if (analysis.diffId === layer.diffId) return analysis;
    throw new Fault(
      'image/altered',
      `The layer ${layer.digest ?? layer.diffId} unpacks to ${analysis.diffId}, but the config says ${layer.diffId}.`,
      'The image is damaged or was altered; fetch it again.',
    );
  }

  // A manifest can name one small bomb ten thousand times.
  async *#bounded(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      this.#options.signal?.throwIfAborted();
      this.#content -= chunk.length;
      if (this.#content < 0) {
        throw new Fault(
          'image/too-large',
          `The layers of the image together unpack to more than ${limits.imageContent} bytes.`,
          'Check that it is the right image; it may be made to exhaust memory.',
        );
      }
      yield chunk;
    }
  }
}
