import { expect, test } from 'vitest';
import type { LocatedFact } from './catalog.ts';
import { readStreams, streamOf, streamOfCpe } from './redhat-stream.ts';
import { distributionFiles, distributionOf } from './system.ts';
import { contentOf } from '../../test/fakes/catalog.ts';

const MANIFEST = 'root/buildinfo/content_manifests/ubi9-container-9.4-1.json';
const sets = (...labels: readonly string[]): string => JSON.stringify({ metadata: {}, content_sets: labels });
const EUS = 'rhel-9-for-x86_64-baseos-eus-rpms';
const MAIN = 'rhel-9-for-x86_64-baseos-rpms';

test.each([
  ['cpe:/o:redhat:rhel_eus:9.4', 'rhel_eus:9.4'],
  ['cpe:/o:redhat:rhel_e4s:9.2::baseos', 'rhel_e4s:9.2'],
  ['cpe:2.3:o:redhat:rhel_els:7:*:*:*:*:*:*:*', 'rhel_els:7'],
  ['cpe:/o:redhat:enterprise_linux:9::baseos', undefined],
  ['cpe:/o:fedoraproject:fedora:42', undefined],
  ['', undefined],
])('the CPE %j names %j', (cpe, stream) => {
  expect(streamOfCpe(cpe)).toBe(stream);
});

test.each([
  [[EUS, 'rhel-9-for-x86_64-appstream-eus-rpms'], ['eus']],
  [['rhel-8-for-aarch64-baseos-aus-rpms__8_DOT_6__aarch64'], ['aus:8.6']],
  [['rhel-7-server-els-rpms'], ['els:7']],
  [
    [EUS, MAIN],
    ['eus', 'main'],
  ],
  [['rhel-9-for-x86_64-baseos-eus-source-rpms', 'ubi-9-baseos-rpms', 'x'.repeat(500)], undefined],
])('content sets %j are of %j', (labels, streams) => {
  expect(readStreams(MANIFEST, sets(...labels))?.streams).toEqual(streams);
});

test('of a subscription only repositories that are enabled count', () => {
  const text = `[${EUS}]\nname = x\nenabled = 1\n\n[${MAIN}]\nenabled = 0\n\n[rhel-9-for-x86_64-appstream-eus-rpms]\nenabled=1\n`;
  expect(readStreams('etc/yum.repos.d/redhat.repo', text)?.streams).toEqual(['eus']);
});

test.each(['', '[', 'null', '{"content_sets":{"__proto__":1}}', '{"content_sets":[1,null,{}]}', '[['.repeat(99_999)])(
  'a broken list of content sets says nothing',
  (text) => {
    expect(readStreams(MANIFEST, text)).toBeUndefined();
  },
);

test('a stream counts where all files agree, with the system’s release where they name none', () => {
  const of = (...lists: readonly string[][]) =>
    streamOf(
      lists.map((streams) => ({ streams })),
      '9.4',
    );
  expect(of(['eus'])).toBe('rhel_eus:9.4');
  expect(of(['eus'], ['eus'])).toBe('rhel_eus:9.4');
  expect(of(['e4s:9.2'])).toBe('rhel_e4s:9.2');
  expect([of(), of(['main']), of(['eus', 'main']), of(['eus'], ['main']), of(['eus'], ['aus'])]).toEqual(
    Array.from({ length: 5 }),
  );
});

test('a system of Red Hat has the stream that its files name, and no other system has', () => {
  const located = (path: string, text: string): LocatedFact => {
    const content = contentOf(Buffer.from(text));
    return {
      path,
      layer: `sha256:${'ab'.repeat(32)}` as const,
      fact: distributionFiles.parse({ path, mode: 0o644, content }),
    };
  };
  const release = (id: string, more = '') => located('etc/os-release', `ID=${id}\nVERSION_ID="9.4"\n${more}`);
  const manifest = located(MANIFEST, sets(EUS));
  expect(distributionOf([release('rhel'), manifest])?.stream).toBe('rhel_eus:9.4');
  expect(distributionOf([release('rhel')])?.stream).toBeUndefined();
  expect(distributionOf([release('rocky'), manifest])?.stream).toBeUndefined();
  const stated = release('rhel', 'CPE_NAME="cpe:/o:redhat:rhel_e4s:9.2::baseos"\n');
  expect(distributionOf([stated, manifest])?.stream).toBe('rhel_e4s:9.2');
});
