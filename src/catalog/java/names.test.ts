import { expect, test } from 'vitest';
import { fileIdentity, isArchiveName } from './file-name.ts';
import { readManifest } from './manifest.ts';
import { readPomProperties } from './properties.ts';

test.each([
  ['log4j-core-2.17.1.jar', 'log4j-core', '2.17.1'],
  ['log4j-1.2-api-2.17.1.jar', 'log4j-1.2-api', '2.17.1'],
  ['guava-33.3.1-jre.jar', 'guava', '33.3.1-jre'],
  ['hibernate-core-6.5.3.Final.jar', 'hibernate-core', '6.5.3.Final'],
  ['netty-transport-native-epoll-4.1.114.Final-linux-x86_64.jar', 'netty-transport-native-epoll', '4.1.114.Final'],
  ['kafka_2.13-3.7.1.jar', 'kafka_2.13', '3.7.1'],
  ['zstd-jni-1.5.6-3.jar', 'zstd-jni', '1.5.6-3'],
  ['app-1.0-SNAPSHOT.jar', 'app', '1.0-SNAPSHOT'],
  ['bcprov-jdk18on-1.78.1.jar', 'bcprov-jdk18on', '1.78.1'],
  ['WEB-INF/lib/a-1.jar', 'a', '1'],
  ['app.jar', 'app', ''],
])('%s', (name, artifact, version) => {
  expect(fileIdentity(name)).toEqual({ artifact, version });
});

test.each([
  ['a.jar', true],
  ['a/b.WAR', true],
  ['a.jar/', false],
  ['a.jar.sha1', false],
  ['jar', false],
])('%s is an archive: %s', (name, expected) => {
  expect(isArchiveName(name)).toBe(expected);
});

test('a manifest: the main section, its lines put together, the first of a name', () => {
  const text =
    'Manifest-Version: 1.0\r\nBundle-SymbolicName: com.ex\r\n ample\r\nBundle-Version: 1\r\nBundle-Version: 2\r\n\r\nName: x\r\nMain-Class: y\r\n';
  const expected = { 'Bundle-SymbolicName': 'com.example', 'Bundle-Version': '1' };
  for (const end of ['\r\n', '\n', '\r'])
    expect(readManifest(Buffer.from(text.replaceAll('\r\n', end)))).toEqual(expected);
  expect(readManifest(Buffer.from(': x\n__proto__: y\nBundle-Name\n'))).toEqual({});
});

test('pom.properties: all three coordinates or none', () => {
  const of = (text: string) => readPomProperties(Buffer.from(text));
  expect(of('#x\nversion=1.0\ngroupId = a.b\r\nartifactId: c\n')).toEqual({
    groupId: 'a.b',
    artifactId: 'c',
    version: '1.0',
  });
  expect(of('version=1.0\ngroupId=a.b\n')).toBeUndefined();
  expect(of('version=${v}\ngroupId=a\nartifactId=b\n')).toBeUndefined();
});
