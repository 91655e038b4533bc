import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseListFile, parseSourcesFile } from '../deb/sources-list.ts';
import { readHostSources } from './host.ts';
import { Mirrors } from './mirrors.ts';

const PARAGRAPHS = `Types: deb deb-src
# a comment
URIs: http://one.example/debian/
Suites: bookworm bookworm-updates
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 x

Types: deb
URIs: http://one.example/debian-security
Suites: bookworm-security
Components: main
`;

const mirrors = (environment = {}, configured = {}, text = '') =>
  new Mirrors({ environment, configured, host: async () => parseSourcesFile(text) });

test('asks the environment, then the configuration file, then the host', async () => {
  const environment = { TEMPER_DEBIAN_MIRROR: 'http://env.example/debian/' };
  const configured = { 'debian:': 'https://file.example/debian' };
  expect(await mirrors(environment, configured, PARAGRAPHS).address('debian:')).toBe('http://env.example/debian');
  expect(await mirrors({}, configured, PARAGRAPHS).address('debian:')).toBe('https://file.example/debian');
  expect(await mirrors({}, {}, PARAGRAPHS).address('debian:')).toBe('http://one.example/debian');
  expect(await mirrors(environment, {}, PARAGRAPHS).address('debian-security:')).toBe(
    'http://one.example/debian-security',
  );
});

test('takes an address for what it is', async () => {
  expect(await mirrors().address('https://example.org/x')).toBe('https://example.org/x');
});

test('says what to set when nobody knows', async () => {
  await expect(mirrors().address('debian-security:')).rejects.toMatchObject({
    code: 'archive/no-mirror',
    hint: expect.stringContaining('TEMPER_DEBIAN_SECURITY_MIRROR'),
  });
});

test.each(['file:///srv', 'example.org', 'http://', 'https://u:s3cret@h/x?y', 'http://h/a b'])(
  'refuses %s without repeating it',
  async (address) => {
    const found = mirrors({ TEMPER_DEBIAN_MIRROR: address }).address('debian:');
    await expect(found).rejects.toMatchObject({ code: 'archive/mirror-malformed' });
    await expect(found).rejects.not.toThrow('s3cret');
  },
);

test('does not take other vendors’ repositories for Debian’s', async () => {
  const list = `
deb https://vendor.example/debian trixie stable
deb https://node.example/node_20.x nodistro main
deb http://archive.example/ubuntu noble main
deb-src http://src.example/debian trixie main
deb cdrom:[x]/ trixie main
deb https://other.example/apt trixie main # before Debian's own
deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://real.example/debian trixie main
deb http://sec.example/debian-security trixie-security main contrib
`;
  const it = new Mirrors({ environment: {}, host: async () => parseListFile(list) });
  expect(await it.address('debian:')).toBe('http://real.example/debian');
  expect(await it.address('debian-security:')).toBe('http://sec.example/debian-security');
});

test('passes over disabled paragraphs and files that cannot be read', () => {
  expect(parseSourcesFile(`Enabled: no\n${PARAGRAPHS}`)).toHaveLength(1);
  expect(parseSourcesFile('nonsense')).toEqual([]);
  expect(parseListFile('nonsense\ndeb\ndeb [ x y\n')).toEqual([]);
});

test('reads both kinds of files of the host, in order', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'temper-'));
  onTestFinished(async () => await rm(folder, { recursive: true }));
  await mkdir(join(folder, 'sources.list.d'));
  await writeFile(join(folder, 'sources.list'), 'deb http://a.example/debian trixie main\n');
  await writeFile(join(folder, 'sources.list.d/b.list'), 'deb http://b.example/debian trixie main\n');
  await writeFile(join(folder, 'sources.list.d/c.sources'), PARAGRAPHS);
  await writeFile(join(folder, 'sources.list.d/d.save'), 'deb http://d.example/debian trixie main\n');
  expect((await readHostSources(folder)).map((entry) => entry.uri)).toEqual([
    'http://a.example/debian',
    'http://b.example/debian',
    'http://one.example/debian/',
    'http://one.example/debian-security',
  ]);
  expect(await readHostSources(join(folder, 'missing'))).toEqual([]);
});
