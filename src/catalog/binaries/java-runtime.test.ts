import { expect, test } from 'vitest';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { elfOf } from '../../../test/fakes/programs.ts';
import { javaRuntime } from './java-runtime.ts';

const machine = elfOf([
  { name: '.rodata', content: Buffer.from('\0OpenJDK 64-Bit Server VM (17.0.9+9-Debian-1) for linux-amd64 JRE\0') },
]);
const release = (lines: Record<string, string>) =>
  Object.entries(lines)
    .map(([name, value]) => `${name}="${value}"\n`)
    .join('');

test.each([
  [
    { JAVA_VERSION: '17.0.9', JAVA_RUNTIME_VERSION: '17.0.9+9', IMPLEMENTOR: 'Eclipse Adoptium' },
    'oracle/openjdk@17.0.9%2B9',
    '17.0.9:*',
  ],
  [{ JAVA_VERSION: '1.8.0_392' }, 'oracle/openjdk@1.8.0_392', '1.8.0:update392'],
  [{ JAVA_VERSION: '21.0.1', IMPLEMENTOR: 'Azul Systems, Inc.' }, 'azul/zulu@21.0.1', '21.0.1:*'],
  [{ JAVA_VERSION: '21.0.1', IMPLEMENTOR: 'Oracle Corporation' }, 'oracle/jdk@21.0.1', '21.0.1:*'],
])('%j', (lines, purl, cpe) => {
  const { packages } = catalogFiles(javaRuntime, { 'opt/java/release': release(lines) });
  expect(packages.map((one) => one.purl)).toEqual([`pkg:generic/${purl}`]);
  expect(packages[0]?.cpes?.[0]).toContain(`:${cpe}:`);
});

test('the virtual machine tells it where no release file does', () => {
  const at = (path: string, rest = {}) =>
    catalogFiles(javaRuntime, { [path]: machine, ...rest }).packages.map(({ purl, locations }) => [
      purl,
      locations?.[0]?.path,
    ]);
  expect(at('opt/java/lib/server/libjvm.so')).toEqual([
    ['pkg:generic/oracle/openjdk@17.0.9%2B9-Debian-1', 'opt/java/lib/server/libjvm.so'],
  ]);
  expect(at('opt/java/lib/server/libjvm.so', { 'opt/java/release': 'JAVA_VERSION="17.0.9"\n' })).toEqual([
    ['pkg:generic/oracle/openjdk@17.0.9', 'opt/java/release'],
  ]);
});

test('other files of that name tell of nothing', () => {
  expect(catalogFiles(javaRuntime, { 'etc/release': 'NAME="x"\nJAVA_VERSION="no"\n' }).packages).toEqual([]);
});
