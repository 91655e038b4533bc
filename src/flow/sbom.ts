// What is in an image, a folder or another SBOM, as a Bom.
import { readBom } from '../bom/read.ts';
import type { Bom } from '../bom/types.ts';
import { catalogers } from '../catalog/all.ts';
import { CatalogerIndex } from '../catalog/catalog.ts';
import { imageBom, imageContent, imageFiles } from '../catalog/image.ts';
import { distributionOf } from '../catalog/system.ts';
import { analyseTree } from '../catalog/tree.ts';
import type { Cataloger } from '../catalog/types.ts';
import { environment } from '../io/environment.ts';
import { SpoolFile } from '../io/spool.ts';
import type { SourceOptions } from '../source/context.ts';
import { openSources } from '../source/open.ts';
import type { Source, SourceImage, SourceTree } from '../source/types.ts';
import { analyseImage } from './analysis.ts';
import { recognisedBase } from './base-image.ts';

export interface SbomOptions extends SourceOptions {
  /** The user's cache folder; `undefined`: nothing is remembered. */
  readonly cache: string | undefined;
  /** Whether every file is listed with its digests. */
  readonly files: boolean;
  /** Whether lock files and manifests count in images, too; in source trees they always do. */
  readonly declared: boolean;
  /** The image that this one was made from. */
  readonly base?: string | undefined;
  readonly progress?: (line: string) => void;
}

/**
 * The Bom of each platform that is asked for; one for a folder or document.
 * @throws faults of sources; `image/altered`, `tar/…`, `compression/…`
 */
export async function sbom(reference: string, options: SbomOptions): Promise<Bom[]> {
  const results: Bom[] = [];
  for (const source of await openSources(reference, { readBom, ...options }))
    results.push(await catalogSource(source, options));
  return results;
}

/** What is in one source. */
export async function catalogSource(source: Source, options: SbomOptions): Promise<Bom> {
  if (source.kind === 'bom') return source.bom;
  return source.kind === 'tree' ? await ofTree(source, options) : await ofImage(source, options);
}

async function ofImage(image: SourceImage, options: SbomOptions): Promise<Bom> {
  const baseLayers = await recognisedBase(image, options.base, options);
  const asked = options.declared ? catalogers : catalogers.filter((c) => c.evidence === 'installed');
  const content = await analyseImage(image, {
    cache: options.cache,
    catalogers: asked,
    digests: options.files,
    baseLayers,
    progress: options.progress,
    signal: options.signal,
  });
  const diffIds = image.layers.map((layer) => layer.diffId);
  const subject = {
    name: image.name,
    version: image.digest ?? image.configDigest,
    platform: image.platform,
    configDigest: image.configDigest,
    manifestDigest: image.digest,
    diffIds,
    created: created(image.config.created),
  };
  return imageBom(subject, content, content.files);
}

async function ofTree(tree: SourceTree, options: SbomOptions): Promise<Bom> {
  const asked: readonly Cataloger<unknown>[] =
    tree.is === 'dir' || options.declared ? catalogers : catalogers.filter((c) => c.evidence === 'installed');
  using spool = new SpoolFile();
  const layer = await analyseTree(tree.entries(), { index: new CatalogerIndex(asked), digests: options.files, spool });
  const facts = { platform: undefined, environment: [], baseLayers: undefined };
  const content = imageContent([layer], asked, distributionOf, facts);
  return imageBom(
    {
      name: tree.name,
      version: '',
      platform: undefined,
      configDigest: undefined,
      diffIds: [],
      created: created(undefined),
    },
    {
      ...content,
      packages: content.packages.map(withoutLayers),
      notRead: [
        ...content.notRead,
        ...tree.unread.map(({ path, reason }) => ({ path, cataloger: 'source', code: 'file/unread', reason })),
      ],
    },
    options.files ? imageFiles(content, []) : [],
  );
}

function withoutLayers(p: Bom['packages'][number]): Bom['packages'][number] {
  return { ...p, locations: p.locations?.map((at) => ({ ...at, layer: undefined })) };
}

/** Seconds since 1970: SOURCE_DATE_EPOCH, else the image's own date, else 0. */
function created(stated: string | undefined): number {
  const epoch = environment()['SOURCE_DATE_EPOCH'];
  if (epoch !== undefined && /^\d{1,11}$/.test(epoch)) return Number(epoch);
  const time = stated === undefined ? Number.NaN : Date.parse(stated);
  return Number.isNaN(time) || time < 0 ? 0 : Math.floor(time / 1000);
}
