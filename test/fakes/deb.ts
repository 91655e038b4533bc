// Tiny .deb files, written with plain code so that they do not share their mistakes with the readers under test.
import { gzipSync } from 'node:zlib';
import { xzOf } from './xz.ts';

export interface FakeFile {
  readonly content?: string | Uint8Array;
  /** A symlink's target; a file or a folder where absent. */
  readonly target?: string;
  /** A folder where true. */
  readonly folder?: boolean;
  /** 0o755 for folders, 0o777 for symlinks, 0o644 for files unless given. */
  readonly mode?: number;
}

export interface FakePackage {
  readonly name: string;
  /** `1.0-1` unless given. */
  readonly version?: string;
  /** `all` unless given. */
  readonly architecture?: string;
  readonly depends?: string;
  readonly preDepends?: string;
  readonly provides?: string;
  readonly conflicts?: string;
  readonly priority?: string;
  /** Further control fields. */
  readonly fields?: Readonly<Record<string, string>>;
  /** By path, without a leading slash; folders on the way are made. */
  readonly files?: Readonly<Record<string, string | Uint8Array | FakeFile>>;
  /** `postinst`, `preinst`, `triggers`, `conffiles`, … by name. */
  readonly scripts?: Readonly<Record<string, string>>;
  /** Of the two tars in it; gzip unless given. */
  readonly compression?: 'gzip' | 'xz';
}

/** 2026-01-01: the time of every entry. */
const MTIME = 1_767_225_600;

/** The control fields of a package, as its .deb and its archive's index have them. */
export function controlText(fake: FakePackage): string {
  const fields: Record<string, string | undefined> = {
    Package: fake.name,
    Version: fake.version ?? '1.0-1',
    Architecture: fake.architecture ?? 'all',
    Maintainer: 'Fake Archive <fake@example.org>',
    'Pre-Depends': fake.preDepends,
    Depends: fake.depends,
    Provides: fake.provides,
    Conflicts: fake.conflicts,
    Priority: fake.priority ?? 'optional',
    Section: 'misc',
    ...fake.fields,
    Description: fake.fields?.['Description'] ?? `the fake package ${fake.name}`,
  };
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
}

/** The bytes of a .deb: the same for the same package. */
export async function makeDeb(fake: FakePackage): Promise<Buffer> {
  const compress = async (tar: Buffer) => (fake.compression === 'xz' ? await xzOf(tar) : gzipSync(tar));
  const suffix = fake.compression === 'xz' ? 'xz' : 'gz';
  const scripts = Object.entries(fake.scripts ?? {}).map(([name, content]): [string, FakeFile] => [
    name,
    { content, mode: 0o755 },
  ]);
  const control = Object.fromEntries([['control', { content: controlText(fake) }] as [string, FakeFile], ...scripts]);
  const files = { ...copyrightOf(fake), ...fake.files };
  return ar([
    ['debian-binary', Buffer.from('2.0\n')],
    [`control.tar.${suffix}`, await compress(makeTar(control))],
    [`data.tar.${suffix}`, await compress(makeTar(files))],
  ]);
}

function copyrightOf(fake: FakePackage): Record<string, string> {
  const text = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: 2026 Fake Archive
License: Expat
`;
  return { [`usr/share/doc/${fake.name}/copyright`]: text };
}

/** A ustar archive as dpkg-deb writes it: `./` before every name, folders before what is in them. */
export function makeTar(files: Readonly<Record<string, string | Uint8Array | FakeFile>>): Buffer {
  const entries = new Map<string, FakeFile>([['', { folder: true }]]);
  for (const [path, file] of Object.entries(files)) {
    const parts = path.split('/');
    for (let i = 1; i < parts.length; i++) {
      const folder = parts.slice(0, i).join('/');
      if (!entries.has(folder)) entries.set(folder, { folder: true });
    }
    entries.set(path, typeof file === 'string' || file instanceof Uint8Array ? { content: file } : file);
  }
  const blocks = [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([path, file]) => tarEntry(path, file));
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function tarEntry(path: string, file: FakeFile): Buffer[] {
  const content = Buffer.from(file.content ?? '');
  const [type, mode] = file.folder ? ['5', 0o755] : file.target === undefined ? ['0', 0o644] : ['2', 0o777];
  const header = Buffer.alloc(512);
  header.write(file.folder ? `./${path}${path === '' ? '' : '/'}` : `./${path}`, 0, 100, 'utf8');
  const octal = (value: number, at: number, length: number) =>
    header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, length, 'latin1');
  octal(file.mode ?? mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(content.length, 124, 12);
  octal(MTIME, 136, 12);
  header.write(`        ${type}${file.target ?? ''}`, 148, 'utf8');
  header.write('ustar\x0000root', 257, 'latin1');
  header.write('root', 297, 'latin1');
  octal(
    header.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
}

function ar(members: readonly (readonly [string, Buffer])[]): Buffer {
  const parts = members.flatMap(([name, content]) => {
    const header = `${name.padEnd(16)}${String(MTIME).padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}`;
    return [
      Buffer.from(`${header}${String(content.length).padEnd(10)}\`\n`),
      content,
      Buffer.alloc(content.length % 2, '\n'),
    ];
  });
  return Buffer.concat([Buffer.from('!<arch>\n'), ...parts]);
}
