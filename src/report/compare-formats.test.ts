import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { deb, pkg } from '../../test/fakes/packages.ts';
import { findingIn, HOSTILE, NOW } from '../../test/fakes/scan-report.ts';
import { file, plain, side } from '../../test/fakes/sides.ts';
import { compare } from '../compare/compare.ts';
import type { Side } from '../compare/types.ts';
import type { CompareReport } from '../flow/compare/compare.ts';
import { type CompareFormat, compareFormats, compareRenderer, type CompareRenderOptions } from './compare-formats.ts';

const options: CompareRenderOptions = {
  tool: { name: 'temper', version: '0.1.0' },
  all: false,
  ignoreUnchanged: false,
  files: true,
};

function reportOf(a: Side, b: Side, more: Partial<CompareReport> = {}): CompareReport {
  const source = { feed: 'osv', title: HOSTILE, digest: 'sha256:00', current: NOW - 7200 };
  return {
    platform: 'linux/amd64',
    comparison: compare(a, b, { kind: 'again', findings: [] }, {}),
    sources: { a: [source], b: [{ ...source, current: undefined }] },
    now: NOW,
    policy: { a: 'passed', b: 'not-asked' },
    leftOut: { a: 0, b: 0 },
    objections: [{ reason: 'policy', count: 2, condition: 'high' }],
    ...more,
  };
}

const render = async (format: CompareFormat, report: CompareReport, more: Partial<CompareRenderOptions> = {}) =>
  [...(await compareRenderer(format))(report, { ...options, ...more })].join('');

const odd = pkg('pkg:generic/odd@1', { name: HOSTILE, version: HOSTILE });
const hostile = reportOf(
  side([deb('a', '1')], [findingIn(deb('a', '1'), `X-${HOSTILE}`)], {
    files: [file(HOSTILE, { mode: 0o6755 })],
    configuration: { ...plain, user: HOSTILE, labels: new Map([[HOSTILE, HOSTILE]]), entrypoint: [HOSTILE] },
  }),
  side([odd], [findingIn(odd, `Y-${HOSTILE}`, { summary: HOSTILE, aliases: [HOSTILE] })], {
    files: [file('\xff\xfe')],
  }),
);

const numbers = Array.from({ length: 2000 }, (_, i) => i);
const many = reportOf(
  side([]),
  side(
    numbers.map((i) => pkg(`pkg:kind${i}/p${i}@1`)),
    numbers.map((i) => findingIn(pkg(`pkg:npm/p${i}@1`), `CVE-2026-${i}`)),
  ),
);

const silent = { related: false, files: undefined, layers: undefined, configuration: undefined } as const;
const unknown = reportOf(
  side([], [], {
    ...silent,
    kind: 'scan',
    packages: undefined,
    packageCount: 7,
    findings: { findings: [], covered: 0, notCovered: 7 },
  }),
  side([deb('a', '1')], [], { ...silent, kind: 'sbom' }),
  { sources: { a: [], b: [] }, policy: undefined, objections: [] },
);

test('JSON holds its schema, whatever is in it', async () => {
  const schema = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../docs/schemas/compare-1.json'), 'utf8'),
  ) as object;
  const ajv = new Ajv({ strict: false });
  addFormats.default(ajv);
  const valid = ajv.compile(schema);
  for (const report of [hostile, many, unknown]) {
    valid(JSON.parse(await render('json', report)));
    expect(valid.errors).toBeNull();
  }
  expect(valid({ $schema: 'urn:temper:schema:compare:1' })).toBe(false);
});

describe('what images, feeds and documents say', () => {
  test('does not reach the terminal as more than text', async () => {
    expect(await render('text', hostile, { all: true })).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  test('is no markup, mention or address in Markdown', async () => {
    const text = await render('markdown', hostile);
    expect(text).not.toMatch(/<script|@everyone|javascript:|\u202e/);
    expect(text).toContain('X-');
  });
});

describe('long lists', () => {
  test('are bounded in text, and say what is left out', async () => {
    const text = await render('text', many);
    expect(text).toContain('… and 1980 more: --all lists them');
    expect((await render('text', many, { all: true })).split('\n').length).toBeGreaterThan(6000);
  });

  test('fit into a comment', async () => {
    const text = await render('markdown', many);
    expect(text.length).toBeLessThanOrEqual(65_536);
    expect(text).toMatch(/\d+ more are left out/);
  });
});

test('what is not known is said to be so, and is no number', async () => {
  const text = await render('text', unknown);
  expect(text).toMatch(/^PACKAGES +7 +1 +−85\.7 %$/m);
  expect(text).toMatch(/^VULNERABILITIES +not known +0$/m);
  expect(text).toContain(
    'not known of A (saved scan): which packages, relationships, vulnerabilities (no package is covered), size, files, configuration',
  );
  const document = JSON.parse(await render('json', unknown)) as { measures: { name: string }[] };
  expect(document.measures.find(({ name }) => name === 'vulnerabilities')).toEqual({
    name: 'vulnerabilities',
    unit: 'count',
    b: 0,
  });
  expect(document).not.toHaveProperty('files');
  expect(document).not.toHaveProperty('packages');
});

test('every format gives the same for the same, and ends its line', async () => {
  for (const { name } of compareFormats) {
    const text = await render(name, hostile);
    expect([name, text.endsWith('\n'), text === (await render(name, hostile))]).toEqual([name, true, true]);
  }
});
