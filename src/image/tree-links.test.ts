// Links: where they lead, and that following many of them takes little.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ImageTree, type LayerEntry } from './tree.ts';

function entry(path: string, kind: LayerEntry['kind'], target?: string): LayerEntry {
  return { path, kind, mode: 0o644, uid: 0, gid: 0, size: 0, target };
}
const link = (path: string, target: string): LayerEntry => entry(path, 'symlink', target);

function treeOf(entries: readonly LayerEntry[]): ImageTree {
  const tree = new ImageTree();
  tree.apply(entries);
  return tree;
}

/** As path_resolution(7) says it: one name after the other, every link followed anew. */
function slowly(tree: ImageTree, path: string): string | undefined {
  const pending = path.split('/').reverse();
  let at = '';
  let links = 0;
  for (let segment = pending.pop(); segment !== undefined; segment = pending.pop()) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') at = at.slice(0, Math.max(0, at.lastIndexOf('/')));
    else {
      const next = at === '' ? segment : `${at}/${segment}`;
      const there = tree.get(next)?.entry;
      if (there === undefined) return undefined;
      if (there.kind !== 'symlink') at = next;
      else {
        if (++links > 40) return undefined;
        if (there.target?.startsWith('/') === true) at = '';
        pending.push(...(there.target ?? '').split('/').reverse());
      }
    }
  }
  return at;
}

const NAMES = ['a', 'b', 'c', 'd', 'a/e', 'b/e', 'c/f', 'c/f/g'];
const TARGET = fc
  .array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', '..', '.', ''), { minLength: 1, maxLength: 5 })
  .map((segments) => segments.join('/'));
const ENTRIES = fc
  .record({
    folders: fc.subarray(NAMES),
    links: fc.array(fc.tuple(fc.constantFrom(...NAMES), TARGET), { maxLength: 8 }),
  })
  .map(({ folders, links }) => {
    const linked = new Map(links.map(([path, target]) => [path, link(path, target)]));
    const below = (path: string) => [...linked.keys()].some((other) => path.startsWith(`${other}/`));
    const all = [
      ...folders.filter((path) => !linked.has(path)).map((path) => entry(path, 'directory')),
      ...linked.values(),
    ];
    return all.filter(({ path }) => !below(path));
  });

test('a path leads where following its links one after the other leads, asked in any order', () => {
  fc.assert(
    fc.property(ENTRIES, fc.array(TARGET, { minLength: 1, maxLength: 10 }), (entries, paths) => {
      const tree = treeOf(entries);
      for (const path of paths) expect(tree.resolve(path)).toBe(slowly(tree, path));
    }),
    { numRuns: 2000 },
  );
});

test('a path leads through 40 links and no more, whichever of them was asked for first', () => {
  const chain = Array.from({ length: 45 }, (_, i) => link(`l${i}`, i === 44 ? 'end' : `l${i + 1}`));
  const asked = (order: readonly number[]) => {
    const tree = treeOf([entry('end', 'directory'), ...chain]);
    const found = new Map(order.map((i) => [i, tree.resolve(`l${i}`)]));
    return [found.get(4), found.get(5), found.get(44)];
  };
  const upward = chain.map((_, i) => i);
  expect(asked(upward)).toEqual([undefined, 'end', 'end']);
  expect(asked(upward.toReversed())).toEqual([undefined, 'end', 'end']);
});

test('a link that comes later, or an entry that a layer hides, changes where others lead', () => {
  const tree = treeOf([entry('d/x', 'file'), link('l', 'd/x')]);
  expect(tree.resolve('l')).toBe('d/x');
  tree.apply([entry('d/.wh.x', 'file')]);
  expect(tree.resolve('l')).toBeUndefined();
  tree.apply([entry('d/x', 'directory')]);
  expect(tree.resolve('l')).toBe('d/x');
});

test('200,000 links over 39 others of padded targets are followed in time', () => {
  const chain = Array.from({ length: 39 }, (_, i) => link(`s${i}`, `s${i + 1}/x/..${'/'.repeat(40)}`));
  const many = Array.from({ length: 200_000 }, (_, i) => link(`t${i}`, 's0/'.repeat(20)));
  const tree = treeOf([...chain, entry('s39/x', 'directory'), ...many]);
  expect(many.every(({ path }) => tree.resolve(path) === undefined)).toBe(true);
});

test('links that lead over more names than are looked up are a Fault', () => {
  const deep = 'd/'.repeat(2000);
  const tree = treeOf([entry(`${deep}d`, 'directory'), ...Array.from({ length: 1000 }, (_, i) => link(`l${i}`, deep))]);
  const all = () => {
    for (let i = 0; i < 1000; i++) tree.resolve(`l${i}`);
  };
  expect(all).toThrow(
    expect.objectContaining({
      code: 'image/too-large',
      message: 'The links of the image lead over more than 20000000 names.',
    }),
  );
});
