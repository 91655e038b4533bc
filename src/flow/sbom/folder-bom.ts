// What is in a folder: a root file system or a source tree.
import type { Bom } from '../../bom/types.ts';
import { catalogers } from '../../catalog/all.ts';
import { CatalogerIndex } from '../../catalog/catalog.ts';
import { imageBom, imageContent } from '../../catalog/image.ts';
import { imageFiles } from '../../catalog/image-files.ts';
import { distributionOf } from '../../catalog/system.ts';
import { analyseTree } from '../../catalog/tree.ts';
import type { Cataloger } from '../../catalog/types.ts';
import { SpoolFile } from '../../io/spool.ts';
import type { SourceTree, TreeEntry } from '../../source/types.ts';
import { giveWay } from './give-way.ts';
import { withoutTexts } from './analysis.ts';

export interface FolderOptions {
  readonly files: boolean;
  readonly texts: boolean;
  readonly declared: boolean;
  /** Seconds since 1970. */
  readonly created: number;
  readonly signal?: AbortSignal | undefined;
}

/** Entries that pass before others of the process have their turn. */
const TURN = 1000;

/** @throws faults of the folder; the signal's reason */
export async function folderBom(tree: SourceTree, options: FolderOptions): Promise<Bom> {
  const asked: readonly Cataloger<unknown>[] =
    tree.is === 'dir' || options.declared ? catalogers : catalogers.filter((c) => c.evidence === 'installed');
  using spool = new SpoolFile();
  const layer = await analyseTree(unlessAborted(tree.entries(), options.signal), {
    index: new CatalogerIndex(asked),
    digests: options.files,
    spool,
  });
  const facts = { platform: undefined, environment: [], baseLayers: undefined, files: options.files };
  const pause = async () => await giveWay(options.signal);
  const content = await imageContent([layer], asked, distributionOf, facts, pause);
  return imageBom(
    {
      name: tree.name,
      version: '',
      platform: undefined,
      configDigest: undefined,
      diffIds: [],
      created: options.created,
    },
    {
      ...content,
      packages: content.packages.map((p) => withoutLayers(options.texts ? p : withoutTexts(p))),
      notRead: [
        ...content.notRead,
        ...tree.unread.map(({ path, reason }) => ({ path, cataloger: 'source', code: 'file/unread', reason })),
      ],
    },
    options.files ? imageFiles(content.tree, content.owners, []) : [],
  );
}

// Walking asks the file system and waits for nothing: signals would not be heard of.
async function* unlessAborted(
  entries: AsyncIterable<TreeEntry>,
  signal: AbortSignal | undefined,
): AsyncGenerator<TreeEntry> {
  let count = 0;
  for await (const entry of entries) {
    if (++count % TURN === 0) await giveWay(signal);
    signal?.throwIfAborted();
    yield signal === undefined ? entry : { ...entry, stream: (options) => abortable(entry.stream(options), signal) };
  }
}

async function* abortable<T>(chunks: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    yield chunk;
  }
}

function withoutLayers(p: Bom['packages'][number]): Bom['packages'][number] {
  return { ...p, locations: p.locations?.map((at) => ({ ...at, layer: undefined })) };
}
