// `temper compare` by the command line: what is different, what caused it, and what the exit status says of it.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FakeEntry, fakeImageOf } from '../fakes/image-archive.ts';
import { zipOf } from '../fakes/zip.ts';
import { alpineLayer, npmLayer, saveDocker, saveLayout } from './sbom-images.ts';
import { faultOf, root, type Run, User } from './temper.ts';

interface Shown {
  readonly measures: readonly {
    readonly name: string;
    readonly a?: number;
    readonly b?: number;
    readonly percent?: number;
  }[];
  readonly facts: readonly { readonly name: string; readonly a?: unknown; readonly b?: unknown }[];
  readonly objections: readonly object[];
  readonly configuration?: readonly object[];
  readonly files?: object;
  readonly relationships?: object;
  readonly packages?: Readonly<Record<string, unknown>>;
  readonly vulnerabilities: Readonly<
    Record<string, readonly { readonly cause: string; readonly a?: Found; readonly b?: Found }[]>
  >;
}
interface Found {
  readonly id: string;
}

let user: User;
let valid: (document: unknown) => unknown;
const path = (name: string) => `docker-archive:${user.path(name)}`;

beforeAll(async () => {
  user = await User.create();
  const schema = JSON.parse(await readFile(join(root, 'docs/schemas/compare-1.json'), 'utf8')) as object;
  const ajv = new Ajv({ strict: false });
  addFormats.default(ajv);
  const check = ajv.compile(schema);
  valid = (document) => (check(document) ? [] : check.errors);
  const base = [
    ...alpineLayer('musl 1.2.4-r3', 'busybox 1.36.1-r7 musl'),
    program('bin/sh', 0o755),
    program('bin/su', 0o4755),
  ];
  const old = fakeImageOf([base, npmLayer('left-pad', '1.3.0'), npmLayer('is-odd', '3.0.1')], {
    config: { User: '', Env: ['PATH=/bin', 'SECRET=one'], Cmd: ['sh'] },
  });
  const newer = fakeImageOf(
    [alpineLayer('musl 1.2.4-r3'), npmLayer('left-pad', '1.3.0'), npmLayer('is-odd', '3.0.2')],
    {
      config: { User: '65532', Env: ['PATH=/bin', 'SECRET=two'], Entrypoint: ['/app'] },
    },
  );
  await saveDocker(user.path('old.tar'), old);
  await saveDocker(user.path('new.tar'), newer);
  await saveLayout(user.path('both.tar'), {
    'linux/amd64': old,
    'linux/arm64': fakeImageOf([base], { platform: 'linux/arm64' }),
  });
  // What the first database knows of, the second one knows, too.
  await database('before.db', [record('GHSA-aaaa-aaaa-aaaa', 'is-odd', '3.0.2')]);
  await database('now.db', [
    record('GHSA-aaaa-aaaa-aaaa', 'is-odd', '3.0.2'),
    record('GHSA-bbbb-bbbb-bbbb', 'left-pad', '1.3.1'),
    record('GHSA-cccc-cccc-cccc', 'is-odd', '3.0.3', '3.0.2'),
  ]);
});
afterAll(async () => {
  await user[Symbol.asyncDispose]();
});

function program(name: string, mode: number): FakeEntry {
  return { path: name, content: name, mode };
}

function affected(name: string, introduced: string, fixed: string) {
  return [{ package: { ecosystem: 'npm', name }, ranges: [{ type: 'SEMVER', events: [{ introduced }, { fixed }] }] }];
}

function record(id: string, name: string, fixed: string, introduced = '0') {
  return {
    schema_version: '1.7.0',
    id,
    modified: '2026-08-16T00:00:00Z',
    summary: `about ${id}`,
    database_specific: { severity: 'HIGH' },
    affected: affected(name, introduced, fixed),
  };
}

async function database(name: string, records: readonly { readonly id: string }[]): Promise<void> {
  const folder = user.path(`osv-${name}`);
  await mkdir(join(folder, 'npm'), { recursive: true });
  const entries = records.map((one) => ({ name: `${one.id}.json`, content: JSON.stringify(one) }));
  await writeFile(join(folder, 'npm/all.zip'), zipOf(entries));
  await user.temper(['db', 'build', '--from', `osv:${folder}`, '--output', name]);
}

const compare = async (...args: string[]): Promise<Run> =>
  await user.temper(['compare', ...args, '--db', 'now.db', '--offline', '--quiet']);

async function shown(...args: string[]): Promise<Shown> {
  const run = await compare(...args, '--json');
  expect(run.stderr).toBe('');
  expect(valid(run.json())).toEqual([]);
  return run.json() as Shown;
}

const causes = ({ vulnerabilities }: Shown, list: string) =>
  (vulnerabilities[list] ?? []).map(({ a, b, cause }) => [(b ?? a)?.id, cause]);
const measure = ({ measures }: Shown, name: string) => {
  const found = measures.find((one) => one.name === name);
  return found && [found.a, found.b, found.percent];
};

