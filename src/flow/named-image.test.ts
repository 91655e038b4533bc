import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { namedImage } from './named-image.ts';

test('a folder without its prefix is not asked for on Docker Hub', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'temper-named-'));
  onTestFinished(async () => await rm(folder, { recursive: true }));
  await writeFile(join(folder, 'oci-layout'), '{}');
  await expect(namedImage(folder)).rejects.toMatchObject({ code: 'reference/folder', hint: `Write oci:${folder}.` });
  await expect(namedImage(`oci:${folder}`)).resolves.toMatchObject({ kind: 'layout', path: folder });
});

test('a file is not asked for on Docker Hub', async () => {
  await expect(namedImage('package.json')).rejects.toMatchObject({
    code: 'reference/file',
    hint: expect.stringContaining('--blob'),
  });
  await expect(namedImage('package.json:1')).resolves.toMatchObject({ kind: 'registry', host: 'docker.io' });
});

test('a name that is no layout folder is what it says', async () => {
  await expect(namedImage('no-such-folder/node')).resolves.toMatchObject({ kind: 'registry', host: 'docker.io' });
});
