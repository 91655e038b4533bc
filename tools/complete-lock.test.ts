import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { completed } from './complete-lock.ts';

test('adds what an entry names and the lock has not', () => {
  const packages = { '': {}, 'node_modules/a': { dev: true, optionalDependencies: { '@a/linux-x64-musl': '1.2.3' } } };
  expect(completed(packages)['node_modules/@a/linux-x64-musl']).toEqual({
    version: '1.2.3',
    dev: true,
    optional: true,
    os: ['linux'],
    cpu: ['x64'],
    libc: ['musl'],
  });
});

test('the lock is complete, hashes what runs on Linux and names no address', () => {
  const text = readFileSync(join(import.meta.dirname, '..', 'package-lock.json'), 'utf8');
  const { packages } = JSON.parse(text) as {
    packages: Record<string, { version?: string; integrity?: string; os?: string[]; cpu?: string[]; libc?: string[] }>;
  };
  expect(completed(packages)).toEqual(packages);
  expect(text).not.toContain('"resolved"');
  const unhashed = Object.entries(packages).filter(
    ([path, entry]) =>
      path !== '' && entry.integrity === undefined && entry.os === undefined && entry.cpu === undefined,
  );
  expect(unhashed).toEqual([]);
});
