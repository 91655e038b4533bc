import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeDeb } from '../../../test/fakes/deb.ts';
import { readDeb } from '../../deb/deb-file.ts';
import { BlobFolder } from '../../io/blobs.ts';
import { digestOf } from '../../lib/digest.ts';
import { OpenedPackages } from './opened-packages.ts';

const deb = await makeDeb({ name: 'a', version: '1', architecture: 'all', files: { 'usr/share/a': 'content' } });
const digest = digestOf(deb);
const wanted = { name: 'a', digest, size: deb.length };

let folder = '';
let blobs = new BlobFolder('');
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-opened-'));
  vi.stubEnv('XDG_STATE_HOME', join(folder, 'state'));
  blobs = new BlobFolder(join(folder, 'packages'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const fetch = async () => await blobs.write(digest, deb.length, [deb]);

async function content(packages: OpenedPackages): Promise<string | undefined> {
  const opened = await packages.open(wanted);
  const { items } = readDeb(opened, 'a', () => opened.release());
  return items.find(({ entry }) => entry.path === 'usr/share/a')?.content.toString();
}

test('what is kept decompressed is the same package, without its .deb', async () => {
  await fetch();
  const keeping = new OpenedPackages(blobs, folder, fetch);
  keeping.expect([wanted], true);
  expect(await content(keeping)).toBe('content');
  await rm(blobs.path(digest));
  const never = async () => await Promise.reject(new Error('fetched'));
  expect(await content(new OpenedPackages(blobs, folder, never))).toBe('content');
});

test('a stored package that was altered is fetched again', async () => {
  await fetch();
  await writeFile(blobs.path(digest), Buffer.alloc(deb.length));
  expect(await content(new OpenedPackages(blobs, folder, fetch))).toBe('content');
});

test('nothing is begun after the build was stopped', async () => {
  await fetch();
  const packages = new OpenedPackages(blobs, folder, fetch, AbortSignal.abort(new Error('stopped')));
  packages.expect([wanted], false);
  await expect(content(packages)).rejects.toThrow('stopped');
});

test('one that stays altered is a fault', async () => {
  const nothing = async () => await Promise.resolve();
  await expect(content(new OpenedPackages(blobs, folder, nothing))).rejects.toMatchObject({
    code: 'store/altered',
  });
});
