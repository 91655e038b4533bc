// Reads the layers of an image that the cache does not know.
import type { BomFile } from '../../bom/types.ts';
import { catalogers } from '../../catalog/all.ts';
import { CatalogerIndex } from '../../catalog/catalog.ts';
import { factSize } from '../../catalog/fact-size.ts';
import { type ImageContent, imageContent } from '../../catalog/image.ts';
import { imageFiles } from '../../catalog/image-files.ts';
import { analyseLayer, type LayerAnalysis } from '../../catalog/layer.ts';
import { analysisOf, LayerRecorder } from '../../catalog/record.ts';
import { distributionOf } from '../../catalog/system.ts';
import { LayerBudget } from '../../image/merged.ts';
import { DecodingThread } from '../../io/decoding.ts';
import { growNewSpace, keepNewSpace } from '../../io/memory.ts';
import { SpoolFile } from '../../io/spool.ts';
import { giveBack } from '../../lib/bytes.ts';
import { decompressStream } from '../../lib/decompress.ts';
import { Fault } from '../../lib/faults.ts';
import { limits } from '../../lib/limits.ts';
import { inParallel } from '../../lib/parallel.ts';
import type { SourceImage, SourceLayer } from '../../source/types.ts';
import { giveWay } from './give-way.ts';
import type { AnalysisOptions } from './analysis.ts';
import type { AnalysisCache } from './analysis-cache.ts';

/** Layers that are decompressed at once. */
const PARALLEL = 3;
/** Bytes from which on a layer, as stored, is worth starting a thread. */
const LARGE = 16 << 20;

/** @throws Fault as `analyseImage` */
export async function readImage(
  image: SourceImage,
  options: AnalysisOptions,
  cache: AnalysisCache | undefined,
): Promise<ImageContent & { readonly files: readonly BomFile[] }> {
  const asked = options.declared ? catalogers : catalogers.filter((c) => c.evidence === 'installed');
  const layers = await readLayers(image, new CatalogerIndex(asked), options, cache);
  const facts = {
    platform: image.platform,
    environment: image.config.config?.Env ?? [],
    baseLayers: options.baseLayers,
    files: options.digests,
  };
  const pause = async () => await giveWay(options.signal);
  const content = await imageContent(layers, asked, distributionOf, facts, pause);
  const diffIds = image.layers.map((layer) => layer.diffId);
  return { ...content, files: options.digests ? imageFiles(content.tree, content.owners, diffIds) : [] };
}

async function readLayers(
  { layers }: SourceImage,
  index: CatalogerIndex,
  options: AnalysisOptions,
  cache: AnalysisCache | undefined,
): Promise<LayerAnalysis[]> {
  // What follows wants the memory that the thread has.
  await using reading = new LayerReading(index, options, cache);
  growNewSpace();
  using _ = { [Symbol.dispose]: keepNewSpace };
  return await inParallel(layers, PARALLEL, async (layer) => await reading.layer(layer), options.signal);
}

class LayerReading implements AsyncDisposable {
  readonly #options: AnalysisOptions;
  readonly #cache: AnalysisCache | undefined;
  readonly #index: CatalogerIndex;
  readonly #budget = new LayerBudget();
  #thread: DecodingThread | undefined;

  constructor(index: CatalogerIndex, options: AnalysisOptions, cache: AnalysisCache | undefined) {
    this.#index = index;
    this.#options = options;
    this.#cache = cache;
  }

  async layer(layer: SourceLayer): Promise<LayerAnalysis> {
    const kept = await this.#kept(layer);
    if (kept !== undefined) {
      const known = analysisOf(kept);
      giveBack(kept);
      for (const { path, target } of known.entries) this.#budget.entry({ path, target });
      for (const fact of [...known.facts, ...known.notRead]) this.#budget.fact(factSize(fact));
      return known;
    }
    this.#options.progress?.(`reading the layer ${layer.diffId.slice(0, 19)}`);
    return await this.#read(layer);
  }

  async #kept({ diffId }: SourceLayer): Promise<Buffer | undefined> {
    const withDigests = await this.#cache?.read(this.#kind(true), diffId);
    if (withDigests !== undefined || this.#options.digests) return withDigests;
    return await this.#cache?.read(this.#kind(false), diffId);
  }

  #kind(digests: boolean): string {
    return `layer-${this.#options.declared ? 'declared' : 'installed'}${digests ? '-digests' : ''}`;
  }

  async #read(layer: SourceLayer): Promise<LayerAnalysis> {
    using spool = new SpoolFile();
    await using keeping = await this.#cache?.keep(this.#kind(this.#options.digests), layer.diffId);
    const recorder = keeping === undefined ? undefined : new LayerRecorder();
    const what = `The layer ${layer.digest ?? layer.diffId}`;
    const thread = this.#threadFor(layer);
    const open = () => {
      const chunks = decompressStream(layer.stream({ reuse: true }), limits.layerContent, what, thread?.decode);
      return this.#watched(chunks, async () => {
        for (const piece of recorder?.take() ?? []) await keeping?.write(piece);
      });
    };
    const analysis = await analyseLayer(open, {
      index: this.#index,
      digests: this.#options.digests,
      spool,
      budget: this.#budget,
      recorder,
    });
    if (analysis.diffId !== layer.diffId) throw altered(layer, analysis.diffId);
    for (const piece of recorder?.take() ?? []) await keeping?.write(piece);
    await keeping?.commit();
    return analysis;
  }

  // The first of the large layers that are read at once gets the thread.
  #threadFor({ size = 0 }: SourceLayer): DecodingThread | undefined {
    return size < LARGE ? undefined : (this.#thread ??= DecodingThread.start());
  }

  async *#watched(chunks: AsyncIterable<Buffer>, between: () => Promise<void>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      this.#options.signal?.throwIfAborted();
      this.#budget.content(chunk.length);
      yield chunk;
      await between();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread?.[Symbol.asyncDispose]();
  }
}

function altered(layer: SourceLayer, diffId: string): Fault {
  return new Fault(
    'image/altered',
    `The layer ${layer.digest ?? layer.diffId} unpacks to ${diffId}, but the config says ${layer.diffId}.`,
    'The image is damaged or was altered; fetch it again.',
  );
}
