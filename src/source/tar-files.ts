// The files of a tar on disk: where each lies, found once without reading what they hold.
import type { RandomFile } from '../io/random-file.ts';
import { type BytePath, bytePath, parentOf, pathText } from '../lib/bytes.ts';
import { Fault } from '../lib/faults.ts';
import type { TarEntry } from '../lib/tar.ts';
import { TarReader } from '../lib/tar-read.ts';
import type { StreamOptions } from './types.ts';

/** Entries of an archive of images: a few for each layer. */
const MOST_ENTRIES = 500_000;
/** Bytes that are looked at around each header. */
const WINDOW = 16 << 10;
/** Links that one name may lead over. */
const MOST_LINKS = 10;

interface Place {
  readonly kind: TarEntry['kind'];
  readonly offset: number;
  readonly size: number;
  readonly target: string | undefined;
  /** Whether the archive has another entry of this name before this one. */
  readonly again: boolean;
}

export class TarFiles {
  readonly file: RandomFile;
  readonly #places: ReadonlyMap<BytePath, Place>;

  private constructor(file: RandomFile, places: ReadonlyMap<BytePath, Place>) {
    this.file = file;
    this.#places = places;
  }

  /** @throws Fault `tar/…` for what is no whole tar, `file/…` */
  static async read(file: RandomFile): Promise<TarFiles> {
    const places = new Map<BytePath, Place>();
    const reader = new TarReader(
      {
        entry(entry) {
          if (entry.size > file.size - reader.position) throw truncated(file);
          const { path, kind, size, target } = entry;
          places.set(path, { kind, size, target, offset: reader.position, again: places.has(path) });
          return undefined;
        },
      },
      MOST_ENTRIES,
    );
    while (reader.position < file.size && !reader.ended) {
      reader.push(await file.read(reader.position, WINDOW));
      reader.skip();
    }
    reader.end();
    return new TarFiles(file, places);
  }

  /** Whether a path leads to a file. */
  has(path: string): boolean {
    return this.size(path) !== undefined;
  }

  /** A file's size; `undefined` where no file is. @throws Fault `source/link` */
  size(path: string): number | undefined {
    return this.#find(path)?.size;
  }

  /**
   * A whole file that nothing else vouches for; `undefined` where none is.
   * @throws Fault `source/too-large` beyond `limit`, `source/ambiguous` where the archive has two of the name, `source/link`, `file/…`
   */
  async document(path: string, limit: number): Promise<Buffer | undefined> {
    const place = this.#find(path);
    if (place === undefined) return undefined;
    if (place.again) {
      throw new Fault(
        'source/ambiguous',
        `${this.file.name} holds ${shown(path)} twice: it could be read as two different images.`,
        'Do not use this archive; it was made by a broken tool or to deceive.',
      );
    }
    if (place.size > limit) {
      throw new Fault(
        'source/too-large',
        `${shown(path)} in ${this.file.name} has ${place.size} bytes, more than the ${limit} that are read.`,
        'Check that the archive holds an image.',
      );
    }
    return await this.file.read(place.offset, place.size);
  }

  /** A file's bytes. @throws Fault `source/not-found`, `source/link`, `file/…` */
  async *stream(path: string, options: StreamOptions = {}): AsyncGenerator<Buffer> {
    const place = this.#find(path);
    if (place === undefined) throw missing(path, this.file.name);
    yield* this.file.stream(place.offset, place.size, { reuse: options.reuse });
  }

  /** Follows links inside the archive; there is no way out of it. */
  #find(path: string): Place | undefined {
    let at: BytePath | undefined = inside('', bytePath(path));
    for (let links = 0; at !== undefined && links <= MOST_LINKS; links++) {
      const place = this.#places.get(at);
      if (place === undefined || place.kind === 'file') return place;
      if (place.kind === 'symlink')
        at = place.target?.startsWith('/') === true ? undefined : inside(parentOf(at), place.target ?? '');
      else if (place.kind === 'hardlink') at = place.target;
      else return undefined;
    }
    throw new Fault(
      'source/link',
      `${shown(path)} in ${this.file.name} leads ${at === undefined ? 'out of the archive' : 'in a circle'}.`,
      'Do not use this archive; it was made by a broken tool or to deceive.',
    );
  }
}

/** Where a relative name leads from a folder; `undefined` where it leads out of the root. */
function inside(folder: BytePath, name: string): BytePath | undefined {
  const segments = folder === '' ? [] : folder.split('/');
  for (const segment of name.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.pop() === undefined) return undefined;
  }
  return segments.join('/');
}

export function missing(path: string, name: string): Fault {
  return new Fault(
    'source/not-found',
    `${name} names ${shown(path)}, which is not in it.`,
    'Make the archive again; it is not whole.',
  );
}

function truncated(file: RandomFile): Fault {
  return new Fault('tar/malformed', `${file.name} ends in the middle of an entry.`, 'Copy or make it again.');
}

function shown(path: string): string {
  return `"${pathText(bytePath(path))
    .slice(0, 200)
    .replace(/\p{Cc}/gu, '?')}"`;
}