test('says what is different', async () => {
  const result = await shown(path('old.tar'), path('new.tar'));
  expect(measure(result, 'packages')).toEqual([4, 3, -25]);
  expect(measure(result, 'relationships')).toEqual([1, 0, -100]);
  expect(measure(result, 'setuid')).toEqual([1, 0, -100]);
  expect(measure(result, 'layers')).toEqual([3, 3, 0]);
  expect(result.packages).toMatchObject({
    removed: [{ name: 'busybox' }],
    upgraded: [{ name: 'is-odd', a: { version: '3.0.1' }, b: { version: '3.0.2' } }],
    unchanged: 2,
  });
  expect(result.facts).toContainEqual({ name: 'user', a: 'root', b: '65532' });
  expect(result.facts).toContainEqual({ name: 'shells', a: ['sh'], b: [] });
  expect(result.configuration).toEqual([
    { name: 'user', b: '65532' },
    { name: 'entrypoint', b: ['/app'] },
    { name: 'cmd', a: ['sh'] },
    { name: 'environment', key: 'SECRET', a: 'one', b: 'two' },
  ]);
  expect(causes(result, 'new')).toEqual([['GHSA-cccc-cccc-cccc', 'image']]);
  expect(causes(result, 'gone')).toEqual([['GHSA-aaaa-aaaa-aaaa', 'image']]);
  expect(causes(result, 'unchanged')).toEqual([['GHSA-bbbb-bbbb-bbbb', 'image']]);
});

test('text and Markdown say it, and no values of variables', async () => {
  for (const format of ['text', 'markdown']) {
    const { status, stdout } = await compare(path('old.tar'), path('new.tar'), '--format', format);
    expect([status, stdout.includes('GHSA-cccc-cccc-cccc'), stdout.includes('SECRET')]).toEqual([0, true, true]);
    expect(stdout).not.toContain('two');
  }
  const text = (await compare(path('old.tar'), path('new.tar'))).stdout;
  expect(text).toMatch(/^PACKAGES +4 +3 +−25\.0 %$/m);
  expect(text).toMatch(/^ {2}\/bin\/su: setuid → not there$/m);
});

test('the older database tells what only the data brought', async () => {
  const result = await shown(path('old.tar'), path('new.tar'), '--db-before', 'before.db');
  expect(causes(result, 'new')).toEqual([
    ['GHSA-bbbb-bbbb-bbbb', 'database'],
    ['GHSA-cccc-cccc-cccc', 'image'],
  ]);
  expect(causes(result, 'gone')).toEqual([['GHSA-aaaa-aaaa-aaaa', 'image']]);
  const same = await shown(path('old.tar'), path('old.tar'), '--db-before', 'before.db');
  expect(causes(same, 'new')).toEqual([['GHSA-bbbb-bbbb-bbbb', 'database']]);
});

describe('a saved scan', () => {
  beforeAll(async () => {
    const scan = ['scan', path('old.tar'), '--db', 'before.db', '--offline', '--output', 'old.scan.json'];
    await user.temper(scan);
  });

  test('is a side, and tells no more than it knows', async () => {
    const result = await shown('./old.scan.json', path('new.tar'));
    expect(causes(result, 'new')).toEqual([
      ['GHSA-bbbb-bbbb-bbbb', 'database'],
      ['GHSA-cccc-cccc-cccc', 'image'],
    ]);
    expect(causes(result, 'gone')).toEqual([['GHSA-aaaa-aaaa-aaaa', 'image']]);
    expect(measure(result, 'packages')).toEqual([4, 3, -25]);
    for (const name of ['size', 'files', 'setuid', 'relationships'])
      expect([name, measure(result, name)?.[0]]).toEqual([name, undefined]);
    expect([result.files, result.relationships, result.configuration]).toEqual([undefined, undefined, undefined]);
    const { stdout } = await compare('./old.scan.json', path('new.tar'));
    expect(stdout).toContain('not known of A (saved scan): relationships, size, files, configuration');
  });

  test('has the findings of its own time', async () => {
    const run = await compare('./old.scan.json', path('new.tar'), '--db-before', 'before.db');
    expect([run.status, faultOf(run).code]).toEqual([2, 'option/db-before']);
  });

  test('needs no database with another one', async () => {
    const run = await user.temper(['compare', './old.scan.json', './old.scan.json', '--json', '--db', 'none.db']);
    expect(run.status).toBe(0);
    expect(run.json()).toMatchObject({ vulnerabilities: { new: [], gone: [], changed: [] } });
  });

  test('that is broken is refused', async () => {
    await writeFile(user.path('broken.json'), '{"$schema":"urn:temper:schema:scan:1","findings":[{}]}');
    const run = await compare('./broken.json', path('new.tar'));
    expect([run.status, faultOf(run).code]).toEqual([2, 'scan/malformed']);
  });
});

test('an SBOM beside its image is the same in what it tells, and silent of the rest', async () => {
  await user.temper(['sbom', path('old.tar'), '--output', 'cyclonedx-json=old.cdx.json', '--no-files']);
  const result = await shown('sbom:old.cdx.json', path('old.tar'));
  expect(result.packages).toMatchObject({
    added: [],
    removed: [],
    upgraded: [],
    downgraded: [],
    changed: [],
    unchanged: 4,
  });
  expect([causes(result, 'new'), causes(result, 'gone')]).toEqual([[], []]);
  expect(measure(result, 'size')?.[0]).toBeUndefined();
});

