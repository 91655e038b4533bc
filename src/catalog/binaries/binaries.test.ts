import { cpuTime } from '../../../test/fakes/cpu-time.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { brokenCopies, faultOr } from '../../../test/fakes/broken.ts';
import { catalogFiles, contentOf } from '../../../test/fakes/catalog.ts';
import { elfOf } from '../../../test/fakes/programs.ts';
import { binaries } from './binaries.ts';
import { namedFile } from './file-names.ts';
import { knownPrograms } from './known-programs.ts';

const program = (text: string) =>
  elfOf([{ name: '.rodata', content: Buffer.from(`\0first\0${text}\0last\0`, 'latin1') }]);

// The strings that real builds hold, a program of each way of telling.
test.each([
  ['usr/local/bin/node', 'node.js/v22.11.0', 'node@22.11.0'],
  ['usr/lib/libnode.so.108', 'node.js/v18.20.4', 'node@18.20.4'],
  ['usr/bin/python3.11', 'pymalloc\x003.12.0\x003.11.2\0strict', 'python@3.11.2'],
  ['usr/lib/libpython3.13.so.1.0', "%s: '%s'\x003.13.0rc2+\0%.80s", 'python@3.13.0rc2%2B'],
  ['usr/bin/openssl', 'OpenSSL 3.0.22 25 Aug 2026', 'openssl@3.0.22'],
  ['usr/lib/libcrypto.so.1.1', 'OpenSSL 1.1.1w  11 Sep 2023', 'openssl@1.1.1w'],
  ['usr/lib/libssl.so.10', 'OpenSSL 1.0.2k-fips  26 Jan 2017', 'openssl@1.0.2k'],
  ['usr/sbin/nginx', 'nginx version: nginx/1.22.1\n', 'nginx@1.22.1'],
  ['usr/bin/redis-server', 'err\x007.0.15\0c11-builtin\0shutdown', 'redis@7.0.15'],
  ['usr/bin/redis-server', '7.2.4buildkitsandbox-17000', 'redis@7.2.4'],
  ['usr/bin/postgres', 'before PostgreSQL 9.1 \0PostgreSQL 15.20 (Debian 15.20-0+deb12u1) on', 'postgresql@15.20'],
  ['usr/bin/postgres', 'x\0PostgreSQL 17rc1 on x86_64', 'postgresql@17rc1'],
  ['usr/sbin/mysqld', '10.11.19-MariaDB', 'mariadb@10.11.19'],
  ['usr/sbin/mysqld', '/build/mysql-8.0.36/sql/mysqld.cc', 'mysql@8.0.36'],
  ['usr/bin/php8.2', 'X-Powered-By: PHP/8.2.36', 'php@8.2.36'],
  ['usr/lib/libruby-3.1.so.3.1.7', 'ruby 3.1.7p261 (2025-03-26 revision 0a3704f218)', 'ruby@3.1.7'],
  ['usr/bin/perl5.36.0', 'PERL_INTERNAL_RAND_SEED\0v5.36.0\0panic', 'perl@5.36.0'],
  ['bin/busybox', 'BusyBox v1.35.0 (Debian 1:1.35.0)', 'busybox@1.35.0'],
  ['bin/bash', '@(#)Bash version 5.2.15(1) release GNU', 'bash@5.2.15'],
  ['usr/bin/curl', 'application/json\0curl/7.88.1', 'curl@7.88.1'],
  ['usr/sbin/haproxy', ' version 2.6.12-1+deb12u4, released 2026/10/17', 'haproxy@2.6.12'],
  ['usr/sbin/apache2', 'Apache/2.4.71 (Debian)', 'httpd@2.4.71'],
  ['lib/libz.so.1.2.13', ' deflate 1.2.13 Copyright 1995-2022', 'zlib@1.2.13'],
  ['lib/liblzma.so.5.4.1', '\0\x005.4.1\0\0', 'xz@5.4.1'],
  ['opt/libstd-0123456789abcdef.so', '\0clang LLVM (rustc version 1.95.0 (f2d3ce0bd 2026-03-21))', 'rust@1.95.0'],
  ['usr/lib/erlang/erts-13/bin/beam.smp', '/build/erlang-25.2.3+dfsg/erts/x86_64', 'erlang@25.2.3'],
  ['usr/bin/ghc-9.0.2', '\0GHC 9.0.2\0', 'haskell/ghc@9.0.2'],
])('%s: %j', (path, text, purl) => {
  const { packages } = catalogFiles(binaries, { [path]: program(text) });
  expect(packages.map((one) => one.purl)).toEqual([`pkg:generic/${purl}`]);
});

test('a version has its CPE, with signs escaped', () => {
  const { packages } = catalogFiles(binaries, { nginx: program('nginx version: nginx/1.22.1-2') });
  expect(packages[0]?.cpes).toEqual([String.raw`cpe:2.3:a:f5:nginx:1.22.1\-2:*:*:*:*:*:*:*`]);
});

test('what stands outside of the constants and between two reads is found, too', () => {
  const padding = Buffer.alloc((1 << 20) - 4106, 1);
  const split = elfOf([
    { name: '.text', content: Buffer.concat([padding, Buffer.from('BusyBox v1.36.1\0')]) },
    { name: '.rodata', content: Buffer.alloc(100) },
  ]);
  expect(catalogFiles(binaries, { busybox: split }).packages[0]?.version).toBe('1.36.1');
});

test('files of other names are not read, and those that tell nothing are no packages', () => {
  const files = {
    'bin/true': program('BusyBox v1.35.0'),
    'bin/busybox': program('none'),
    'etc/busybox': 'BusyBox v1.35.0',
  };
  expect(catalogFiles(binaries, files)).toMatchObject({ packages: [], read: ['bin/busybox'] });
});

test.each([
  ['python3.11', 'python', '3.11'],
  ['python', 'python', ''],
  ['libpython3.11.so.1.0', 'python', '3.11'],
  ['php-fpm8.2', 'php', '8.2'],
  ['node.exe', 'node', ''],
  ['libz.so', 'zlib', ''],
])('%s may be %s', (file, name, minor) => {
  expect(namedFile(`usr/bin/${file}`)).toMatchObject({ programs: [{ name }], minor });
});

test('every pattern is bounded and every name once in a row of the table', () => {
  for (const { files, marks } of knownPrograms) {
    expect(new Set(files).size).toBe(files.length);
    for (const { pattern } of marks) expect(pattern.source).not.toMatch(/(?<!\\)\.[*+]/);
  }
});

test('a program that holds a literal a million times is given up on', () => {
  const started = cpuTime();
  const many = elfOf([{ name: '.rodata', content: Buffer.alloc(8 << 20, 'curl/x') }]);
  expect(catalogFiles(binaries, { curl: many }).packages).toEqual([]);
  expect(cpuTime() - started).toBeLessThan(2000);
});

test('gives a version or none, whatever is changed', () => {
  fc.assert(
    fc.property(brokenCopies([program('OpenSSL 3.0.22 25 Aug 2026')]), (broken) => {
      const fact = faultOr(() => binaries.parse({ path: 'openssl', mode: 0, content: contentOf(broken) }));
      expect(fact === undefined || 'version' in fact).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
