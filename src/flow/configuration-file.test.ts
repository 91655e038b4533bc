import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { readConfiguration } from './configuration-file.ts';

async function given(text?: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'temper-config-'));
  vi.stubEnv('XDG_CONFIG_HOME', folder);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });
  await mkdir(join(folder, 'temper'));
  if (text !== undefined) await writeFile(join(folder, 'temper', 'config.yaml'), text);
}

const head = 'apiVersion: temper/v1\nkind: Config\n';

test('nothing is said by a file that is not there', async () => {
  await given();
  expect(await readConfiguration()).toBeUndefined();
});

test('names the mirrors', async () => {
  await given(`${head}mirrors:\n  debian: https://mirror.example/debian\n`);
  expect((await readConfiguration())?.mirrors).toEqual({ debian: 'https://mirror.example/debian' });
});

test.each([
  [`${head}mirror: {}\n`, 'unknown field mirror.'],
  [`${head}mirrors: {debain: x}\n`, 'unknown field mirrors.debain.'],
  [`${head}mirrors: [x]\n`, 'mirrors: '],
  ['kind: Config\n', 'apiVersion: '],
  ['a: [\n', 'is not a valid configuration file'],
  ['', 'the file: '],
  [`${head}mirrors: {debian: &a x, debian-security: *a}\n`, 'Alias'],
])('refuses %j', async (text, message) => {
  await given(text);
  await expect(readConfiguration()).rejects.toThrow(
    expect.objectContaining({ code: 'config/invalid', message: expect.stringContaining(message) as string }),
  );
});
