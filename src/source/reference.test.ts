import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fault } from '../lib/faults.ts';
import { normalName, parseSource } from './reference.ts';

test.each([
  ['node:20', { kind: 'registry', host: 'docker.io', repository: 'library/node', tag: '20', local: true }],
  ['image://node:20', { kind: 'registry', repository: 'library/node', tag: '20', local: true }],
  ['registry://node:20', { kind: 'registry', repository: 'library/node', tag: '20', local: false }],
  ['docker:node:20', { kind: 'engine', engine: 'docker', name: 'node:20' }],
  ['podman:localhost/x', { kind: 'engine', engine: 'podman', name: 'localhost/x' }],
  ['containerd:sha256:aa', { kind: 'engine', engine: 'containerd', name: 'sha256:aa' }],
  ['local://node', { kind: 'engine', engine: 'any', name: 'node' }],
  ['library/docker:20', { kind: 'registry', repository: 'library/docker', tag: '20' }],
  ['oci:out:1', { kind: 'layout', path: 'out', tag: '1' }],
  ['docker-archive:a.tar:x', { kind: 'docker-archive', path: 'a.tar', tag: 'x' }],
  ['archive://a.tar', { kind: 'path', path: 'a.tar' }],
  ['fs://a', { kind: 'path', path: 'a' }],
  ['oci-dir:a:b', parseSource('oci:a:b')],
  ['file:a:b', { kind: 'path', path: 'a:b' }],
  ['./x.tar', { kind: 'path', path: './x.tar' }],
  ['../x', { kind: 'path', path: '../x' }],
  ['/x:y', { kind: 'path', path: '/x:y' }],
  ['.', { kind: 'path', path: '.' }],
  ['..', { kind: 'path', path: '..' }],
  ['dir:a', { kind: 'dir', path: 'a' }],
  ['rootfs:/', { kind: 'rootfs', path: '/' }],
  ['sbom:x.json', { kind: 'sbom', path: 'x.json' }],
  ['-', { kind: 'stdin' }],
])('reads %s', (text, reference) => {
  expect(parseSource(text)).toMatchObject(reference);
});

test.each([
  '',
  'docker:',
  'docker:../etc',
  'docker:a/../b',
  'docker:a?b',
  'docker:a b',
  'podman:-x',
  'x\0y',
  'dir:',
  '...',
  'http://x',
])('refuses %j', (text) => {
  expect(() => parseSource(text)).toThrow(expect.objectContaining({ code: 'reference/malformed' }));
});

test.each([
  ['node', 'docker.io/library/node:latest'],
  ['docker.io/node:20', 'docker.io/library/node:20'],
  ['oci:x', undefined],
  ['<none>:<none>', undefined],
])('the one spelling of %s is %s', (text, normal) => {
  expect(normalName(text)).toBe(normal);
});

test('any text is a reference or a malformed one', () => {
  const start = fc.constantFrom('', 'docker:', 'oci:', './', 'dir:', 'file:');
  const strange: unknown[] = [];
  fc.assert(
    fc.property(start, fc.string(), (prefix, rest) => {
      try {
        parseSource(prefix + rest);
      } catch (error) {
        if (!(error instanceof Fault)) strange.push(error);
      }
    }),
  );
  expect(strange).toEqual([]);
});
