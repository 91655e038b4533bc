import { expect, test } from 'vitest';
import { debianArchive } from './feed.ts';
import type { ChangelogFiles, SourceChangelog } from './supply.ts';

test('leaves out the binary packages that a vulnerability of their source does not touch', async () => {
  const fix = { version: '1:1.3.dfsg-2', date: undefined, item: 'Backport a patch' };
  const changelog: SourceChangelog = {
    ecosystem: 'Debian:13',
    source: 'zlib',
    version: '1:1.3.dfsg+really1.3.1-1',
    file: 'zlib1g.deb',
    fixes: [
      { ...fix, id: 'CVE-2023-45853' },
      { ...fix, id: 'CVE-2022-37434' },
    ],
    missing: undefined,
  };
  const notPackages = expect.arrayContaining(['zlib1g', 'zlib1g-dev']) as unknown;
  expect(await onlyOf(changelog)).toEqual([{ notPackages }, undefined]);
});

async function onlyOf(changelog: SourceChangelog): Promise<unknown[]> {
  const read = async function* () {
    yield await Promise.resolve(changelog);
  };
  const archive = { state: '', modified: undefined, ecosystems: ['Debian:13'], missing: [], read };
  const open = async () => await Promise.resolve(archive);
  const files: ChangelogFiles = {
    base: 'archive',
    open: async () => await Promise.resolve(undefined),
    changelogs: { open },
  };
  const found: unknown[] = [];
  for await (const record of debianArchive.read(files, { ecosystems: ['Debian:13'], now: 0, since: undefined }))
    if (record.kind === 'advisory') found.push(...record.advisory.affected.map(({ only }) => only));
  return found;
}
