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

test('Docker Hub is asked where it serves, and named as it is', async () => {
  const { repository } = openRepository('node', { offline: true });
  expect(repository.name).toBe('docker.io/library/node');
  await expect(repository.resolve('20')).rejects.toThrow('https://registry-1.docker.io/v2/library/node/manifests/20');
});

test('plain HTTP is spoken with this machine, and with whom it is allowed', async () => {
  const asked = async (name: string, options = {}): Promise<unknown> =>
    await openRepository(name, { ...options, offline: true })
      .repository.resolve('1')
      .catch(String);
  const plainHttp = new Map([['r.example:5000', { plainHttp: true }]]);
  expect(await asked('r.example:5000/x')).toContain('https://r.example:5000/v2/x/');
  expect(await asked('r.example:5000/x', { registries: plainHttp })).toContain('http://r.example:5000/v2/x/');
  expect(await asked('r.example/x', { registries: plainHttp })).toContain('https://r.example/v2/x/');
  expect(await asked('r.example/x', { plain: ['r.example'] })).toContain('http://r.example/v2/x/');
  expect(await asked('localhost:5000/x')).toContain('http://localhost:5000/v2/x/');
  const allowed = openRepository('192.0.2.1/x', { plain: ['192.0.2.1'], signal: AbortSignal.abort() }).repository;
  await expect(allowed.resolve('1')).rejects.toThrow(expect.objectContaining({ code: 'network/aborted' }));
});

test.each(['oci-archive:a.tar', 'docker-archive:a.tar:x', 'rootfs:/x', 'sbom:x.json'])('does not open %s', (text) => {
  expect(() => openRepository(text)).toThrow(expect.objectContaining({ code: 'reference/unsupported' }));
});

test('passes on what is malformed', () => {
  expect(() => openRepository('Bad')).toThrow(expect.objectContaining({ code: 'reference/malformed' }));
});
