// `temper scan` by the command line: one scan, every format, each where it was asked for.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scanFormats } from '../../src/report/scan-formats.ts';
import { zipOf } from '../fakes/zip.ts';
import { appImage, saveDocker, saveLayout } from './sbom-images.ts';
import { faultOf, User } from './temper.ts';

const PAD = 'pkg:npm/left-pad@1.3.0';

let user: User;
let app: string;
beforeAll(async () => {
  user = await User.create();
  app = user.path('app.tar');
  await saveLayout(app, { 'linux/amd64': appImage(), 'linux/arm64': appImage({ platform: 'linux/arm64' }) });
  await saveDocker(user.path('docker.tar'), appImage());
  const record = {
    schema_version: '1.7.0',
    id: 'GHSA-aaaa-bbbb-cccc',
    modified: '2026-08-16T00:00:00Z',
    published: '2026-08-01T00:00:00Z',
    aliases: ['CVE-2026-10000'],
    summary: 'Pads <b>too</b> much',
    database_specific: { severity: 'CRITICAL' },
    affected: [
      {
        package: { ecosystem: 'npm', name: 'left-pad' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.3.1' }] }],
      },
    ],
  };
  await mkdir(user.path('osv/npm'), { recursive: true });
  const zip = zipOf([{ name: `${record.id}.json`, content: JSON.stringify(record) }]);
  await writeFile(user.path('osv/npm/all.zip'), zip);
  await user.temper(['db', 'build', '--from', 'osv:osv', '--output', 'x.db']);
});
afterAll(async () => {
  await user[Symbol.asyncDispose]();
});

const scan = async (...args: string[]) => await user.temper(['scan', ...args, '--db', 'x.db', '--offline']);

test('one scan gives every format, for every platform', async () => {
  const names = scanFormats.map(({ name }) => name);
  const outputs = names.flatMap((name) => ['--output', `${name}=out/{platform}.${name}`]);
  await mkdir(user.path('out'));
  expect(await scan(`oci-archive:${app}`, '--platform', 'all', ...outputs)).toMatchObject({ status: 0, stdout: '' });
  const files = await readdir(user.path('out'));
  expect(files.sort()).toEqual(
    ['linux-amd64', 'linux-arm64'].flatMap((platform) => names.map((name) => `${platform}.${name}`)).sort(),
  );
  const texts = await Promise.all(
    names.map(async (name) => [name, await readFile(join(user.path('out'), `linux-amd64.${name}`), 'utf8')] as const),
  );
  for (const [name, text] of texts) expect([name, text.includes('CVE-2026-10000')]).toEqual([name, true]);
  const json = texts.filter(([name]) => !['table', 'markdown', 'html'].includes(name));
  for (const [, text] of json) expect(() => JSON.parse(text) as unknown).not.toThrow();
});

test('a result is an SBOM where its format is one', async () => {
  await scan(`docker-archive:${user.path('docker.tar')}`, '--output', 'cyclonedx-json=app.cdx.json');
  const again = await scan('sbom:app.cdx.json', '--format', 'json');
  expect(again.json()).toMatchObject({ findings: [{ id: 'CVE-2026-10000', package: { purl: PAD } }] });
  const purls = await user.temper(['sbom', 'sbom:app.cdx.json', '--format', 'purls']);
  expect(purls.stdout.split('\n')).toContain(PAD);
});

test('statements are about the manifest, and of what has none there are none', async () => {
  const made = await scan(`oci-archive:${app}`, '--platform', 'linux/amd64', '--format', 'in-toto-vulns');
  expect(made.json()).toMatchObject({
    subject: [{ digest: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string } }],
    predicate: { scanner: { result: [{ id: 'CVE-2026-10000' }] } },
  });
  const none = await scan('sbom:app.cdx.json', '--format', 'in-toto-vulns');
  expect([none.status, faultOf(none).code]).toEqual([2, 'scan/no-digest']);
});

test('the same scan at the same time gives the same bytes', async () => {
  const env = { SOURCE_DATE_EPOCH: '1790000000' };
  for (const { name } of scanFormats) {
    const args = [
      'scan',
      `oci-archive:${app}`,
      '--platform',
      'linux/amd64',
      '--db',
      'x.db',
      '--offline',
      '--format',
      name,
    ];
    const [a, b] = [await user.temper(args, { env }), await user.temper(args, { env })];
    expect([name, a.status, a.stdout === b.stdout]).toEqual([name, 0, true]);
  }
});
