import { expect, test } from 'vitest';
import type { TarEntry } from '../lib/tar.ts';
import { TAR_END, tarHeader } from '../lib/tar-write.ts';
import { LayerBudget, MergedView, readLayer } from './merged.ts';

type Part = Partial<TarEntry> & { readonly path: string };

function entry(part: Part): TarEntry {
  return { kind: 'file', mode: 0o644, uid: 0, gid: 0, mtime: 0, size: 0, target: undefined, ...part };
}

async function view(...layers: (readonly Part[])[]): Promise<string[]> {
  const merged = new MergedView();
  for (const parts of layers) {
    const tar = Buffer.concat([...parts.map((part) => tarHeader(entry(part))), TAR_END]);
    merged.apply(
      await readLayer(
        (async function* () {
          yield await Promise.resolve(tar);
        })(),
      ),
    );
  }
  return [...merged.files.values()]
    .filter(({ entry: { kind } }) => kind !== 'directory')
    .map(({ entry: { path } }) => path)
    .sort();
}

const link = (path: string, target: string): Part => ({ path, kind: 'symlink', target });
const folder = (path: string): Part => ({ path, kind: 'directory', mode: 0o755 });

test('lays layers over each other and obeys whiteouts', async () => {
  const lower = [folder('a'), { path: 'a/x' }, { path: 'a/y' }, { path: 'b/z' }];
  expect(await view(lower, [{ path: 'a/.wh.x' }, { path: 'a/n' }])).toEqual(['a/n', 'a/y', 'b/z']);
  expect(await view(lower, [{ path: 'a/n' }, { path: 'a/.wh..wh..opq' }])).toEqual(['a/n', 'b/z']);
  expect(await view(lower, [{ path: '.wh.a' }, { path: 'a/n' }])).toEqual(['a/n', 'b/z']);
});

test('refuses an entry below a symbolic link, which a runtime would write elsewhere', async () => {
  await expect(view([{ path: 'usr/lib/x' }, link('lib', 'usr/lib')], [{ path: 'lib/x' }])).rejects.toThrow(
    'in or below "lib", which is no directory',
  );
  await expect(view([link('a', 'usr'), { path: 'a/b' }, folder('a')])).rejects.toThrow('in or below "a"');
  await expect(view([{ path: 'usr/x' }, link('lib', 'usr')], [{ path: 'lib/.wh.x' }])).rejects.toThrow('below "lib"');
});

test('takes away what lies below a folder that nothing names when a link replaces it', async () => {
  expect(await view([{ path: 'a/b' }, link('a', 'usr')])).toEqual(['a']);
});

test('refuses what stands in the place of the root', async () => {
  await expect(view([{ path: '' }])).rejects.toThrow('the root of the image');
});

test.each(['.wh.', 'a/.wh..', 'a/b/.wh...', '.wh..wh.plnk'])('refuses the whiteout %s', async (path) => {
  await expect(view([{ path: 'a/b/c' }], [{ path }])).rejects.toThrow('which hides a folder itself');
});

test('refuses a whiteout of what its own layer brought before', async () => {
  await expect(view([{ path: 'x' }, { path: '.wh.x' }])).rejects.toThrow('or what the layer brings');
});

test('refuses a hard link that changes the mode or owner of what it links to', async () => {
  const hard: Part = { path: 'b', kind: 'hardlink', target: 'a' };
  expect(await view([{ path: 'a' }, hard])).toEqual(['a', 'b']);
  await expect(view([{ path: 'a' }, { ...hard, mode: 0o4755 }])).rejects.toThrow('another mode or owner');
  await expect(view([{ path: 'a' }, { ...hard, uid: 7 }])).rejects.toThrow('another mode or owner');
});

test('refuses extended attributes, which may give a program capabilities', () => {
  const attributed = { entry: { ...entry({ path: 'ping' }), attributes: true as const }, sha256: '', size: 0 };
  const layer = { diffId: `sha256:${'0'.repeat(64)}` as const, size: 0, entries: [attributed] };
  expect(() => new MergedView().apply(layer)).toThrow('gives "ping" extended attributes');
});

test('bounds what the layers of one image come to together', async () => {
  const budget = new LayerBudget();
  const name = 'n'.repeat(1 << 20);
  const spend = () => {
    for (let i = 0; i <= 256; i++) budget.entry(entry({ path: name }));
  };
  expect(spend).toThrow('bytes of names');
  expect(() => new LayerBudget().content(2 ** 40)).toThrow('unpack to more than');
  const chunks = (async function* () {
    yield await Promise.resolve(tarHeader(entry({ path: 'a' })));
  })();
  await expect(readLayer(chunks, budget)).rejects.toThrow('bytes of names');
});
