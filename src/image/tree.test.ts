import { expect, test } from 'vitest';
import type { EntryKind } from '../lib/tar.ts';
import { ImageTree, type LayerEntry } from './tree.ts';

function entry(path: string, kind: EntryKind = 'file', target?: string): LayerEntry {
  return { path, kind, mode: 0o644, uid: 0, gid: 0, size: 1, target };
}

function tree(...layers: readonly LayerEntry[][]): ImageTree {
  const made = new ImageTree();
  for (const layer of layers) made.apply(layer);
  return made;
}

function names(of: ImageTree): string[] {
  return [...of.nodes()].map((node) => node.entry.path).sort();
}

test('folders that only names imply are there', () => {
  expect(names(tree([entry('a/b/c')]))).toEqual(['a', 'a/b', 'a/b/c']);
});

test('a whiteout hides a file, a folder with all below it, and what lower layers bring alone', () => {
  const lower = [entry('a/x'), entry('a/y/z'), entry('b')];
  expect(names(tree(lower, [entry('a/.wh.x'), entry('a/.wh.y')]))).toEqual(['a', 'b']);
  expect(names(tree(lower, [entry('a/x'), entry('a/.wh.x')]))).toContain('a/x');
  expect(names(tree([entry('a/x'), entry('a/.wh.x')]))).toEqual(['a', 'a/x']);
});

test('an opaque folder hides what lower layers have in it, not what its own layer brings', () => {
  const upper = [entry('a/new'), entry('a/.wh..wh..opq')];
  expect(names(tree([entry('a/old'), entry('a/deep/er')], upper))).toEqual(['a', 'a/new']);
});

test('whiteouts of nothing, of the folder itself and of its parent hide nothing', () => {
  const odd = [entry('.wh.'), entry('.wh...'), entry('a/.wh..'), entry('.wh.gone')];
  expect(names(tree([entry('a/x')], odd))).toEqual(['a', 'a/x']);
});

test('a file in the place of a folder takes all below it along; a folder in the place of a file stands', () => {
  expect(names(tree([entry('a/x')], [entry('a')]))).toEqual(['a']);
  expect(names(tree([entry('a')], [entry('a/x')]))).toEqual(['a', 'a/x']);
  expect(tree([entry('a')], [entry('a/x')]).kind('a')).toBe('directory');
});

test('the later of two entries counts, within a layer and between layers', () => {
  const made = tree([entry('a'), entry('a', 'symlink', 'b')], [entry('c')]);
  expect(made.get('a')).toMatchObject({ layer: 0, at: 1, entry: { kind: 'symlink' } });
  expect(made.get('c')?.layer).toBe(1);
});

test('links lead on inside the root', () => {
  const made = tree([
    entry('usr/bin/tool'),
    entry('bin', 'symlink', 'usr/bin'),
    entry('out', 'symlink', '../../../usr/bin/tool'),
    entry('abs', 'symlink', '/bin/tool'),
    entry('a', 'symlink', 'b'),
    entry('b', 'symlink', 'a'),
    entry('dangling', 'symlink', 'nowhere'),
  ]);
  expect(made.resolve('bin/tool')).toBe('usr/bin/tool');
  expect(made.resolve('out')).toBe('usr/bin/tool');
  expect(made.resolve('abs')).toBe('usr/bin/tool');
  expect(made.resolve('usr/bin/tool')).toBe('usr/bin/tool');
  expect(made.resolve('a')).toBeUndefined();
  expect(made.resolve('dangling')).toBeUndefined();
  expect(made.resolve('')).toBe('');
  expect(made.below('usr/bin')).toEqual(['tool']);
});

test('what stands below a link of its own layer is where the link leads', () => {
  const made = tree([entry('a', 'symlink', '../x/y'), entry('a/b/c'), entry('a/f')]);
  expect(names(made)).toEqual(['a', 'x', 'x/y', 'x/y/b', 'x/y/b/c', 'x/y/f']);
  expect(made.moved.get('x/y/f')).toBe('a/f');
});

test('what stands below a link of a lower layer replaces it, and where it led is told', () => {
  const made = tree([entry('x/y'), entry('a', 'symlink', 'x')], [entry('a/b')]);
  expect(names(made)).toEqual(['a', 'a/b', 'x', 'x/y']);
  expect([...made.replaced]).toEqual([['a', 'x']]);
});

test('refuses what stands below links that lead in a circle', () => {
  const circle = [entry('a', 'symlink', 'b'), entry('b', 'symlink', 'a'), entry('a/x')];
  expect(() => tree(circle)).toThrow(expect.objectContaining({ code: 'image/parent' }));
});

test('a file has no folder below it', () => {
  expect(tree([entry('a')]).resolve('a/b')).toBeUndefined();
});

test('folders that long names imply are bounded', () => {
  const deep = Array.from({ length: 200 }, (_, i) => entry(`${i}/${'a/'.repeat(2000)}x`));
  expect(() => tree(deep)).toThrow(expect.objectContaining({ code: 'image/too-large' }));
});

test('many whiteouts cost no more than what they hide', () => {
  const many = Array.from({ length: 20_000 }, (_, i) => entry(`d/f${i}`));
  const hidden = many.map(({ path }) => entry(path.replace('d/f', 'd/.wh.f')));
  expect(names(tree(many, hidden))).toEqual(['d']);
});
