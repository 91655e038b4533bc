// Images that are made to exhaust whoever looks into them: small files that claim, unpack or lead to more than there can be.
// Each ends within seconds and half a gigabyte of objects, and says what was the matter.
import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { digestOf } from '../../src/lib/digest.ts';
import { headerSum } from '../../src/lib/tar.ts';
import { TAR_END, tarHeader, tarPadding } from '../../src/lib/tar-write.ts';
import { type FakeEntry, fakeManifest, fakeTar, layoutEntries, tagged } from '../fakes/image-archive.ts';
import { zipOf } from '../fakes/zip.ts';
import type { ShownBom } from './sbom-images.ts';
import { faultOf, type Run, type ShownFault, User } from './temper.ts';

let user: User;
beforeAll(async () => {
  user = await User.create();
});
afterAll(async () => {
  await user[Symbol.asyncDispose]();
});

/** Milliseconds that any of them may take on a busy machine. */
const PATIENCE = 60_000;

/** The program's answer to an image of one layer. @param tar unpacked, where its digest matters */
async function answer(layer: Buffer, tar: Buffer = Buffer.alloc(0), more: readonly string[] = []): Promise<Run> {
  const diffIds = [digestOf(tar)];
  const config = Buffer.from(
    JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: diffIds } }),
  );
  const manifest = fakeManifest({ config, configDigest: digestOf(config), layers: [layer], diffIds });
  const entries = layoutEntries([tagged(manifest.descriptor, '1')], manifest.entries);
  await writeFile(user.path('it.tar'), fakeTar(entries));
  return await user.temper(['sbom', './it.tar', '--no-cache', '--json', ...more], {
    timeout: PATIENCE,
    env: { NODE_OPTIONS: '--max-old-space-size=768' },
  });
}

async function fault(layer: Buffer, tar?: Buffer): Promise<Omit<ShownFault, 'hint'>> {
  const run = await answer(layer, tar);
  expect(run).toMatchObject({ status: 2, stdout: '' });
  const { code, sentence } = faultOf(run);
  return { code, sentence };
}

/** What is said of files that could not be read, and the packages that were found all the same. */
async function said(entries: readonly FakeEntry[], more: readonly string[] = []) {
  const tar = fakeTar(entries);
  const run = await answer(gzipSync(tar), tar, more);
  expect(run.status).toBe(0);
  const { notRead = [], packages = [] } = run.json() as ShownBom;
  return { notRead: notRead.map(({ path, code, reason }) => [path, code, reason]), packages };
}

type Change = readonly [at: number, bytes: string | Buffer];

