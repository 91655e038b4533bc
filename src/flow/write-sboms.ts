// Where SBOMs go: files that appear whole, or standard output.
import type { Bom } from '../bom/types.ts';
import { PendingFile, resolvePath } from '../io/files.ts';
import { Fault } from '../lib/faults.ts';

export interface SbomTarget<Format> {
  readonly format: Format;
  /** `{platform}` in it stands for `linux-amd64`; `undefined`, `-` and `/dev/stdout`: standard output. */
  readonly file: string | undefined;
}

/** Gathered before they are written, in characters. */
const PIECE = 1 << 16;

/**
 * Writes every Bom to every target.
 * @throws Fault `sbom/one-place` when several would stand in one place, `file/…`
 */
export async function writeSboms<Format>(
  boms: readonly Bom[],
  targets: readonly SbomTarget<Format>[],
  to: {
    readonly render: (bom: Bom, format: Format) => Promise<Iterable<string>>;
    readonly print: (pieces: Iterable<string>) => Promise<void>;
  },
): Promise<void> {
  const places = targets.flatMap((target) => boms.map((bom) => ({ target, bom, file: fileOf(target.file, bom) })));
  const seen = new Set<string>();
  for (const { file } of places) {
    const place = file === undefined ? '' : resolvePath(file);
    if (seen.has(place)) {
      throw new Fault(
        'sbom/one-place',
        `Several SBOMs would be written to ${file ?? 'standard output'}.`,
        'Write --output FORMAT=FILE for each format, with {platform} in the name when there are several platforms.',
      );
    }
    seen.add(place);
  }
  for (const { target, bom, file } of places) {
    const pieces = gathered(await to.render(bom, target.format));
    if (file === undefined) await to.print(pieces);
    else await write(file, pieces);
  }
}

function fileOf(file: string | undefined, { subject }: Bom): string | undefined {
  if (file === '-' || file === '/dev/stdout') return undefined;
  return file?.replaceAll('{platform}', (subject.platform ?? 'files').replaceAll('/', '-'));
}

async function write(path: string, pieces: Iterable<string>): Promise<void> {
  await using file = await PendingFile.open(path);
  for (const piece of pieces) await file.write(Buffer.from(piece));
  await file.commit();
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
