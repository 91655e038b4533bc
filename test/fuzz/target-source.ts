// Archives of images as files: damaged, or with documents that are broken and digests that are right.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogers } from '../../src/catalog/all.ts';
import { CatalogerIndex } from '../../src/catalog/catalog.ts';
import { analyseLayer } from '../../src/catalog/layer.ts';
import { decompressStream } from '../../src/lib/decompress.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { openSources } from '../../src/source/open.ts';
import { fakeArchiveImage, type FakeEntry, fakeTar, hybridEntries, oldDockerEntries } from '../fakes/image-archive.ts';
import { broken } from './mutate.ts';
import { brokenCompressed } from './mutate-compressed.ts';
import { brokenTar } from './mutate-tar.ts';
import type { Random } from './random.ts';
import type { Seeds } from './seeds.ts';
import type { Target } from './targets.ts';

const LIMIT = 32 << 20;

export function sourceTarget({ archives }: Seeds): Target {
  const index = new CatalogerIndex(catalogers);
  const folder = mkdtempSync(join(tmpdir(), 'temper-fuzz-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return {
    name: 'source',
    weight: 6,
    make(random) {
      const archive = random.once(2) ? rebuilt(random) : brokenTar(random.pick(archives), random, archives);
      return { bytes: random.once(20) ? brokenCompressed(archive, random) : archive };
    },
    async run({ bytes }) {
      const file = join(folder, 'archive.tar');
      writeFileSync(file, bytes);
      await using scope = new AsyncDisposableStack();
      const spool = { reset: () => undefined, write: () => undefined, read: () => Buffer.alloc(0) };
      for (const source of await openSources(file, { scope, temporary: folder })) {
        if (source.kind !== 'image') continue;
        for (const layer of source.layers) {
          const content = () => decompressStream(layer.stream(), LIMIT, 'The layer');
          await analyseLayer(content, { index, digests: false, spool });
        }
      }
    },
  };
}

/** An archive with one of its documents or layers broken; what names it by its digest names what it is now. */
function rebuilt(random: Random): Buffer {
  const image = fakeArchiveImage(['one', 'two']);
  const entries = [...(random.once(3) ? oldDockerEntries(image) : hybridEntries(image))];
  const at = random.below(entries.length);
  const { path, content = '' } = entries[at] as FakeEntry;
  const old = Buffer.from(content);
  const bytes = broken(old, random);
  entries[at] = { ...(entries[at] as FakeEntry), content: bytes };
  return fakeTar(random.once(3) ? entries : renamed(entries, path, old, bytes));
}

function renamed(entries: readonly FakeEntry[], path: string, old: Buffer, now: Buffer): readonly FakeEntry[] {
  const [before, after] = [digestOf(old).slice(7), digestOf(now).slice(7)];
  if (!path.includes(before)) return entries;
  let out = entries;
  for (const entry of entries) {
    const text = Buffer.from(entry.content ?? '').toString('latin1');
    if (entry.path === path || !text.includes(before)) continue;
    const pattern = new RegExp(`("digest":"sha256:${before}","size":)\\d+`, 'g');
    const changed = text.replace(pattern, `$1${now.length}`).replaceAll(before, after);
    out = out.map((one) => (one.path === entry.path ? { ...one, content: Buffer.from(changed, 'latin1') } : one));
    out = renamed(out, entry.path, Buffer.from(text, 'latin1'), Buffer.from(changed, 'latin1'));
  }
  return out.map((one) => (one.path === path ? { ...one, path: path.replace(before, after) } : one));
}
