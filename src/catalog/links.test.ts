import { cpuTime } from '../../test/fakes/cpu-time.ts';
import { expect, test } from 'vitest';
import { ImageTree, type LayerEntry } from '../image/tree.ts';
import { CatalogerIndex } from './catalog.ts';
import { unreadLinks } from './links.ts';
import type { Cataloger, FilePattern } from './types.ts';

function cataloger(id: string, ...reads: FilePattern[]): Cataloger<unknown> {
  return { id, version: 1, evidence: 'installed', reads, limit: 10, parse: () => undefined, assemble: () => [] };
}

const index = new CatalogerIndex([
  cataloger('database', { path: 'var/db/status' }, { path: 'usr/db/status' }, { folder: 'var/db/status.d' }),
  cataloger('module', { name: 'm.json', match: (path) => path.includes('modules/') }),
  cataloger('any', { name: 'm.json' }),
  cataloger('jar', { suffix: '.jar' }),
  cataloger('program', { program: true }),
]);

const file = (path: string): LayerEntry => ({ path, kind: 'file', mode: 0o644, uid: 0, gid: 0, size: 1 });
const link = (path: string, target: string): LayerEntry => ({ ...file(path), kind: 'symlink', size: 0, target });

function unread(...layers: readonly LayerEntry[][]): string[] {
  const tree = new ImageTree();
  for (const layer of layers) tree.apply(layer);
  return unreadLinks(tree, index).map(({ path, cataloger: id }) => `${id} ${path}`);
}

test('a link in the place of a file or of a folder above it is named', () => {
  expect(unread([file('x'), link('var/db/status', '/x')])).toEqual(['database var/db/status']);
  expect(unread([file('x/status'), link('var/db', '../x')])).toEqual(['database var/db/status']);
  expect(unread([file('x/db/status'), link('var', 'x')])).toEqual(['database var/db/status']);
  expect(unread([file('x/one'), link('var/db/status.d', '/x')])).toEqual(['database var/db/status.d/one']);
  expect(unread([file('x'), link('a.jar', 'x')])).toEqual(['jar a.jar']);
});

test('a link to what was read as the same is none', () => {
  expect(unread([file('usr/db/status'), link('var', 'usr')])).toEqual([]);
  expect(unread([file('a.jar'), link('b.jar', 'a.jar'), link('c', '.')])).toEqual([]);
  expect(unread([file('modules/m.json'), link('other', 'modules')])).toEqual([]);
  expect(unread([link('var/db/status', '/nowhere'), link('b.jar', 'b.jar')])).toEqual([]);
});

test('links to folders are followed where the folders above a file make the difference, through several of them', () => {
  expect(unread([file('x/a/m.json'), link('modules', 'x')])).toEqual(['module modules/a/m.json']);
  expect(unread([file('y/m.json'), link('x/a', '/y'), link('modules', 'x')])).toEqual(['module modules/a/m.json']);
});

test('what a link of its own layer leads elsewhere is named by where it then stands', () => {
  expect(unread([link('a', 'var/db'), file('a/status')])).toEqual(['database var/db/status']);
  expect(unread([link('a', 'var')], [file('a/db/status')])).toEqual([]);
});

test('what runtimes place differently, in a folder that replaces a link of a lower layer, is named', () => {
  const lower = [file('var/db/x'), link('a', 'var/db')];
  expect(unread(lower, [file('a/status')])).toEqual(['database var/db/status']);
});

test('links of links take no time, and say when not all were followed', () => {
  const links = Array.from({ length: 2000 }, (_, i) => link(`modules/l${i}`, '/x'));
  const files = Array.from({ length: 2000 }, (_, i) => file(`x/${i}/m.json`));
  const before = cpuTime();
  expect(unread([...files, ...links]).some((one) => one.startsWith('links x'))).toBe(true);
  expect(cpuTime() - before).toBeLessThan(3000);
});
