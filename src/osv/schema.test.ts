import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { faultOr } from '../../test/fakes/broken.ts';
import { isOsvId, parseOsv } from './schema.ts';

const minimal = { id: 'GHSA-xvch-5gv4-984h', modified: '2024-01-02T03:04:05Z' };
const parsed = (record: unknown): ReturnType<typeof parseOsv> => parseOsv(JSON.stringify(record));

test('an id is enough', () => {
  expect(parsed({ id: 'X-1' })).toMatchObject({
    id: 'X-1',
    modified: undefined,
    withdrawn: undefined,
    aliases: [],
    summary: '',
    affected: [],
    severity: [],
    references: [],
  });
});

test('null is the same as nothing', () => {
  const none = {
    aliases: null,
    affected: null,
    withdrawn: null,
    summary: null,
    severity: null,
    database_specific: null,
  };
  expect(parsed({ ...minimal, ...none })).toMatchObject({
    aliases: [],
    affected: [],
    withdrawn: undefined,
    severity: [],
  });
});

test('reads times as seconds', () => {
  const record = parsed({ ...minimal, published: '2021-03-08T16:06:50.5Z', withdrawn: '2022-01-01T00:00:00Z' });
  expect([record.modified, record.published, record.withdrawn]).toEqual([1704164645, 1615219610, 1640995200]);
});

test('a withdrawal whose time cannot be told is one', () => {
  expect(parsed({ ...minimal, withdrawn: 'yesterday' }).withdrawn).toBe(0);
});

