import { cpuTime } from '../../../test/fakes/cpu-time.ts';
import { describe, expect, it } from 'vitest';
import { fakeFeedFiles, readFeed } from '../../../test/fakes/feed-files.ts';
import type { FeedRecord } from '../feed.ts';
import { alpineSecdb } from './feed.ts';

const main = (...packages: readonly unknown[]) =>
  JSON.stringify({
    apkurl: '{{urlprefix}}/{{distroversion}}/{{reponame}}/{{arch}}/{{pkg.name}}-{{pkg.ver}}.apk',
    archs: ['x86_64'],
    reponame: 'main',
    distroversion: 'v3.22',
    packages,
  });
const pkg = (name: string, secfixes: unknown) => ({ pkg: { name, secfixes } });
const busybox = pkg('busybox', {
  '0': ['CVE-2021-42373'],
  '1.35.0-r7': ['ALPINE-13661', 'CVE-2022-28391'],
  '1.36.1-r2': ['CVE-2022-48174'],
});

const advisories = (records: readonly FeedRecord[]) =>
  records.flatMap((r) => (r.kind === 'advisory' ? r.advisory : []));
const skipped = (records: readonly FeedRecord[]) =>
  records.flatMap((r) => (r.kind === 'skipped' ? [[r.record, r.reason]] : []));

