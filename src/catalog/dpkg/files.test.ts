import { expect, test } from 'vitest';
import { treeOf } from '../../../test/fakes/catalog.ts';
import { OwnedPaths } from '../owned-paths.ts';
import { ownersOf } from '../owners.ts';
import { DpkgFiles, readDiversions } from './files.ts';

const tree = treeOf([
  ['usr/bin/sh', ''],
  ['usr/bin/sh.distrib', ''],
  ['usr/lib/app/app.jar', ''],
  ['usr/lib/app/readme', ''],
  ['etc/.hidden', ''],
  ['bin', { link: 'usr/bin' }],
]);
const of = {
  owner: 'app',
  diversions: readDiversions('/bin/sh\n/bin/sh.distrib\nother\n'),
  paths: new OwnedPaths(tree),
};
const list =
  '/.\n/usr\n/usr/lib\n/usr/lib/app\n/usr/lib/app/app.jar\n/usr/lib/app/readme\n/etc/.hidden\n/bin/sh\n/usr/lib/gone\n';
const all = ['usr/lib/app/app.jar', 'usr/lib/app/readme', 'etc/.hidden', 'usr/bin/sh.distrib'];

test.each([
  ['a list', DpkgFiles.listed(list, of), all],
  ['sums', DpkgFiles.summed('0'.repeat(32).concat('  usr/lib/app/app.jar'), ['bin/sh'], of), [all[0], all[3]]],
])('gives the files of %s each time, and at least those of the names that are asked for', (_, files, found) => {
  expect([...files]).toEqual(found);
  expect([...files]).toEqual(found);
  for (const path of found) {
    const name = path?.split('/').at(-1) ?? '';
    expect([...files.named(new Set([name]))]).toContain(path);
    expect(ownersOf([{ purl: 'app', files }], new Set([path ?? ''])).get(path ?? '')).toBe('app');
  }
  expect([...files.named(new Set(['other']))]).not.toContain('usr/lib/app/app.jar');
});
