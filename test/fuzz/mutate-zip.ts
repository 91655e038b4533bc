// Damage to ZIP archives: to what they hold, to what they say of it, and to their bytes.
import { contentOf } from '../fakes/catalog.ts';
import { zipOf, type ZipPart } from '../fakes/zip.ts';
import { readZipEntry, zipEntries } from '../../src/lib/zip.ts';
import { brokenBytes } from './mutate-bytes.ts';
import type { Random } from './random.ts';

const NAMES = ['META-INF/MANIFEST.MF', '../../x', '/x', 'a/'.repeat(30_000), 'x.jar', 'a\0b', ''];
const SIZES = [0, 1, 0x7fffffff, 0xfffffffe, 0xffffffff];
/** Entries that are written again: archives of thousands would take all the time. */
const MOST = 60;
const LIMIT = 4 << 20;

/** @param inner damages what one entry holds */
export function brokenZip(archive: Buffer, random: Random, inner: (bytes: Buffer) => Buffer): Buffer {
  if (random.once(3)) return brokenBytes(archive, random, [archive]);
  const parts = partsOf(archive, random);
  if (parts.length === 0) return brokenBytes(archive, random, [archive]);
  for (let i = 0; i <= random.small(4); i++) {
    const at = random.below(parts.length);
    const part = parts[at] as ZipPart;
    parts[at] = random.once(3) ? lying(part, random) : { ...part, content: inner(Buffer.from(part.content as string)) };
  }
  const shape = random.once(10) ? { count: random.pick(SIZES.slice(0, 2)), wide: random.once(2) } : {};
  return zipOf(random.once(8) ? [...parts, ...parts] : parts, shape);
}

function lying(part: ZipPart, random: Random): ZipPart {
  switch (random.below(5)) {
    case 0:
      return { ...part, size: random.pick(SIZES) };
    case 1:
      return { ...part, compressedSize: random.pick(SIZES) };
    case 2:
      return { ...part, offset: random.pick(SIZES) };
    case 3:
      return { ...part, method: random.pick([0, 1, 8, 9, 99]) };
    default:
      return { ...part, name: random.pick(NAMES) };
  }
}

function partsOf(archive: Buffer, random: Random): ZipPart[] {
  try {
    const content = contentOf(archive);
    const entries = zipEntries(content, (name) => !name.endsWith('.class') && !name.endsWith('/'));
    const from = random.below(Math.max(1, entries.length - MOST));
    return entries
      .slice(from, from + MOST)
      .map((entry) => ({ name: entry.name, content: readZipEntry(content, entry, LIMIT) }));
  } catch {
    return [];
  }
}
