import { expect, test } from 'vitest';
import { digestOf } from '../lib/digest.ts';
import { blobCovered, blobProblem } from './blobs.ts';

const blob = { digest: digestOf('content'), path: '/srv/releases/app-1.2.tar.gz' };

test.each([
  [digestOf('content'), true],
  [digestOf('other'), false],
  ['app-1.2.tar.gz', true],
  ['app-1.2.tar', false],
  ['app-1.2.tar.gz.old', false],
  ['pp-1.2.tar.gz', false],
  ['app-*.tar.gz', true],
  ['app-*', true],
  ['app-1*', true],
  ['*', true],
  ['*.tar.gz', true],
  ['*-*.*.tar.gz', true],
  ['app-1.2.tar.gz*', false],
  ['*app-1.2.tar.gz', false],
  ['app-*1.2.tar.gz', false],
  ['p*', false],
  ['*.tar', false],
  ['*.tar.gz.*', false],
  ['/srv/releases/app-1.2.tar.gz', true],
  ['/srv/*/app-1.2.tar.gz', true],
  ['/srv/releases/*', true],
  ['/srv/*', false],
  ['/srv/releases', false],
  ['/releases/app-1.2.tar.gz', false],
  ['/srv/rel*/app-*.gz', true],
  ['/srv/releases-evil/*', false],
] as const)('%s covers the file: %j', (entry, covered) => {
  expect(blobProblem(entry)).toBeUndefined();
  expect(blobCovered(entry, blob)).toBe(covered);
});

test.each(['dist/app', '/srv/../app', '/srv//app', '..', '/', 'a/', '**', '/srv/**/a', 'sha256:abc', 'sha1:00'])(
  '%s is refused',
  (entry) => {
    expect(blobProblem(entry)).toMatch(/^(?:is|has) /);
  },
);

test('many wildcards do not take long', () => {
  const path = `/${'a'.repeat(4000)}`;
  expect(blobCovered(`${'*a'.repeat(500)}b`, { ...blob, path })).toBe(false);
});
