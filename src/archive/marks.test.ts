import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { HighWaterMarks } from './marks.ts';
import { parseSources } from './sources.ts';

async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'temper-'));
  onTestFinished(async () => await rm(folder, { recursive: true }));
  return folder;
}

const archive = (line: string, keys?: string[]) => {
  const [source] = parseSources([line]);
  if (source === undefined) throw new Error('no source');
  return { source, keys };
};
const trixie = archive('deb debian: trixie main');

test('remembers the newest date of each archive and suite, in any order', async () => {
  const marks = new HighWaterMarks(await scratch());
  expect(await marks.newest(trixie)).toBeUndefined();
  for (const date of [100, 300, 200]) await marks.record(trixie, date);
  expect(await marks.newest(trixie)).toBe(300);
  for (const other of ['debian: bookworm', 'debian-security: trixie', 'http://debian.example trixie']) {
    expect(await marks.newest(archive(`deb ${other} main`))).toBeUndefined();
  }
});

test('does not mix up archives whose keys a definition brings', async () => {
  const marks = new HighWaterMarks(await scratch());
  await marks.record(archive('deb debian: trixie main', ['AA']), 999);
  expect(await marks.newest(trixie)).toBeUndefined();
  expect(await marks.newest(archive('deb debian: trixie main', ['BB']))).toBeUndefined();
});

test('is never lowered by processes that write at the same time', async () => {
  const folder = await scratch();
  const dates = Array.from({ length: 30 }, (_, i) => (i * 7) % 30);
  await Promise.all(dates.map(async (date) => await new HighWaterMarks(folder).record(trixie, date)));
  expect(await new HighWaterMarks(folder).newest(trixie)).toBe(29);
});

test('keeps one file per suite and passes over what is not its own', async () => {
  const folder = await scratch();
  const marks = new HighWaterMarks(folder);
  await marks.record(trixie, 5);
  await marks.record(trixie, 6);
  await writeFile(join(folder, 'debian/trixie/.6.json.partial'), '');
  await writeFile(join(folder, 'debian/trixie/notes.txt'), '');
  expect(await marks.newest(trixie)).toBe(6);
  expect((await readdir(join(folder, 'debian/trixie'))).filter((name) => /^\d/.test(name))).toEqual(['6.json']);
});
