import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sourceOf } from './definition-source.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'temper-source-'));
  git('init', '--quiet', '--initial-branch=main', home);
  writeFileSync(join(home, 'a.yaml'), 'a');
  git('add', 'a.yaml');
  git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', '--message=a');
  // What git thinks of the file's time is out of date: it must look at the content.
  utimesSync(join(home, 'a.yaml'), 1, 1);
});
afterEach(() => rmSync(home, { recursive: true }));

function git(...args: string[]): void {
  const { status, stderr } = spawnSync('git', ['-C', home, ...args], { encoding: 'utf8' });
  expect({ status, stderr }).toMatchObject({ status: 0 });
}

test('says whether the working tree is as its commit has it', async () => {
  expect(await sourceOf(join(home, 'a.yaml'), {})).toMatchObject({
    ref: 'refs/heads/main',
    path: 'a.yaml',
    clean: true,
  });
  writeFileSync(join(home, 'b.yaml'), 'b');
  expect(await sourceOf(join(home, 'a.yaml'), {})).toMatchObject({ clean: false });
});

test.each(['clean', 'process'])("does not run the repository's own %s filter", async (driver) => {
  writeFileSync(join(home, '.git', 'info', 'attributes'), '* filter=own');
  git('config', `filter.own.${driver}`, `touch ${join(home, '.git', 'ran')}; cat`);
  expect(await sourceOf(join(home, 'a.yaml'), {})).toMatchObject({ clean: undefined });
  expect(existsSync(join(home, '.git', 'ran'))).toBe(false);
});

test("does not run the repository's own file system monitor", async () => {
  git('config', 'core.fsmonitor', `touch ${join(home, '.git', 'ran')}; true`);
  expect(await sourceOf(join(home, 'a.yaml'), {})).toMatchObject({ clean: true });
  expect(existsSync(join(home, '.git', 'ran'))).toBe(false);
});
