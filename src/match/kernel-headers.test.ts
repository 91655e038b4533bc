import { expect, test } from 'vitest';
import { isKernelHeaders } from './kernel-headers.ts';

const of = (kind: string, name: string, source?: string): boolean =>
  isKernelHeaders({ kind, name, source: source === undefined ? undefined : { name: source, version: '1' } });

test.each([
  ['deb', 'linux-libc-dev', 'linux'],
  ['deb', 'linux-libc-dev', undefined],
  ['deb', 'linux-libc-dev-arm64-cross', 'linux'],
  ['deb', 'linux-headers-6.1.0-18-amd64', 'linux'],
  ['deb', 'linux-headers-6.1.0-18-common', 'linux'],
  ['deb', 'linux-headers-amd64', 'linux-signed-amd64'],
  ['deb', 'linux-hwe-6.5-headers-6.5.0-14', 'linux-hwe-6.5'],
  ['deb', 'linux-headers-6.8.0-31-generic', ''],
  ['rpm', 'kernel-headers', 'kernel'],
  ['rpm', 'kernel-headers', undefined],
  ['rpm', 'kernel-cross-headers', 'kernel'],
  ['rpm', 'kernel-uek-headers', 'kernel-uek'],
])('%s %s of %s has headers alone', (kind, name, source) => {
  expect(of(kind, name, source)).toBe(true);
});

test.each([
  ['deb', 'linux-image-6.1.0-18-amd64', 'linux'],
  ['deb', 'linux-kbuild-6.1', 'linux'],
  ['deb', 'linux-perf', 'linux'],
  ['deb', 'linux-source-6.1', 'linux'],
  // By name alone nothing tells that it is of another source.
  ['deb', 'linux-libc-dev', 'mine'],
  ['deb', 'linux-libc-dev-x', 'linux'],
  ['deb', 'linuxheaders-x', 'linux'],
  ['deb', 'kernel-headers', 'kernel'],
  ['rpm', 'kernel', 'kernel'],
  ['rpm', 'kernel-devel', 'kernel'],
  ['rpm', 'kernel-headers', 'mine'],
  ['rpm', 'linux-libc-dev', 'linux'],
  ['apk', 'linux-headers', 'linux-headers'],
  ['npm', 'linux-headers', undefined],
  ['constructor', 'linux-headers', undefined],
])('%s %s of %s is more, or something else', (kind, name, source) => {
  expect(of(kind, name, source)).toBe(false);
});

test('a name longer than a file’s is not of headers', () => {
  expect(of('deb', `linux-headers-${'a'.repeat(255 - 'linux-headers-'.length)}`)).toBe(true);
  expect(of('deb', `linux-headers-${'a'.repeat(256 - 'linux-headers-'.length)}`)).toBe(false);
});
