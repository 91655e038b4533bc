// A source package's changelog in one of its binary packages: Debian Policy 12.7.
import { readAr } from '../lib/ar.ts';
import { baseOf, type BytePath, parentOf } from '../lib/bytes.ts';
import { decompress, decompressChunks } from '../lib/decompress.ts';
import { Fault } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';
import type { ContentSink, TarEntry } from '../lib/tar.ts';
import { TarReader } from '../lib/tar-read.ts';

/** Largest changelog that is read, in bytes as it lies in the package, and unpacked. */
const PACKED = 16 << 20;
const UNPACKED = 64 << 20;

export type FoundChangelog =
  | { readonly kind: 'text'; readonly text: string }
  /** The package's documentation is in another one's folder: that binary package has it. */
  | { readonly kind: 'link'; readonly package: string }
  | { readonly kind: 'none' };

/**
 * The changelog that a .deb brings in `usr/share/doc/PACKAGE`. Its data archive is unpacked as far as that.
 * `changelog` is the Debian changelog only of packages without `changelog.Debian`; who reads it must see whether it is one.
 * @param name the binary package's
 * @throws Fault `deb/malformed`, `ar/malformed`, `tar/…`, `compression/…`
 */
export async function debChangelog(bytes: Buffer, name: string): Promise<FoundChangelog> {
  const data = readAr(bytes).find((member) => member.name.startsWith('data.tar'));
  if (data === undefined) {
    throw new Fault('deb/malformed', `The package ${name} is malformed: it has no data.tar.`, 'Fetch it again.');
  }
  const search = new Search(`usr/share/doc/${name}`);
  const reader = new TarReader(search, limits.layerEntries, { lenient: true });
  for await (const chunk of decompressChunks(data.data, limits.debContent, `The data archive of ${name}`)) {
    reader.push(chunk);
    if (search.done) break;
  }
  const found = search.found();
  if (found.kind !== 'packed') return found;
  const text = await decompress(found.bytes, UNPACKED, `The changelog of ${name}`);
  return { kind: 'text', text: text.toString('utf8') };
}

/** Names in a package's folder, from the surest on. */
const NAMES = ['changelog.Debian.gz', 'changelog.Debian', 'changelog.gz', 'changelog'];

/** The file as it lies in the package, or where it is instead. */
type PackedChangelog = { readonly kind: 'packed'; readonly bytes: Buffer } | Exclude<FoundChangelog, { kind: 'text' }>;

/** Keeps what may be the changelog, until the surest is there. */
class Search {
  readonly #folder: BytePath;
  readonly #bytes = new Map<string, Buffer>();
  /** Targets of links, by name. */
  readonly #links = new Map<string, string>();
  #link: string | undefined;

  constructor(folder: BytePath) {
    this.#folder = folder;
  }

  get done(): boolean {
    return this.#link !== undefined || this.#bytes.has(NAMES[0] as string);
  }

  entry({ path, kind, size, target }: TarEntry): ContentSink | undefined {
    if (kind === 'symlink' && path === this.#folder) this.#link ??= packageOf(target ?? '');
    const name = path.startsWith(`${this.#folder}/`) ? path.slice(this.#folder.length + 1) : '';
    if (!NAMES.includes(name) || this.#bytes.has(name)) return undefined;
    if (kind === 'symlink' || kind === 'hardlink') this.#links.set(name, target ?? '');
    if (kind !== 'file' || size > PACKED) return undefined;
    const parts: Buffer[] = [];
    return {
      write: (chunk) => void parts.push(Buffer.from(chunk)),
      end: () => void this.#bytes.set(name, Buffer.concat(parts)),
    };
  }

  found(): PackedChangelog {
    if (this.#link !== undefined) return { kind: 'link', package: this.#link };
    for (const name of NAMES) {
      const target = this.#links.get(name);
      const elsewhere = target === undefined ? undefined : packageOf(parentOf(target));
      if (elsewhere !== undefined) return { kind: 'link', package: elsewhere };
      const bytes = this.#bytes.get(target === undefined ? name : baseOf(target));
      if (bytes !== undefined) return { kind: 'packed', bytes };
    }
    return { kind: 'none' };
  }
}

/** The package whose folder a link's target is: `libc6`, `../libc6`, `/usr/share/doc/libc6`. */
function packageOf(target: string): string | undefined {
  return /^(?:\.\.\/|\/usr\/share\/doc\/)?([a-z0-9][a-z0-9+.-]*)\/?$/.exec(target)?.[1];
}