test('an image beside itself differs in nothing, and no reason holds', async () => {
  const reasons = ['--exit-on', 'vulnerability,package', '--fail-on', 'any,high'];
  const run = await compare(path('old.tar'), path('old.tar'), ...reasons, '--json');
  const result = run.json() as Shown;
  expect([run.status, result.objections]).toEqual([0, []]);
  for (const { name, percent } of result.measures) expect([name, percent ?? 0]).toEqual([name, 0]);
  expect([causes(result, 'new'), causes(result, 'gone'), causes(result, 'changed')]).toEqual([[], [], []]);
});

describe('the exit status', () => {
  const status = async (...args: string[]) => (await compare(...args)).status;

  test('is 1 where a reason holds, and 0 where none was named', async () => {
    const sides = [path('old.tar'), path('new.tar')];
    expect(await status(...sides)).toBe(0);
    expect(await status(...sides, '--exit-on', 'vulnerability')).toBe(1);
    expect(await status(...sides, '-x', 'package')).toBe(1);
    expect(await status(...sides, '--exit-on', 'vulnerability', '--severity', 'low')).toBe(0);
    // Both have one that is high.
    expect(await status(...sides, '--exit-on', 'policy', '--fail-on', 'high')).toBe(0);
    expect(await status(...sides, '--fail-on', 'high', '--package', 'left-pad')).toBe(0);
  });

  test('is 1 for a condition that only the newer side meets', async () => {
    await saveDocker(user.path('clean.tar'), fakeImageOf([npmLayer('is-even', '1.0.0')]));
    const run = await compare(path('clean.tar'), path('old.tar'), '--fail-on', 'high', '--json');
    expect([run.status, (run.json() as Shown).objections]).toEqual([
      1,
      [{ reason: 'policy', count: 2, condition: 'high' }],
    ]);
  });

  test('Docker Scout’s order is the other one', async () => {
    const { a, b } = (await compare(path('new.tar'), '--to', path('old.tar'), '--json')).json() as Record<
      string,
      { readonly subject: { readonly name: string } }
    >;
    expect([a?.subject.name, b?.subject.name]).toEqual([path('old.tar'), path('new.tar')]);
  });

  test('is 2 where there is no answer, with the reason', async () => {
    const code = async (...args: string[]) => {
      const run = await compare(...args);
      return [run.status, run.stdout, faultOf(run).code];
    };
    expect(await code(path('old.tar'), path('missing.tar'))).toEqual([2, '', 'file/missing']);
    expect(await code(path('old.tar'))).toEqual([2, '', 'usage/sides']);
    expect(await code(path('old.tar'), path('new.tar'), '--to', path('old.tar'))).toEqual([2, '', 'usage/sides']);
    expect(await code(path('old.tar'), path('new.tar'), '--exit-on', 'sizes')).toEqual([2, '', 'option/exit-on']);
    expect(await code(path('old.tar'), path('new.tar'), '--exit-on', 'policy')).toEqual([2, '', 'compare/no-policy']);
    expect(await code(path('old.tar'), path('new.tar'), '--db-before', 'none.db')).toEqual([2, '', 'db/missing']);
    expect(await code(path('old.tar'), path('new.tar'), '--format', 'pdf')).toEqual([2, '', 'compare/unknown-output']);
    await writeFile(user.path('half.tar'), (await readFile(user.path('new.tar'))).subarray(0, 3000));
    expect((await compare(path('old.tar'), path('half.tar'))).status).toBe(2);
  });
});

test('each platform is compared with itself, and one that is alone is named', async () => {
  const both = `oci-archive:${user.path('both.tar')}`;
  const args = ['compare', both, path('new.tar'), '--platform', 'all', '--db', 'now.db', '--offline'];
  const run = await user.temper([...args, '--output', 'json={platform}.json']);
  expect([run.status, run.stderr.includes('has linux/arm64: it is compared with nothing.')]).toEqual([0, true]);
  const made = JSON.parse(await readFile(user.path('linux-amd64.json'), 'utf8')) as unknown;
  expect(made).toMatchObject({ schemaVersion: 1 });
});

test('the same sides give the same bytes, and only what is different where that is asked', async () => {
  const sides = [path('old.tar'), path('new.tar')];
  const env = { SOURCE_DATE_EPOCH: '1790000000' };
  for (const format of ['text', 'markdown', 'json']) {
    const args = ['compare', ...sides, '--db', 'now.db', '--offline', '--format', format];
    const [one, two] = [await user.temper(args, { env }), await user.temper(args, { env })];
    expect([format, one.stdout === two.stdout]).toEqual([format, true]);
  }
  const { stdout } = await compare(...sides, '--ignore-unchanged');
  expect(stdout).not.toContain('GHSA-bbbb-bbbb-bbbb');
  expect(stdout).not.toContain('LAYERS');
  expect((await shown(...sides, '--ignore-unchanged')).vulnerabilities['unchanged']).toBeUndefined();
});
