import { execFileSync } from 'node:child_process';
import { chmod, link, mkdir, mkdtemp, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openSources } from './open.ts';
import type { SourceTree, TreeEntry } from './types.ts';

async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'temper-tree-'));
  onTestFinished(async () => await rm(folder, { recursive: true, force: true }));
  return folder;
}

async function treeOf(reference: string): Promise<SourceTree> {
  const [source] = await openSources(reference);
  if (source?.kind !== 'tree') throw new Error(`It is a ${source?.kind}.`);
  return source;
}

async function entriesOf(tree: SourceTree): Promise<TreeEntry[]> {
  const entries: TreeEntry[] = [];
  for await (const entry of tree.entries()) entries.push(entry);
  return entries;
}

async function textOf(entry: TreeEntry | undefined): Promise<string> {
  const parts: Buffer[] = [];
  for await (const chunk of entry?.stream({ reuse: true }) ?? []) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts).toString();
}

test('gives what is in a folder: parents first, siblings by the bytes of their names, links not followed', async () => {
  const folder = await temporary();
  await mkdir(join(folder, 'b'));
  await writeFile(join(folder, 'b', 'x'), 'text');
  await writeFile(join(folder, 'b.txt'), '');
  await writeFile(join(folder, 'Z'), 'z');
  await writeFile(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0x41])]), 'bytes');
  await symlink('../../etc', join(folder, 'a'));
  await symlink('a', join(folder, 'é'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  const tree = await treeOf(folder);
  const entries = await entriesOf(tree);
  expect(entries.map(({ path, kind }) => [path, kind])).toEqual([
    ['Z', 'file'],
    ['a', 'symlink'],
    ['b', 'directory'],
    ['b/x', 'file'],
    ['b.txt', 'file'],
    ['pipe', 'fifo'],
    ['Ã©', 'symlink'],
    ['ÿA', 'file'],
  ]);
  expect(entries[1]?.target).toBe('../../etc');
  expect(await Promise.all([entries[3], entries[4], entries[7]].map(textOf))).toEqual(['text', '', 'bytes']);
  expect([tree.name, tree.is, tree.unread]).toEqual([`dir:${folder}`, 'dir', []]);
});

test('a large file comes in pieces, whatever its memory', async () => {
  const folder = await temporary();
  const bytes = Buffer.alloc((3 << 20) + 17, 'temper');
  await writeFile(join(folder, 'x'), bytes);
  const [entry] = await entriesOf(await treeOf(folder));
  expect(await textOf(entry)).toBe(bytes.toString());
});

test('what is swapped for a link or a pipe is not read', async () => {
  const folder = await temporary();
  await writeFile(join(folder, 'x'), 'text');
  const [entry] = await entriesOf(await treeOf(folder));
  await unlink(join(folder, 'x'));
  await symlink('/etc/passwd', join(folder, 'x'));
  await expect(textOf(entry)).rejects.toThrow(expect.objectContaining({ code: 'file/failed' }));
  await unlink(join(folder, 'x'));
  execFileSync('mkfifo', [join(folder, 'x')]);
  await expect(textOf(entry)).rejects.toThrow(expect.objectContaining({ code: 'file/kind' }));
});

test('a source tree is without what version control keeps, a root is not', async () => {
  const folder = await temporary();
  await mkdir(join(folder, '.git'));
  await mkdir(join(folder, 'node_modules', '.git'), { recursive: true });
  await writeFile(join(folder, '.git', 'HEAD'), '');
  expect((await entriesOf(await treeOf(`dir:${folder}`))).map(({ path }) => path)).toEqual(['node_modules']);
  expect(await entriesOf(await treeOf(`rootfs:${folder}`))).toHaveLength(4);
});

test('a folder with an os-release is a root', async () => {
  const folder = await temporary();
  await mkdir(join(folder, 'etc'));
  await symlink('../usr/lib/os-release', join(folder, 'etc', 'os-release'));
  expect((await treeOf(folder)).name).toBe(`rootfs:${folder}`);
  expect((await treeOf(`dir:${folder}`)).is).toBe('dir');
});

test.skipIf(process.getuid?.() === 0)('what cannot be read is named, and the rest goes on', async () => {
  const folder = await temporary();
  await mkdir(join(folder, 'a'));
  await writeFile(join(folder, 'b'), '');
  await chmod(join(folder, 'a'), 0);
  const tree = await treeOf(folder);
  expect((await entriesOf(tree)).map(({ path }) => path)).toEqual(['a', 'b']);
  expect(tree.unread).toEqual([{ path: 'a', reason: 'permission denied' }]);
});

test.skipIf(process.platform !== 'linux')(
  'other file systems that are on no disk are named and not walked',
  async () => {
    const tree = await treeOf('dir:/dev');
    const paths = (await entriesOf(tree)).map(({ path }) => path);
    expect(paths).toContain('pts');
    expect(paths.filter((path) => path.startsWith('pts/'))).toEqual([]);
    expect(tree.unread).toContainEqual({
      path: 'pts',
      reason: 'another file system, which is on no disk of this machine',
    });
  },
);

test('folders in folders without end are named, not walked', async () => {
  const folder = await temporary();
  let at = folder;
  for (let i = 0; i < 300; i++) at = join(at, 'd');
  await mkdir(at, { recursive: true });
  const tree = await treeOf(folder);
  expect(await entriesOf(tree)).toHaveLength(256);
  expect(tree.unread.map(({ reason }) => reason)).toEqual(['more than 256 folders deep']);
});

test('hard links are files each', async () => {
  const folder = await temporary();
  await writeFile(join(folder, 'a'), 'x');
  await link(join(folder, 'a'), join(folder, 'b'));
  expect((await entriesOf(await treeOf(folder))).map(({ path, kind, size }) => [path, kind, size])).toEqual([
    ['a', 'file', 1],
    ['b', 'file', 1],
  ]);
});

test.each(['dir:', 'rootfs:'])('%s of what is no folder is a fault', async (prefix) => {
  await expect(openSources(`${prefix}/nonexistent`)).rejects.toThrow(expect.objectContaining({ code: 'file/missing' }));
  await expect(openSources(`${prefix}/etc/passwd`)).rejects.toThrow(expect.objectContaining({ code: 'file/missing' }));
});
