// Which packages a base image brings, and which were added to it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fakeImageOf } from '../fakes/image-archive.ts';
import { digestOf } from '../../src/lib/digest.ts';
import {
  alpineLayer,
  appImage,
  appLayers,
  baseLayer,
  npmLayer,
  saveDocker,
  sbomJson,
  sbomText,
} from './sbom-images.ts';
import { faultOf, User } from './temper.ts';

const CHAIN_LABEL = 'com.docker.dhi.chain-id';

let user: User;
beforeAll(async () => {
  user = await User.create();
  await saveDocker(user.path('app.tar'), appImage());
  await saveDocker(user.path('base.tar'), fakeImageOf([baseLayer]));
  await saveDocker(user.path('middle.tar'), fakeImageOf(appLayers.slice(0, 2)));
  await saveDocker(user.path('other.tar'), fakeImageOf([alpineLayer('musl 9.9.9-r9')]));
  await saveDocker(user.path('child.tar'), fakeImageOf([...appLayers, npmLayer('more', '1.0.0')]));
});
afterAll(async () => {
  await user[Symbol.asyncDispose]();
});

/** `NAME ORIGIN` of each package. */
async function origins(...args: string[]): Promise<string[]> {
  const { packages = [] } = await sbomJson(user, args);
  return packages.map(({ name, origin }) => `${name} ${origin ?? 'not known'}`);
}

test.each([
  ['base.tar', ['busybox base', 'musl base', 'is-odd added', 'left-pad added']],
  ['middle.tar', ['busybox base', 'musl base', 'is-odd added', 'left-pad base']],
  ['app.tar', ['busybox base', 'musl base', 'is-odd base', 'left-pad base']],
])('--base %s', async (base, said) => {
  expect(await origins('./app.tar', '--base', `./${base}`)).toEqual(said);
  // What was kept for one base does not do for another.
  expect(await origins('./app.tar')).toEqual(said.map((line) => line.replace(/ \w+$/, ' not known')));
});

test('the table has a column for it, and every document says it', async () => {
  const table = await sbomText(user, ['./app.tar', '--base', './base.tar']);
  expect(table).toMatch(/^PACKAGE +VERSION +TYPE +LICENCE +ORIGIN +LAYER/);
  expect(table).toMatch(/^left-pad +1\.3\.0 +npm +ISC +added /m);
  expect(await sbomText(user, ['./app.tar'])).not.toContain('ORIGIN');
  for (const format of ['spdx-json', 'spdx-json@3.0', 'spdx-tag-value', 'cyclonedx-json', 'cyclonedx-xml']) {
    await sbomText(user, ['./app.tar', '--base', './base.tar', '--output', `${format}=in.${format}`]);
    const said = ['busybox base', 'musl base', 'is-odd added', 'left-pad added'];
    expect([format, await origins(`sbom:in.${format}`)]).toEqual([format, said]);
  }
});

test.each(['other.tar', 'child.tar'])('%s is not what it was made from, which is said', async (base) => {
  const run = await user.temper(['sbom', './app.tar', '--base', `./${base}`, '--json']);
  expect(run).toMatchObject({ status: 2, stdout: '' });
  expect(faultOf(run)).toMatchObject({ code: 'base/other', sentence: expect.stringContaining(base) as string });
});

test("the label of Docker's hardened images says how many layers are the base's", async () => {
  const { diffIds } = appImage();
  const [first = '', second = ''] = diffIds;
  const labelled = async (chain: string): Promise<string[]> => {
    await saveDocker(user.path('labelled.tar'), appImage({ labels: { [CHAIN_LABEL]: chain } }));
    return await origins('./labelled.tar');
  };
  expect(await labelled(first)).toEqual(['busybox base', 'musl base', 'is-odd added', 'left-pad added']);
  expect(await labelled(digestOf(`${first} ${second}`))).toContain('left-pad base');
  expect(await labelled(second)).toContain('busybox not known');
  expect(await labelled('nonsense')).toContain('busybox not known');
});

test('what the user names counts more than the label', async () => {
  await saveDocker(user.path('labelled.tar'), appImage({ labels: { [CHAIN_LABEL]: appImage().diffIds[0] ?? '' } }));
  expect(await origins('./labelled.tar', '--base', './middle.tar')).toContain('left-pad base');
});