test('reads packages, and passes over what names none', () => {
  const { affected } = parsed({
    ...minimal,
    affected: [
      { ranges: [{ type: 'GIT', repo: 'https://example.org', events: [{ introduced: '0' }] }] },
      {
        package: { ecosystem: 'npm', name: 'x', purl: 'pkg:npm/x' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.0.0' }] }],
        versions: ['0.9.0'],
        severity: [
          { type: 'CVSS_V3', score: 'CVSS:3.1/AV:N' },
          { type: 3, score: 'CVSS:4.0/AV:N' },
          'x',
          { type: 'X' },
        ],
        unknown: true,
      },
    ],
  });
  expect(affected).toHaveLength(1);
  expect(affected[0]).toMatchObject({
    ecosystem: 'npm',
    name: 'x',
    ranges: [
      {
        type: 'SEMVER',
        events: [
          { kind: 'introduced', version: '0' },
          { kind: 'fixed', version: '1.0.0' },
        ],
      },
    ],
    versions: ['0.9.0'],
    severity: [
      { type: 'CVSS_V3', score: 'CVSS:3.1/AV:N' },
      { type: '', score: 'CVSS:4.0/AV:N' },
    ],
  });
});

test('what only adorns may be of any type', () => {
  const record = parsed({
    ...minimal,
    summary: 7,
    details: ['x'],
    references: [{ url: 'https://example.org' }, { url: 1 }, 'x', null],
    severity: 'HIGH',
    credits: 'nobody',
    database_specific: 'x',
  });
  expect(record).toMatchObject({ summary: '', details: '', references: ['https://example.org'], severity: [] });
});

const npm = { ecosystem: 'npm', name: 'x' };
describe.each<[string, unknown, string]>([
  ['a list', [], 'the record is no object'],
  ['a number', 1, 'the record is no object'],
  ['no id', {}, 'its id is missing or none'],
  ['an id that is a path', { id: '../../etc/passwd' }, 'its id is missing or none'],
  ['an id with a slash', { id: 'a/b' }, 'its id is missing or none'],
  ['an id that is no text', { id: 1 }, 'id of the record is no text'],
  ['aliases that are no list', { ...minimal, aliases: 'CVE-1' }, 'aliases of the record is no list'],
  ['an alias that is no text', { ...minimal, aliases: [1] }, 'an entry of a list is no text'],
  ['affected that is no list', { ...minimal, affected: {} }, 'affected of the record is no list'],
  ['affected with a text in it', { ...minimal, affected: ['x'] }, 'an entry of affected is no object'],
  [
    'a package that is a text',
    { ...minimal, affected: [{ package: 'x' }] },
    'package of an entry of affected is no object',
  ],
  [
    'a package without a name',
    { ...minimal, affected: [{ package: { ecosystem: 'npm' } }] },
    'no ecosystem or no name',
  ],
  [
    'ranges that are no list',
    { ...minimal, affected: [{ package: npm, ranges: {} }] },
    'ranges of an entry of affected is no list',
  ],
  [
    'events that are no list',
    { ...minimal, affected: [{ package: npm, ranges: [{ events: 1 }] }] },
    'events of a range is no list',
  ],
  [
    'an event that is a text',
    { ...minimal, affected: [{ package: npm, ranges: [{ events: ['x'] }] }] },
    'an event is no object',
  ],
  [
    'a version that is a number',
    { ...minimal, affected: [{ package: npm, ranges: [{ events: [{ fixed: 1 }] }] }] },
    'fixed of an event is no text',
  ],
  [
    'a version of a megabyte',
    { ...minimal, affected: [{ package: npm, versions: ['1'.repeat(1 << 20)] }] },
    'longer than 2000 characters',
  ],
  ['a withdrawal that is no text', { ...minimal, withdrawn: true }, 'withdrawn of the record is no text'],
])('%s', (_, record, why) => {
  test('is refused with the reason', () => {
    expect(() => parsed(record)).toThrow(expect.objectContaining({ code: 'osv/malformed' }));
    expect(() => parsed(record)).toThrow(why);
  });
});

test('what is no JSON, or nests too deeply, is refused', () => {
  expect(() => parseOsv('{')).toThrow(expect.objectContaining({ code: 'json/malformed' }));
  expect(() => parseOsv(`{"id":"X-1","x":${'['.repeat(200)}${']'.repeat(200)}}`)).toThrow('nested deeper than 100');
  expect(() => parseOsv(Buffer.from([0x7b, 0xff]))).toThrow(expect.objectContaining({ code: 'json/malformed' }));
});

test('names of prototypes are names like others', () => {
  const text =
    '{"id":"X-1","__proto__":{"withdrawn":"2022-01-01T00:00:00Z","aliases":["CVE-2020-1234"]},"affected":[{"package":{"ecosystem":"npm","name":"__proto__"}}]}';
  const record = parseOsv(text);
  expect([record.withdrawn, record.aliases, record.affected[0]?.name]).toEqual([undefined, [], '__proto__']);
  expect(({} as Record<string, unknown>)['withdrawn']).toBeUndefined();
});

test.each([
  ['GHSA-xvch-5gv4-984h', true],
  ['RHSA-2024:1234', true],
  ['SUSE-SU-2024:0001-1', true],
  ['openSUSE-SU-2024:0001-1', true],
  ['MAL-2024-1', true],
  ['', false],
  ['..', false],
  ['a..b', false],
  ['a b', false],
  ['a/b', false],
  ['a'.repeat(201), false],
])('%j as an id: %s', (id, is) => {
  expect(isOsvId(id)).toBe(is);
});

test('gives a record or a fault, whatever stands in it', () => {
  const names = fc.constantFrom(
    'id',
    'affected',
    'package',
    'ecosystem',
    'name',
    'ranges',
    'events',
    'fixed',
    'versions',
    'severity',
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof({ maxDepth: 6 }, fc.constantFrom('X-1', 'npm', '1.0', 0, null, true), tie('list'), tie('object')),
    list: fc.array(tie('tree'), { maxLength: 3 }),
    object: fc.dictionary(names, tie('tree'), { maxKeys: 5 }),
  }));
  fc.assert(
    fc.property(fc.dictionary(names, tree), (record) => {
      const found = faultOr(() => parsed({ ...record, id: 'X-1' }));
      expect('code' in found ? found.code : found.id).toMatch(/^(?:X-1|osv\/malformed)$/);
    }),
    { numRuns: 3000 },
  );
});