describe('a security database of Alpine', () => {
  it('gives each fix of a wanted release with the version that brought it', async () => {
    const files = fakeFeedFiles({ 'v3.22/main.json': main(busybox), 'v3.22/community.json': main() }, 7);
    const records = await readFeed(alpineSecdb, files, { ecosystems: ['Alpine:v3.22'] });
    expect(advisories(records).map(({ id, record, affected }) => ({ id, record, affected }))).toContainEqual({
      id: 'CVE-2022-28391',
      record: 'v3.22/main.json#busybox/CVE-2022-28391',
      affected: [
        {
          ecosystem: 'Alpine:v3.22',
          name: 'busybox',
          status: 'affected',
          ranges: [{ introduced: '0', fixed: '1.35.0-r7' }],
          versions: [],
          fix: 'fixed',
        },
      ],
    });
    expect(advisories(records).map(({ id }) => id)).toContain('ALPINE-13661');
    expect(records).toContainEqual({ kind: 'covers', ecosystem: 'Alpine:v3.22', scope: 'fixed-only' });
    expect(records.at(-1)).toEqual({ kind: 'end', mode: 'whole', state: '', modified: undefined });
    expect(files.held()).toBe(0);
  });

  it('keeps version 0 as a word that the package was never affected', async () => {
    const records = await readFeed(alpineSecdb, fakeFeedFiles({ 'edge/main.json': main(busybox) }), {
      ecosystems: ['Alpine:edge'],
    });
    const never = advisories(records).find(({ id }) => id === 'CVE-2021-42373');
    expect(never?.affected).toMatchObject([{ status: 'not-affected', ranges: [], ecosystem: 'Alpine:edge' }]);
  });

  it('takes several names in one entry for one vulnerability, unless two are CVEs', async () => {
    const xen = pkg('xen', {
      '4.10.1-r1': ['CVE-2018-12891 XSA-264', 'XSA-248'],
      '4.11.0-r0': ['CVE-2018-1 (+ regression fix)', 'CVE-2018-2, CVE-2018-3333 CVE-2018-4444'],
    });
    const records = await readFeed(alpineSecdb, fakeFeedFiles({ 'v3.22/main.json': main(xen) }), {
      ecosystems: ['Alpine:v3.22'],
    });
    expect(advisories(records).map(({ id, aliases }) => [id, ...aliases])).toEqual([
      ['CVE-2018-12891', 'XSA-264'],
      ['XSA-248'],
      ['CVE-2018-3333'],
      ['CVE-2018-4444'],
    ]);
    expect(skipped(records)).toEqual([
      ['v3.22/main.json#xen', '4.11.0-r0: "CVE-2018-1 (+ regression fix)" names no version or no vulnerability.'],
    ]);
  });

  it('gives a vulnerability that two versions fixed once, with both', async () => {
    const twice = pkg('a', { '1.0-r1': ['CVE-2020-0001'], '1.0-r3': ['CVE-2020-0001'], '0': ['CVE-2020-0001'] });
    const records = await readFeed(alpineSecdb, fakeFeedFiles({ 'v3.22/main.json': main(twice) }), {
      ecosystems: ['Alpine:v3.22'],
    });
    expect(advisories(records).map(({ affected }) => affected[0]?.ranges.map(({ fixed }) => fixed))).toEqual([
      ['1.0-r1', '1.0-r3'],
    ]);
  });

  it('reads all releases that there are when none is asked for, and those that come later', async () => {
    const files = fakeFeedFiles({
      'v3.20/main.json': main(busybox),
      'v3.25/main.json': main(busybox),
      'os/security.json': main(pkg('curl', { '8.0-r0': ['GHSA-2222-3333-4444'] })),
    });
    const records = await readFeed(alpineSecdb, files);
    expect(records.flatMap((r) => (r.kind === 'covers' ? r.ecosystem : []))).toEqual([
      'Alpine:v3.20',
      'Alpine:v3.25',
      'Wolfi',
    ]);
    expect(files.opened).not.toContain('v3.27/main.json');
    expect(skipped(records)).toEqual([]);
  });

  it('names a wanted release that it has not', async () => {
    const files = fakeFeedFiles({ 'v3.22/main.json': main(busybox) });
    const records = await readFeed(alpineSecdb, files, { ecosystems: ['Alpine:v3.22', 'Alpine:v3.99', 'npm'] });
    expect(skipped(records)).toEqual([['Alpine:v3.99', 'fake:feed has no v3.99/main.json.']]);
  });

  it('passes over what is no package, by name', async () => {
    const odd = [
      pkg('__proto__', {}),
      pkg('../x', {}),
      pkg('a', 'text'),
      pkg('b', { 'no version': ['CVE-2020-0001'], '1': 'CVE-2020-0001', '2': [null, 'CVE-2026-291i67'] }),
      pkg('c', []),
      7,
    ];
    const records = await readFeed(alpineSecdb, fakeFeedFiles({ 'v3.22/main.json': main(...odd) }), {
      ecosystems: ['Alpine:v3.22'],
    });
    expect(advisories(records)).toEqual([]);
    expect(skipped(records).map(([record]) => record)).toEqual([
      'v3.22/main.json',
      'v3.22/main.json',
      'v3.22/main.json',
      'v3.22/main.json#b',
      'v3.22/main.json#b',
      'v3.22/main.json#b',
      'v3.22/main.json#b',
      'v3.22/main.json',
    ]);
  });

  it.each([
    ['a file that is cut off', main(busybox).slice(0, -20), 'feed/malformed', /v3\.22\/main\.json .*cut off/],
    ['a page of HTML', '<html>', 'feed/malformed', /neither an object nor an array/],
    ['no packages', '{"packages":7}', 'feed/malformed', /no array or object "packages"/],
    ['endless nesting', `{"packages":[${'['.repeat(1000)}`, 'feed/malformed', /nested deeper/],
  ])('refuses %s', async (_, text, code, message) => {
    const read = readFeed(alpineSecdb, fakeFeedFiles({ 'v3.22/main.json': text }), { ecosystems: ['Alpine:v3.22'] });
    await expect(read).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('refuses a place that has none of its files', async () => {
    await expect(readFeed(alpineSecdb, fakeFeedFiles({}))).rejects.toMatchObject({ code: 'feed/missing' });
    await expect(readFeed(alpineSecdb, fakeFeedFiles({}), { ecosystems: ['Wolfi'] })).rejects.toMatchObject({
      code: 'feed/missing',
    });
  });

  it('reads a package of many versions in no time', async () => {
    const many = Object.fromEntries(Array.from({ length: 90_000 }, (_, i) => [`1.${i}`, ['CVE-2020-0001']]));
    const files = fakeFeedFiles({ 'v3.22/main.json': main(pkg('a', many)) });
    const started = cpuTime();
    await readFeed(alpineSecdb, files, { ecosystems: ['Alpine:v3.22'] });
    expect(cpuTime() - started).toBeLessThan(3000);
  });
});
