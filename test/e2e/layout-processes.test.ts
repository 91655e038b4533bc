import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { digestOf, hexOf, parseDigest } from '../../src/lib/digest.ts';
import { contentsOf, parseDocument } from '../../src/oci/documents.ts';
import { publishImage } from '../../src/publish/image.ts';
import { Layout } from '../../src/repository/layout.ts';
import { sampleImage } from '../contracts/sample-image.ts';

/** An index, two manifests, two configs, a layer, three referrers, their config and their bundle. */
const PARTS = 11;

async function temporary(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'temper-processes-'));
  onTestFinished(async () => await rm(path, { recursive: true }));
  return path;
}

function writer(folder: string, tag: string, count: number): ChildProcess {
  const program = join(import.meta.dirname, 'layout-writer.ts');
  return spawn(process.execPath, [program, folder, tag, String(count)], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function ended(child: ChildProcess): Promise<number | null> {
  return await new Promise((resolve) => child.on('exit', resolve));
}

/** Reads everything that a tag leads to, verified; returns the digests. */
async function walk(layout: Layout, reference: string): Promise<Set<string>> {
  const found = new Set<string>();
  const open = [await layout.resolve(reference)];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    found.add(next.digest);
    const document = parseDocument(await layout.manifest(next), next.mediaType);
    for (const blob of contentsOf(document).blobs) {
      await layout.blob(blob, 1 << 20);
      found.add(blob.digest);
    }
    open.push(...contentsOf(document).manifests, ...(await layout.referrers(next.digest)));
  }
  return found;
}

test('several processes that write at once lose nothing and leave nothing behind', async () => {
  const folder = join(await temporary(), 'layout');
  const tags = ['a', 'b', 'c', 'd'];
  const children = tags.map((tag) => writer(folder, tag, 5));
  expect(await Promise.all(children.map(ended))).toEqual([0, 0, 0, 0]);
  const layout = new Layout(folder);
  expect(await layout.tags()).toEqual(tags);
  const reached = new Set<string>();
  for (const tag of tags) for (const digest of await walk(layout, tag)) reached.add(digest);
  const held = (await readdir(join(folder, 'blobs', 'sha256'))).map((hex) => `sha256:${hex}`);
  expect(new Set(held)).toEqual(reached);
  expect((await readdir(folder)).sort()).toEqual(['blobs', 'index.json', 'oci-layout']);
});

test('a process that is killed leaves the old image or the new one, whole, and the next one goes on', async () => {
  const folder = join(await temporary(), 'layout');
  await publishImage(new Layout(folder), { ...sampleImage('first'), tag: 'kept' });
  await publishImage(new Layout(folder), { ...sampleImage('first'), tag: 'moving' });
  for (let round = 0; round < 8; round++) {
    const child = writer(folder, 'moving', 1000);
    // Killed once it writes, at a moment that nobody chose.
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    await new Promise((resolve) => setTimeout(resolve, round * 7));
    child.kill('SIGKILL');
    await ended(child);
    const layout = new Layout(folder);
    expect((await walk(layout, 'moving')).size).toBe(PARTS);
    expect((await walk(layout, 'kept')).size).toBe(PARTS);
  }
  const last = sampleImage('last');
  const published = await publishImage(new Layout(folder), { ...last, tag: 'moving' });
  expect(await new Layout(folder).resolve('moving')).toEqual(published);
  expect(hexOf(parseDigest(published.digest))).toBe(hexOf(digestOf(last.manifests.at(-1)?.bytes ?? '')));
  expect(await readdir(folder)).not.toContain('.temper.lock');
});
