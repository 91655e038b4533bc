import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fakeFeedFiles, readFeed } from '../../../test/fakes/feed-files.ts';
import type { FeedRecord, FeedRequest } from '../feed.ts';
import type { Affected } from '../types.ts';
import { debianTracker } from './feed.ts';

const RESOLVED = {
  status: 'resolved',
  repositories: { bookworm: '5.4.1-1', 'bookworm-security': '5.4.1-0.2' },
  fixed_version: '5.4.1-1',
  urgency: 'high',
};

const tracker = (releases: unknown, source = 'xz-utils', id = 'CVE-2024-3094', rest: object = {}) =>
  JSON.stringify({ [source]: { [id]: { description: 'A backdoor.', scope: 'remote', releases, ...rest } } });

async function read(text: string, request: Partial<FeedRequest> = {}, lists: Record<string, string> = {}) {
  return await readFeed(debianTracker, fakeFeedFiles({ json: text, ...lists }, 11), request);
}

const advisories = (records: readonly FeedRecord[]) =>
  records.flatMap((r) => (r.kind === 'advisory' ? r.advisory : []));
const skipped = (records: readonly FeedRecord[]) =>
  records.flatMap((r) => (r.kind === 'skipped' ? [[r.record, r.code, r.reason]] : []));

/** What is said of bookworm. */
async function inBookworm(entry: object, others: object = {}, lists = {}): Promise<Affected | undefined> {
  const records = await read(tracker({ bookworm: entry, ...others }), { ecosystems: ['Debian:12'] }, lists);
  return advisories(records)[0]?.affected[0];
}

