// What is damaged: the shared archives and all that lies in them, and samples of what they have none of.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import zlib from 'node:zlib';
import { catalogers } from '../../src/catalog/all.ts';
import { CatalogerIndex, isProgram } from '../../src/catalog/catalog.ts';
import { compressionOf } from '../../src/lib/decompress.ts';
import { BLOCK, headerSum } from '../../src/lib/tar.ts';
import { TarReader } from '../../src/lib/tar-read.ts';
import { samples } from '../contracts/cataloger-samples.ts';
import { fakeArchiveImage, fakeTar, hybridEntries, oldDockerEntries } from '../fakes/image-archive.ts';
import { moreSamples } from './samples.ts';

export interface SeedFile {
  readonly path: string;
  readonly bytes: Buffer;
}

export interface Seeds {
  /** Archives of images. */
  readonly archives: readonly Buffer[];
  /** Plain tars: archives and layers. */
  readonly tars: readonly Buffer[];
  /** JSON documents of archives: indexes, manifests, configs. */
  readonly documents: readonly Buffer[];
  /** Files that a cataloger reads, by its id; together they are one root. */
  readonly files: ReadonlyMap<string, readonly SeedFile[]>;
  /** Whether the shared archives are there. */
  readonly shared: boolean;
}

const SMALL = 256 << 10;
/** Of one cataloger: files of all sizes, and those that are larger than {@link SMALL}. */
const MOST_FILES = 12;
const MOST_LARGE = 1;
const LARGEST = 3 << 20;

/** Reads all seeds: the same from run to run where the same archives are shared. */
export function readSeeds(): Seeds {
  const folder = join(process.env['TEMPER_SHARED'] ?? join(import.meta.dirname, '../../../shared'), 'images');
  const shared = existsSync(folder);
  const names = shared
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.tar'))
        .sort()
    : [];
  const image = fakeArchiveImage(['one', 'two']);
  const archives = [
    fakeTar(oldDockerEntries(image)),
    fakeTar(hybridEntries(image)),
    ...names.map((name) => readFileSync(join(folder, name))),
  ];
  const found = new Finder();
  for (const archive of archives) found.archive(plain(archive));
  for (const [id, files] of [...Object.entries(samples), ...Object.entries(moreSamples)]) {
    for (const [path, content] of Object.entries(files)) found.sample(id, path, Buffer.from(content as string));
  }
  const small = (bytes: Buffer) => bytes.length <= SMALL;
  const documents = found.documents;
  return {
    archives: archives.filter(small),
    tars: found.tars.filter(small),
    documents,
    files: found.files,
    shared,
  };
}

class Finder {
  readonly tars: Buffer[] = [];
  readonly documents: Buffer[] = [];
  readonly files = new Map<string, SeedFile[]>(catalogers.map(({ id }) => [id, []]));
  readonly #index = new CatalogerIndex(catalogers);

  sample(id: string, path: string, bytes: Buffer): void {
    this.files.get(id)?.unshift({ path, bytes });
  }

  archive(tar: Buffer): void {
    this.tars.push(tar);
    for (const { bytes } of filesOf(tar)) {
      const inner = plain(bytes);
      if (isTar(inner)) this.#layer(inner);
      else if (bytes[0] === 0x7b || bytes[0] === 0x5b) this.documents.push(bytes);
    }
  }

  #layer(tar: Buffer): void {
    // The start of a large one is one, too.
    this.tars.push(tar.length > SMALL ? tar.subarray(0, SMALL) : tar);
    for (const file of filesOf(tar)) {
      const programs = isProgram(file.bytes) ? this.#index.ofPrograms(file.path) : [];
      for (const { id } of [...this.#index.byPath(file.path), ...programs]) this.#file(id, file);
    }
  }

  #file(id: string, file: SeedFile): void {
    const files = this.files.get(id);
    if (files === undefined || file.bytes.length > LARGEST || files.length >= MOST_FILES) return;
    const large = files.filter(({ bytes }) => bytes.length > SMALL).length;
    if (file.bytes.length > SMALL && large >= MOST_LARGE) return;
    files.push({ path: file.path, bytes: Buffer.from(file.bytes) });
  }
}

function filesOf(tar: Buffer): SeedFile[] {
  const files: SeedFile[] = [];
  const reader = new TarReader(
    {
      entry({ path, kind }) {
        const parts: Buffer[] = [];
        if (kind !== 'file') return undefined;
        return { write: (chunk) => void parts.push(chunk), end: () => void files.push({ path, bytes: joined(parts) }) };
      },
    },
    100_000,
    { lenient: true },
  );
  reader.push(tar);
  return files;
}

function joined(parts: readonly Buffer[]): Buffer {
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
}

function plain(bytes: Buffer): Buffer {
  const kind = compressionOf(bytes);
  try {
    if (kind === 'gzip') return zlib.gunzipSync(bytes);
    if (kind === 'zstd') return zlib.zstdDecompressSync(bytes);
  } catch {
    // Some of the shared archives are damaged.
  }
  return bytes;
}

function isTar(bytes: Buffer): boolean {
  return bytes.length >= BLOCK && Number.parseInt(bytes.toString('latin1', 148, 154), 8) === headerSum(bytes);
}
