import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Digest } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { formatReference, parseReference, type Reference, repositoryText } from './reference.ts';

const hex = 'a'.repeat(64);
const digest: Digest = `sha256:${hex}`;

describe('a name in a registry', () => {
  test.each([
    ['node', 'docker.io', 'library/node', undefined, undefined],
    ['node:20', 'docker.io', 'library/node', '20', undefined],
    ['bitnami/node', 'docker.io', 'bitnami/node', undefined, undefined],
    ['index.docker.io/node', 'docker.io', 'library/node', undefined, undefined],
    ['localhost/node', 'localhost', 'node', undefined, undefined],
    ['localhost:5000/node:20', 'localhost:5000', 'node', '20', undefined],
    ['[::1]:5000/a/b_c', '[::1]:5000', 'a/b_c', undefined, undefined],
    ['registry.example/a/b:1.0-rc_1', 'registry.example', 'a/b', '1.0-rc_1', undefined],
    [`registry.example/a:1@${digest}`, 'registry.example', 'a', '1', digest],
    [`registry://registry.example/a@${digest}`, 'registry.example', 'a', undefined, digest],
    ['Host/node', 'Host', 'node', undefined, undefined],
  ])('reads %s', (text, host, repository, tag, wanted) => {
    expect(parseReference(text)).toEqual({ kind: 'registry', host, repository, tag, digest: wanted });
  });

  test.each([
    ['', '1 to 4096'],
    ['Node', 'lower case'],
    ['a//b', 'Write registry/repository'],
    ['/a', 'Write registry/repository'],
    ['a/../b', 'Write registry/repository'],
    ['registry.example/', 'Write registry/repository'],
    ['a:', 'A tag has at most'],
    ['a:-b', 'A tag has at most'],
    [`a:${'b'.repeat(129)}`, 'A tag has at most'],
    ['a:b:c', 'A tag has at most'],
    ['a b', 'Write registry/repository'],
    ['-host.example/a', 'no name of a registry'],
    ['user:pw@host.example/a', 'no name of a registry'],
    ['https://host.example/a', 'without a scheme'],
    [`a@sha256:${hex.toUpperCase()}`, '64 lower-case'],
    [`a@sha512:${hex}${hex}`, '64 lower-case'],
    [`a@sha256:${hex}@sha256:${hex}`, 'Write registry/repository'],
    ['a\nb', 'printable'],
    ['a'.repeat(256), 'Write registry/repository'],
  ])('refuses %j', (text, hint) => {
    expect(() => parseReference(text)).toThrow(
      expect.objectContaining({ code: 'reference/malformed', hint: expect.stringContaining(hint) as string }),
    );
  });

  test('is quick on a long hostile name', () => {
    expect(() => parseReference(`${'a-'.repeat(2000)}!`)).toThrow('is not an image reference');
    expect(() => parseReference(`oci:x:${'a--'.repeat(1300)}!`)).toThrow('is not an image reference');
  });
});

describe('a path', () => {
  test.each([
    ['oci:out', 'layout', 'out', undefined, undefined],
    ['oci:out:20', 'layout', 'out', '20', undefined],
    ['oci:out:', 'layout', 'out', undefined, undefined],
    ['oci:/a b/c:docker.io/library/node:20', 'layout', '/a b/c', 'docker.io/library/node:20', undefined],
    [`oci:out@${digest}`, 'layout', 'out', undefined, digest],
    [`oci:out:20@${digest}`, 'layout', 'out', '20', digest],
    ['oci-dir://out:20', 'layout', 'out', '20', undefined],
    ['oci-archive:a.tar:x', 'oci-archive', 'a.tar', 'x', undefined],
    ['docker-archive:a.tar:node:20', 'docker-archive', 'a.tar', 'node:20', undefined],
    ['archive://a.tar', 'docker-archive', 'a.tar', undefined, undefined],
  ])('reads %s', (text, kind, path, tag, wanted) => {
    expect(parseReference(text)).toEqual({ kind, path, tag, digest: wanted });
  });

  test('ends at its first colon', () => {
    expect(parseReference('oci:a:b:c')).toMatchObject({ path: 'a', tag: 'b:c' });
    expect(() => parseReference('oci:a:/b/c')).toThrow('is not an image reference');
  });

  test('of a root file system or an SBOM is all the rest', () => {
    expect(parseReference('rootfs:/a:b')).toEqual({ kind: 'rootfs', path: '/a:b' });
    expect(parseReference('sbom://x.json')).toEqual({ kind: 'sbom', path: 'x.json' });
    expect(parseReference('fs://x')).toEqual({ kind: 'rootfs', path: 'x' });
  });

  test.each(['oci:', 'oci::tag', 'sbom:', `oci:@${digest}`])('is missing in %s', (text) => {
    expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: 'reference/malformed' }));
  });
});

const digests = fc.option(
  fc.stringMatching(/^[0-9a-f]{64}$/).map((h): Digest => `sha256:${h}`),
  { nil: undefined },
);
const tags = fc.option(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/), { nil: undefined });
const hosts = fc.oneof(
  fc.constantFrom('docker.io', 'localhost', 'localhost:5000', '[::1]:1', 'oci:5000', 'sbom:1', 'a.example'),
  fc.stringMatching(/^[a-z0-9]{1,9}\.[a-z]{2,5}(:[1-9][0-9]{0,4})?$/),
);
const repositories = fc.stringMatching(/^[a-z0-9]{1,9}(__[a-z0-9]{1,9})?\/[a-z0-9]{1,9}([.]|-+|_)[a-z0-9]{1,9}$/);
const refNames = fc.option(fc.stringMatching(/^[A-Za-z0-9]{1,9}([-._:+][a-z0-9]{1,5}){0,3}(\/[a-z]{1,5})?$/), {
  nil: undefined,
});
const paths = fc.stringMatching(/^[ !-9;-~ä€]{1,40}$/);
const references: fc.Arbitrary<Reference> = fc.oneof(
  fc.record({
    kind: fc.constant('registry' as const),
    host: hosts,
    repository: repositories,
    tag: tags,
    digest: digests,
  }),
  fc.record({
    kind: fc.constantFrom('layout' as const, 'oci-archive' as const, 'docker-archive' as const),
    path: paths,
    tag: refNames,
    digest: digests,
  }),
  fc.record({ kind: fc.constantFrom('rootfs' as const, 'sbom' as const), path: paths }),
);

test('every reference survives being written and read', () => {
  fc.assert(
    fc.property(references, (reference) => {
      expect(parseReference(formatReference(reference))).toEqual(reference);
    }),
  );
});

function attempt(text: string): Reference | 'reference/malformed' {
  try {
    return parseReference(text);
  } catch (error) {
    if (error instanceof Fault && error.code === 'reference/malformed') return error.code;
    throw error;
  }
}

test('any text is a reference whose normal form stays, or a malformed one', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-zA-Z0-9:/@._[\]-]{0,60}$/)), (text) => {
      const read = attempt(text);
      expect(read === 'reference/malformed' || parseReference(formatReference(read))).toEqual(
        read === 'reference/malformed' || read,
      );
    }),
  );
});

test('names a repository without tag and digest', () => {
  const name = (text: string): string => repositoryText(parseReference(text) as never);
  expect(name(`node:20@${digest}`)).toBe('docker.io/library/node');
  expect(name('oci-dir://a/b:20')).toBe('oci:a/b');
  expect(name('registry://oci:5000/a')).toBe('registry://oci:5000/a');
});
