// The definition's own files: folders of contents.files and certificates, read so that nothing of this machine shows in them.
import { fileItem, directoryItem, symlinkItem, type Item } from '../../build/item.ts';
import type { LocalFiles } from '../../build/assemble.ts';
import { pemCertificates } from '../../build/ca.ts';
import type { Definition, FileSource } from '../../build/definition.ts';
import {
  folderEntry,
  type FolderEntry,
  joinPath,
  listFolder,
  nameOf,
  readFile,
  readLink,
  resolvePath,
} from '../../io/files.ts';
import { bytePath } from '../../lib/bytes.ts';
import { type Digest, digestOf, sha256Hex } from '../../lib/digest.ts';
import { Fault } from '../../lib/faults.ts';
import { limits } from '../../lib/limits.ts';

/** Largest single file that is taken in, in bytes. */
const FILE_LIMIT = 2 * 2 ** 30;
/** Most files of one folder. */
const COUNT_LIMIT = 500_000;

export interface ReadFiles {
  readonly local: LocalFiles;
  /** Of the sorted list of names, kinds, executable bits and content digests. */
  readonly digest: Digest;
  readonly url: string;
}

/**
 * Reads `contents.files`. Modes are 0755 for folders and executable files, else 0644; times are the epoch; owners are
 * the definition's: neither the umask nor the checkout's times reach the image.
 * @throws Fault `definition/missing-file`, `file/…`
 */
export async function readLocalFiles(definition: Definition, base: string, epoch: number): Promise<ReadFiles[]> {
  return await Promise.all(definition.contents.files.map(async (source) => await readSource(source, base, epoch)));
}

async function readSource(source: FileSource, base: string, epoch: number): Promise<ReadFiles> {
  const root = resolvePath(base, source.url);
  const step = { step: `files ${source.url}` };
  const [spdx] = source.spdx?.packages ?? [];
  const owner = spdx === undefined ? step : { package: spdx.purl };
  const top = await folderEntry(root);
  if (top === undefined) {
    throw new Fault(
      'definition/missing-file',
      `contents.files names ${source.url}, which is not there.`,
      'Paths are relative to the definition.',
    );
  }
  const found: Found[] = top.kind === 'folder' ? await walk(root, '') : [{ path: '', entry: top }];
  const target = bytePath(source.path);
  const options = { mtime: epoch, uid: source.uid, gid: source.gid };
  const place = (path: string) => (path === '' ? target : target === '' ? path : `${target}/${path}`);
  const item = async ({ path, entry }: Found): Promise<Item> => {
    const at = path === '' ? root : joinPath(root, utf8(path));
    if (entry.kind === 'symlink') return symlinkItem(place(path), await readLink(at), owner, options);
    if (entry.kind === 'folder') return directoryItem(place(path), owner, options);
    return fileItem(place(path), await readFile(at, FILE_LIMIT), owner, {
      ...options,
      mode: entry.executable ? 0o755 : 0o644,
    });
  };
  const lines: string[] = [];
  const contents = new Map<string, string>();
  for (const each of found) {
    const { entry, content } = await item(each);
    if (entry.kind === 'file') contents.set(each.path, sha256Hex(content));
    lines.push(
      `${entry.kind} ${entry.mode.toString(8)} ${entry.kind === 'file' ? sha256Hex(content) : (entry.target ?? '')} ${each.path}\n`,
    );
  }
  return {
    url: source.url,
    digest: digestOf(Buffer.from(lines.join(''), 'latin1')),
    local: {
      name: `files ${source.url}`,
      package: spdx === undefined ? undefined : { purl: spdx.purl, licence: spdx.license },
      async *items() {
        if (top.kind === 'folder' && target !== '') yield directoryItem(target, owner, options);
        for (const each of found) yield unchanged(await item(each), contents.get(each.path), source.url);
      },
    },
  };
}

// The digest went into the lock of this build before; what is read again must be the same.
function unchanged(item: Item, sha256: string | undefined, url: string): Item {
  if (item.entry.kind !== 'file' || sha256Hex(item.content) === sha256) return item;
  throw new Fault(
    'definition/changed',
    `A file of ${url} changed while the image was built.`,
    'Build again when nothing writes to the folder.',
  );
}

function utf8(path: string): string {
  const bytes = Buffer.from(path, 'latin1');
  const text = bytes.toString('utf8');
  if (Buffer.from(text, 'utf8').equals(bytes)) return text;
  throw new Fault(
    'definition/special-file',
    `A file name under contents.files is no UTF-8: ${JSON.stringify(path)}.`,
    'Rename the file.',
  );
}

interface Found {
  /** Relative to the source, bytes as `latin1`. */
  readonly path: string;
  readonly entry: FolderEntry;
}

async function walk(root: string, below: string): Promise<Found[]> {
  const out: Found[] = [];
  const pending = [below];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const entry of await listFolder(joinPath(root, utf8(folder)))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.kind === 'other') {
        throw new Fault(
          'definition/special-file',
          `${joinPath(root, path)} is a socket, device or pipe.`,
          'Remove it from the folder.',
        );
      }
      out.push({ path, entry });
      if (out.length > COUNT_LIMIT)
        throw new Fault(
          'definition/too-many-files',
          `${root} holds more than ${COUNT_LIMIT} files.`,
          'Name a smaller folder under contents.files.',
        );
      if (entry.kind === 'folder') pending.push(path);
    }
  }
  return out.sort((a, b) => (a.path < b.path ? -1 : 1));
}

export interface ReadCertificate {
  readonly name: string;
  readonly pem: Buffer;
  readonly file: string;
  readonly digest: Digest;
}

/** The certificates that the definition adds, each with a name of its own. @throws Fault `x509/…`, `file/…` */
export async function readCertificates(definition: Definition, base: string): Promise<ReadCertificate[]> {
  const out: ReadCertificate[] = [];
  for (const file of definition.contents.certificates) {
    const bytes = await readFile(resolvePath(base, file), limits.key);
    const stem = nameOf(file)
      .replace(/\.[^.]*$/, '')
      .replace(/[^A-Za-z0-9_.-]/g, '_');
    const blocks = pemCertificates(bytes, file);
    out.push(
      ...blocks.map((pem, i) => ({
        name: blocks.length === 1 ? stem : `${stem}-${i + 1}`,
        pem,
        file,
        digest: digestOf(pem),
      })),
    );
  }
  const twice = out.find(({ name }, i) => out.findIndex((c) => c.name === name) !== i);
  if (twice !== undefined)
    throw new Fault('definition/invalid', `Two certificate files are called ${twice.name}.`, 'Rename one of them.');
  return out;
}