function header(path: string, size: number, flag: string, ...changes: readonly Change[]): Buffer {
  const entry = { path, kind: 'file', mode: 0o644, uid: 0, gid: 0, mtime: 0, size, target: undefined } as const;
  const block = tarHeader(entry);
  block.write(flag, 156);
  for (const [at, bytes] of changes) Buffer.from(bytes as string).copy(block, at);
  block.write(`${headerSum(block).toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function records(...all: readonly (readonly [string, string])[]): Buffer {
  const lines = all.map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    const length = [1, 2, 3, 4, 5, 6, 7].map((n) => n + rest.length).find((n) => n === String(n).length + rest.length);
    return `${length}${rest}`;
  });
  const body = Buffer.from(lines.join(''));
  return Buffer.concat([header('pax', body.length, 'x'), body, tarPadding(body.length)]);
}

const octal = (size: number): Change => [124, `${size.toString(8).padStart(11, '0')}\0`];
const binary = (size: string): Change => [124, Buffer.from(size, 'hex')];
const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('a layer', () => {
  test('of ten million entries is read to the bound', async () => {
    const block = gzipSync(Buffer.concat(numbers(1000).map((i) => header(`d/${i}`, 0, '0'))));
    expect(await fault(Buffer.concat(numbers(10_000).map(() => block)))).toEqual({
      code: 'image/too-large',
      sentence: 'The layers of the image together have more than 2000000 entries.',
    });
  }, 120_000);

  const claims: readonly (readonly [string, Buffer, string, string])[] = [
    [
      'a file of 100 GB',
      Buffer.concat([header('zeros', 0, '0', binary('800000000000001900000000')), Buffer.alloc(1 << 20)]),
      'image/too-large',
      'The layers of the image together have a file of 107374182400 bytes.',
    ],
    [
      'a file of 16 EiB',
      header('zeros', 0, '0', binary('800000010000000000000000')),
      'tar/malformed',
      'The tar archive is malformed: the size',
    ],
    [
      'a pax header of 4 GB',
      header('pax', 0, 'x', octal(2 ** 32)),
      'tar/malformed',
      'The tar archive is malformed: an extended header is too large.',
    ],
    [
      'a long name of 4 GB',
      header('././@LongLink', 0, 'L', octal(2 ** 32)),
      'tar/malformed',
      'The tar archive is malformed: an extended header is too large.',
    ],
    [
      'a long link target of 4 GB',
      header('././@LongLink', 0, 'K', octal(2 ** 32)),
      'tar/malformed',
      'The tar archive is malformed: an extended header is too large.',
    ],
    [
      'a sparse file of 8 EiB',
      Buffer.concat([
        records(['GNU.sparse.map', '0,0'], ['GNU.sparse.size', '9223372036854775807']),
        header('hole', 0, '0'),
      ]),
      'tar/sparse-too-large',
      'The tar archive has sparse files with',
    ],
    [
      'folders 100,000 deep',
      Buffer.concat([records(['path', 'd/'.repeat(100_000)]), header('d', 0, '5')]),
      'tar/name-too-long',
      'The tar archive has a name of 199999 bytes',
    ],
    [
      'an entry below links that lead in a circle',
      fakeTar([
        { path: 'a', kind: 'symlink', target: 'b' },
        { path: 'b', kind: 'symlink', target: 'a' },
        { path: 'a/x', content: 'x' },
      ]),
      'image/parent',
      'A layer has an entry "a/x" below links that lead in a circle.',
    ],
    [
      'lists of files of half a gigabyte',
      fakeTar(numbers(17).map((i) => ({ path: `var/lib/dpkg/info/${i}.list`, content: Buffer.alloc((32 << 20) - 1) }))),
      'image/too-large',
      'The layers of the image together say more than 536870912 bytes of packages.',
    ],
    [
      'long names that imply folders',
      fakeTar(
        numbers(100).map((i) => ({ path: `${i}/${'a/'.repeat(100)}x`, content: 'x' })),
        Buffer.concat(
          numbers(200).flatMap((i) => [records(['path', `${i}/${'a/'.repeat(2000)}x`]), header('x', 0, '0')]),
        ),
      ),
      'image/too-large',
      'The layers of the image together have more than 268435456 bytes of names.',
    ],
  ];
  test.each(claims)(
    'of %s is refused',
    async (_, tar, code, sentence) => {
      const whole = Buffer.concat([tar, TAR_END]);
      const told = await fault(gzipSync(whole), whole);
      expect(told.code).toBe(code);
      expect(told.sentence).toContain(sentence);
    },
    PATIENCE,
  );

  test('of links in circles is read', async () => {
    const { notRead, packages } = await said([
      { path: 'self', kind: 'symlink', target: 'self' },
      { path: 'a', kind: 'symlink', target: 'b' },
      { path: 'b', kind: 'symlink', target: '/a/../a' },
      { path: 'app/node_modules/evil', kind: 'symlink', target: '../node_modules/evil' },
      { path: 'lib/apk/db/installed', kind: 'hardlink', target: 'lib/apk/db/installed' },
      { path: 'app/node_modules/left-pad/package.json', content: '{"name":"left-pad","version":"1.3.0"}' },
      { path: 'app/node_modules/left-pad/node_modules', kind: 'symlink', target: '..' },
    ]);
    expect(packages.map(({ purl }) => purl)).toEqual(['pkg:npm/left-pad@1.3.0']);
    expect(notRead).toContainEqual([
      'lib/apk/db/installed',
      'catalog/linked',
      'It is a hard link to what its layer does not hold before it.',
    ]);
  });

  test('of 200,000 links over 39 others is read', async () => {
    const chain = numbers(39).map((i) => ({
      path: `s${i}`,
      kind: 'symlink',
      target: `s${i + 1}/x/..${'/'.repeat(40)}`,
    }));
    const many = numbers(200_000).map((i) => ({ path: `t${i}`, kind: 'symlink', target: 's0/'.repeat(20) }));
    const { notRead } = await said([...chain, { path: 's39/x', kind: 'directory' }, ...many] as FakeEntry[]);
    expect(notRead).toEqual([]);
  }, 60_000);
});

describe('a file', () => {
  const jarOf = (levels: number, method: number): Buffer => {
    const pom = 'groupId=g\nartifactId=a\nversion=1\n';
    let jar = zipOf([{ name: 'META-INF/maven/g/a/pom.properties', content: pom }]);
    for (let level = 0; level < levels; level++) jar = zipOf([{ name: 'n-1.jar', content: jar, method }]);
    return jar;
  };
  const json = (depth: number): string => `{"spdxVersion":"SPDX-2.3","x":${'['.repeat(depth)}${']'.repeat(depth)}}`;

  const cases: readonly (readonly [string, FakeEntry, string, string])[] = [
    [
      'of archives 1,000 deep',
      { path: 'app/x-1.jar', content: jarOf(1000, 0) },
      'java/too-large',
      'could not be read (java/too-large)',
    ],
    [
      'of 160,000 archives in three kilobytes each',
      { path: 'app/x-1.jar', content: manyJars() },
      'java/too-large',
      'of its archives are not read whole',
    ],
    [
      'of JSON 100,000 deep',
      { path: 'x.spdx.json', content: json(100_000) },
      'json/malformed',
      'This file is not valid JSON: nested deeper than 100.',
    ],
    [
      'of eleven million values',
      { path: 'x.spdx.json', content: `{"spdxVersion":"SPDX-2.3","packages":[${'{},'.repeat(5_500_000)}{}]}` },
      'json/malformed',
      'This file is not valid JSON: it has more than 10000000 values.',
    ],
    [
      'of XML 100,000 deep',
      { path: 'p/pom.xml', content: '<a>'.repeat(100_000) },
      'xml/malformed',
      'pom.xml is not valid XML: its elements nest deeper than 1000.',
    ],
    [
      'of TOML 100,000 deep',
      { path: 'p/uv.lock', content: `a = ${'['.repeat(100_000)}${']'.repeat(100_000)}` },
      'lock/malformed',
      'p/uv.lock is not valid TOML',
    ],
    [
      'of YAML 100,000 deep',
      { path: 'p/pnpm-lock.yaml', content: `lockfileVersion: '9.0'\npackages: ${'{a: '.repeat(100_000)}` },
      'lock/malformed',
      'p/pnpm-lock.yaml is nested deeper than 30',
    ],
    [
      'of packages that all need each other',
      { path: 'var/lib/dpkg/status', content: mutual() },
      'catalog/too-many-steps',
      'The packages of one kind take more than 50000000 steps to be put together.',
    ],
  ];
  test.each(cases)(
    '%s is named, and the rest is read',
    async (_, entry, code, reason) => {
      const good = { path: 'app/node_modules/left-pad/package.json', content: '{"name":"left-pad","version":"1.3.0"}' };
      const { notRead, packages } = await said([entry, good], ['--declared']);
      expect(packages.map(({ purl }) => purl)).toContain('pkg:npm/left-pad@1.3.0');
      expect(notRead).toEqual([[entry.path, code, expect.stringContaining(reason)]]);
    },
    PATIENCE,
  );

  test('of package.json 100,000 deep is read', async () => {
    const deep = `{"x":${'['.repeat(100_000)}${']'.repeat(100_000)},"name":"left-pad","version":"1.3.0"}`;
    const { packages } = await said([{ path: 'app/node_modules/left-pad/package.json', content: deep }]);
    expect(packages.map(({ purl }) => purl)).toEqual(['pkg:npm/left-pad@1.3.0']);
  });

  function manyJars(): Buffer {
    const pom = (i: number) => `groupId=g\nartifactId=a${i}\nversion=1\n`;
    let jar = zipOf(numbers(20).map((i) => ({ name: `META-INF/maven/g/a${i}/pom.properties`, content: pom(i) })));
    for (let level = 0; level < 4; level++) jar = zipOf(numbers(20).map((i) => ({ name: `l${i}.jar`, content: jar })));
    return jar;
  }

  function mutual(): string {
    const names = numbers(100)
      .map((i) => `v${i}`)
      .join(', ');
    return numbers(6000)
      .map((i) => `Package: p${i}\nStatus: install ok installed\nVersion: 1\nProvides: ${names}\nDepends: ${names}\n`)
      .join('\n');
  }
});
