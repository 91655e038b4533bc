// Where documents go: files that appear whole, or standard output.
import { resolvePath } from '../io/files.ts';
import { PendingFile } from '../io/pending-file.ts';
import { Fault } from '../lib/faults.ts';

export interface Target<Format> {
  readonly format: Format;
  /** `{platform}` in it stands for `linux-amd64`; `undefined`, `-` and `/dev/stdout`: standard output. */
  readonly file: string | undefined;
}

/** What is written: one for each platform. */
export interface Written {
  /** `undefined` for a folder. */
  readonly platform: string | undefined;
}

/** Gathered before they are written, in characters. */
const PIECE = 1 << 18;

/**
 * Writes every item to every target.
 * @param what the items are, in the plural, for messages; and the area of the Fault
 * @throws Fault `AREA/one-place` when several would stand in one place, `file/…`
 */
export async function writeTargets<T extends Written, Format>(
  items: readonly T[],
  targets: readonly Target<Format>[],
  to: {
    readonly what: { readonly area: string; readonly plural: string };
    readonly render: (item: T, format: Format) => Promise<Iterable<string>>;
    readonly print: (pieces: Iterable<string>) => Promise<void>;
  },
): Promise<void> {
  const places = targets.flatMap((target) => items.map((item) => ({ target, item, file: fileOf(target.file, item) })));
  const seen = new Set<string>();
  for (const { file } of places) {
    const place = file === undefined ? '' : resolvePath(file);
    if (seen.has(place)) {
      throw new Fault(
        `${to.what.area}/one-place`,
        `Several ${to.what.plural} would be written to ${file ?? 'standard output'}.`,
        'Write --output FORMAT=FILE for each format, with {platform} in the name when there are several platforms.',
      );
    }
    seen.add(place);
  }
  for (const { target, item, file } of places) {
    const pieces = gathered(await to.render(item, target.format));
    if (file === undefined) await to.print(pieces);
    else await write(file, pieces);
  }
}

function fileOf(file: string | undefined, { platform }: Written): string | undefined {
  if (file === '-' || file === '/dev/stdout') return undefined;
  return file?.replaceAll('{platform}', (platform ?? 'files').replaceAll('/', '-'));
}

async function write(path: string, pieces: Iterable<string>): Promise<void> {
  await using file = await PendingFile.open(path);
  for (const piece of pieces) await file.write(Buffer.from(piece));
  // What a power cut takes is made again from what it was made of.
  await file.commit({ flush: false });
}

function* gathered(pieces: Iterable<string>): Generator<string> {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < PIECE) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}