describe('the security tracker', () => {
  it('gives each issue of a source package with what it says of each release', async () => {
    const records = await read(
      tracker({ bookworm: RESOLVED, sid: { status: 'open', urgency: 'low' } }, undefined, undefined, {
        debianbug: 1068024,
      }),
    );
    expect(advisories(records)).toEqual([
      expect.objectContaining({
        id: 'CVE-2024-3094',
        feed: 'debian-tracker',
        record: 'json#xz-utils/CVE-2024-3094',
        summary: 'A backdoor.',
        details: 'A backdoor.',
        references: ['https://security-tracker.debian.org/tracker/CVE-2024-3094', 'https://bugs.debian.org/1068024'],
        affected: [
          {
            ecosystem: 'Debian:12',
            name: 'xz-utils',
            status: 'affected',
            ranges: [{ introduced: '0', fixed: '5.4.1-1' }],
            versions: [],
            fix: 'fixed',
            severities: [{ source: 'debian', level: 'high', stated: 'high' }],
          },
          {
            ecosystem: 'Debian:unstable',
            name: 'xz-utils',
            status: 'affected',
            ranges: [{ introduced: '0' }],
            versions: [],
            fix: 'not-fixed',
            severities: [{ source: 'debian', level: 'low', stated: 'low' }],
          },
        ],
      }),
    ]);
    expect(records.slice(-3)).toEqual([
      { kind: 'covers', ecosystem: 'Debian:12', scope: 'all' },
      { kind: 'covers', ecosystem: 'Debian:unstable', scope: 'all' },
      { kind: 'end', mode: 'whole', state: '', modified: undefined },
    ]);
  });

  it('keeps version 0 as a word that the release is not affected', async () => {
    expect(await inBookworm({ status: 'resolved', fixed_version: '0', urgency: 'unimportant' })).toMatchObject({
      status: 'not-affected',
      ranges: [],
      fix: 'unknown',
    });
  });

  it('takes undetermined for under investigation', async () => {
    expect(await inBookworm({ status: 'undetermined' })).toMatchObject({
      status: 'under-investigation',
      fix: 'unknown',
    });
  });

  it.each([
    ['nothing', {}, 'not-fixed'],
    ['no advisory', { nodsa: 'Minor issue', nodsa_reason: '' }, 'deferred'],
    ['no advisory, without a reason', { nodsa: 'Minor issue' }, 'deferred'],
    ['postponed', { nodsa: 'x', nodsa_reason: 'postponed' }, 'deferred'],
    ['ignored', { nodsa: 'x', nodsa_reason: 'ignored' }, 'deferred'],
    ['the next point release', { next_point_update: true }, 'deferred'],
    ['the end of support', { urgency: 'end-of-life' }, 'wont-fix'],
  ])('says of an open issue with %s what will come of it', async (_, members, fix) => {
    expect(await inBookworm({ status: 'open', ...members })).toMatchObject({
      status: 'affected',
      ranges: [{ introduced: '0' }],
      fix,
    });
  });

  it('takes no deferral for true where the release has the version that fixes it', async () => {
    const open = { status: 'open', nodsa: 'Minor issue', nodsa_reason: 'ignored', repositories: { bookworm: '2.0-1' } };
    const sid = (fixed: string) => ({ sid: { status: 'resolved', fixed_version: fixed } });
    expect(await inBookworm(open, sid('1.9-3'))).toMatchObject({ fix: 'fixed', ranges: [{ fixed: '1.9-3' }] });
    expect(await inBookworm(open, sid('2.0-2'))).toMatchObject({ fix: 'deferred', ranges: [{ introduced: '0' }] });
    expect(await inBookworm(open, sid('0'))).toMatchObject({ fix: 'deferred' });
    expect(await inBookworm({ status: 'resolved', fixed_version: '1', nodsa: 'x' })).toMatchObject({ fix: 'fixed' });
  });

  it.each([
    ['high', 'high'],
    ['medium*', 'medium'],
    ['low**', 'low'],
    ['unimportant', 'negligible'],
    ['end-of-life', 'negligible'],
    ['strange', undefined],
  ])('reads the urgency %s', async (stated, level) => {
    const found = await inBookworm({ status: 'open', urgency: stated });
    expect(found?.severities).toEqual([{ source: 'debian', ...(level && { level }), stated }]);
  });

  it('says nothing of a severity that is not assigned yet', async () => {
    expect(await inBookworm({ status: 'open', urgency: 'not yet assigned' })).not.toHaveProperty('severities');
  });

  it('leaves out packages of zlib that minizip’s overflow does not touch', async () => {
    const records = await read(tracker({ bookworm: { status: 'open' } }, 'zlib', 'CVE-2023-45853'));
    expect(advisories(records)[0]?.affected[0]?.only?.notPackages).toContain('zlib1g');
    const others = await read(tracker({ bookworm: { status: 'open' } }, 'zlib', 'CVE-2022-37434'));
    expect(advisories(others)[0]?.affected[0]).not.toHaveProperty('only');
  });

  it('takes the advisory’s id, date and version, the highest first, unless the release is not affected', async () => {
    const lists = {
      'DSA/list': `[28 Mar 2024] DSA-5649-2 xz-utils - regression update\n\t{CVE-2024-3094}\n\t[bookworm] - xz-utils 5.4.1-3\n`,
      'DLA/list': `[27 Mar 2024] DLA-1-1 xz-utils - security update\n\t{CVE-2024-3094}\n\t[bookworm] - xz-utils 5.4.1-2\n`,
    };
    const brought = {
      ranges: [{ introduced: '0', fixed: '5.4.1-3' }],
      fix: 'fixed',
      fixedBy: 'DSA-5649-2',
      fixedAt: Date.UTC(2024, 2, 28) / 1000,
    };
    expect(await inBookworm(RESOLVED, {}, lists)).toMatchObject(brought);
    expect(await inBookworm({ status: 'open', nodsa: 'x' }, {}, lists)).toMatchObject(brought);
    const never = await inBookworm({ status: 'resolved', fixed_version: '0' }, {}, lists);
    expect(never).toMatchObject({ status: 'not-affected' });
  });

  it('gives an advisory that names no vulnerability by its own id', async () => {
    const list = `[28 Mar 2024] DSA-1-1 tzdata - new timezones\n\t[bookworm] - tzdata 2024a-0+deb12u1\n`;
    const records = await read(tracker({ bookworm: RESOLVED }), {}, { 'DSA/list': list });
    expect(advisories(records).at(-1)).toMatchObject({
      id: 'DSA-1-1',
      record: 'DSA/list#DSA-1-1',
      summary: 'tzdata - new timezones',
      published: Date.UTC(2024, 2, 28) / 1000,
      affected: [
        { ecosystem: 'Debian:12', name: 'tzdata', ranges: [{ fixed: '2024a-0+deb12u1' }], fixedBy: 'DSA-1-1' },
      ],
    });
    const others = await read(tracker({ bookworm: RESOLVED }), { ecosystems: ['Debian:13'] }, { 'DSA/list': list });
    expect(advisories(others)).toEqual([]);
  });

  it('reads issues that have no CVE yet', async () => {
    const records = await read(tracker({ bookworm: { status: 'open' } }, 'bash', 'TEMP-0841856-B18BAF'));
    expect(advisories(records)[0]?.id).toBe('TEMP-0841856-B18BAF');
  });

  it('passes over releases that nobody knows, by name', async () => {
    const records = await read(tracker({ bookworm: RESOLVED, zurg: RESOLVED }));
    expect(advisories(records)[0]?.affected.length).toBe(1);
    expect(skipped(records)).toEqual([
      ['json#zurg', 'feed/unknown-release', 'The release zurg is none that is known here.'],
    ]);
  });

  it('passes over broken issues, by name', async () => {
    const issues = {
      'not an id': { releases: {} },
      'CVE-2024-0001': 7,
      'CVE-2024-0002': { releases: [] },
      'CVE-2024-0003': { releases: { bookworm: 'open' } },
      'CVE-2024-0004': { releases: { bookworm: { status: 'odd' } } },
      'CVE-2024-0005': { releases: { bookworm: { status: 'resolved', fixed_version: '<removed>' } } },
      'CVE-2024-0006': { releases: { bookworm: { status: 'resolved' } } },
      'CVE-2024-0007': { releases: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`r${i}`, RESOLVED])) },
      'CVE-2024-0008': {
        description: 7,
        debianbug: 'x',
        releases: { bookworm: { status: 'open', urgency: [], repositories: 1 } },
      },
    };
    const text = `{"../x":{},"b":[],"a":${JSON.stringify(issues)},"__proto__":{"CVE-2024-0001":{"releases":{"__proto__":{"status":"open"}}}}}`;
    const records = await read(text);
    expect(advisories(records).map(({ id }) => id)).toEqual(['CVE-2024-0008']);
    expect(skipped(records).map(([record, , reason]) => `${record}: ${reason}`)).toEqual([
      'json#../x: it is no source package with its issues.',
      'json#b: it is no source package with its issues.',
      'json#a/not an id: its name is none of an issue.',
      'json#a/CVE-2024-0001: it is no object.',
      'json#a/CVE-2024-0002: its "releases" is no object.',
      'json#a/CVE-2024-0003: its release bookworm is no object.',
      'json#a/CVE-2024-0004: its status in Debian:12 is none that is known.',
      'json#a/CVE-2024-0005: it is resolved by no version.',
      'json#a/CVE-2024-0006: it is resolved by no version.',
      'json#a/CVE-2024-0007: it has more than 100 releases.',
      'json#__proto__: it is no source package with its issues.',
    ]);
    expect(Object.prototype).not.toHaveProperty('status');
  });

  it('may be compressed, and does not need to be read again when it is the same', async () => {
    const files = fakeFeedFiles({ 'json.gz': { content: gzipSync(tracker({ bookworm: RESOLVED })), modified: 1000 } });
    const records = await readFeed(debianTracker, files, { ecosystems: ['Debian:12'] });
    expect(advisories(records).length).toBe(1);
    const end = records.at(-1);
    expect(end).toMatchObject({ kind: 'end', mode: 'whole', modified: 1000 });
    const since = end?.kind === 'end' ? end.state : '';
    expect(await readFeed(debianTracker, files, { ecosystems: ['Debian:12'], since })).toEqual([
      { ...end, mode: 'changes' },
    ]);
    expect((await readFeed(debianTracker, files, { since })).at(-1)).toMatchObject({ mode: 'whole' });
    expect(files.held()).toBe(0);
  });

  it.each([
    ['an array', '[{}]', /no object of source packages/],
    ['nothing', '', /cut off/],
    ['an empty object', '{}', /no source package/],
    ['cut off', tracker({ bookworm: RESOLVED }).slice(0, -3), /cut off/],
    ['a page', '<!DOCTYPE html>', /neither an object nor an array/],
    ['nested too deeply', `{"a":${'['.repeat(5000)}`, /nested deeper/],
  ])('refuses a file that is %s', async (_, text, message) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'feed/malformed', message: expect.stringMatching(message) });
  });

  it('refuses a place without it', async () => {
    await expect(readFeed(debianTracker, fakeFeedFiles({}))).rejects.toMatchObject({ code: 'feed/missing' });
  });

  it('refuses a source package without end before it is in memory', async () => {
    function* endless() {
      yield Buffer.from('{"a":{"CVE-2024-0001":"');
      for (let i = 0; i < 1024; i++) yield Buffer.alloc(5 << 20, 'x');
    }
    const files = fakeFeedFiles({ json: { content: endless } });
    await expect(readFeed(debianTracker, files)).rejects.toMatchObject({
      code: 'feed/malformed',
      message: expect.stringMatching(/its member "a" is longer than/),
    });
  });
});
