import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { digestOf } from '../lib/digest.ts';
import { openRepository } from './open.ts';

const digest = digestOf('x');

test('opens registries and layouts under the name that a policy uses: a layout by its absolute folder', async () => {
  const registry = openRepository('localhost:5000/node');
  expect([registry.repository.name, await registry.reference(), registry.target()]).toEqual([
    'localhost:5000/node',
    'latest',
    'latest',
  ]);
  const layout = openRepository('oci:out:20');
  const absolute = `oci:${resolve('out')}`;
  expect([layout.repository.name, await layout.reference(), layout.target()]).toEqual([absolute, '20', '20']);
});

test('a digest counts more than a tag, and nothing is published under it', async () => {
  const opened = openRepository(`localhost:5000/node:20@${digest}`);
  expect(await opened.reference()).toBe(digest);
  expect(() => opened.target()).toThrow(expect.objectContaining({ code: 'reference/digest' }));
});

test.each(['oci-archive:a.tar', 'docker-archive:a.tar:x', 'rootfs:/x', 'sbom:x.json'])('does not open %s', (text) => {
  expect(() => openRepository(text)).toThrow(expect.objectContaining({ code: 'reference/unsupported' }));
});

test('passes on what is malformed', () => {
  expect(() => openRepository('Bad')).toThrow(expect.objectContaining({ code: 'reference/malformed' }));
});
