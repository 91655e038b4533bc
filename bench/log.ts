// The embedded log: appended entries per second, and the time to prove an entry in a log of ten million.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { signerOf } from '../src/keys/private.ts';
import { DiskStorage } from '../src/log/disk.ts';
import { Log } from '../src/log/log.ts';
import { LogReader } from '../src/log/reader.ts';
import { S3Storage } from '../src/log/s3/storage.ts';
import { LogKey } from '../src/log/signing.ts';
import type { LogStorage } from '../src/log/storage.ts';
import { rootOf } from '../src/tlog/edge.ts';
import { completeRoot, HASH_SIZE } from '../src/tlog/hashes.ts';
import { formatNote } from '../src/tlog/note.ts';
import { TILE_SIZE, TILE_WIDTH, tilePath } from '../src/tlog/tiles.ts';
import { ObjectStorage } from '../test/interop/object-storage.ts';
import { peer } from '../test/interop/peers.ts';

const SIZE = 10_000_000;
const ENTRY = 700; // What a hashedrekord entry with a key takes.
const PROOFS = 2000;
const signer = signerOf(generateKeyPairSync('ed25519').privateKey, 'the log');
const origin = 'log.example';

export async function benchLog(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'temper-bench-log-'));
  try {
    await appending('in a folder', new DiskStorage(join(folder, 'small')));
    await appendingToObjects();
    await proving(join(folder, 'large'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** In real object storage on this machine, where it is installed. */
async function appendingToObjects(): Promise<void> {
  const program = peer('versitygw');
  if (program === undefined) return;
  await using objects = await ObjectStorage.start(program);
  const { environment } = objects;
  await appending('in object storage', new S3Storage(`s3://${objects.bucket}/log`, { environment }));
}

async function appending(where: string, storage: LogStorage): Promise<void> {
  const log = await Log.open(storage, { origin, signer });
  for (const [callers, rounds] of [
    [1, 40],
    [100, 20],
    [2000, 5],
  ] as const) {
    const start = performance.now();
    for (let round = 0; round < rounds; round++) {
      await Promise.all(Array.from({ length: callers }, async () => await log.append([randomBytes(ENTRY)])));
    }
    const time = (performance.now() - start) / 1000;
    const each = ((time / rounds) * 1000).toFixed(1);
    console.log(
      `append ${where}, ${callers} callers at once: ${Math.round((callers * rounds) / time)} entries/s, ${each} ms until all know`,
    );
  }
}

async function proving(folder: string): Promise<void> {
  const start = performance.now();
  await build(folder);
  console.log(`a log of ${SIZE} hashes is written in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  const checkpoint = await new LogReader(new DiskStorage(folder)).checkpoint();
  const fresh = await times(async (index) => {
    await new LogReader(new DiskStorage(folder)).inclusion(index, checkpoint);
  });
  console.log(`inclusion proof, each with a new reader: ${fresh}`);
  const reader = new LogReader(new DiskStorage(folder));
  console.log(
    `inclusion proof, one reader: ${await times(async (index) => void (await reader.inclusion(index, checkpoint)))}`,
  );
}

async function times(work: (index: number) => Promise<void>): Promise<string> {
  const all: number[] = [];
  for (let i = 0; i < PROOFS; i++) {
    const index = Math.floor(Math.random() * SIZE);
    const start = performance.now();
    await work(index);
    all.push(performance.now() - start);
  }
  all.sort((a, b) => a - b);
  const at = (share: number) => (all[Math.min(all.length - 1, Math.floor(all.length * share))] ?? 0).toFixed(2);
  return `median ${at(0.5)} ms, 99 % under ${at(0.99)} ms, slowest ${at(1)} ms`;
}

/** Different tiles of leaves; the others repeat them, which spares ten million hashes. */
const DIFFERENT = 64;

/** Tiles alone, over leaves that nobody appended: an inclusion proof needs no entries. */
async function build(folder: string): Promise<void> {
  const leaves = Array.from({ length: DIFFERENT }, () => randomBytes(TILE_SIZE));
  const roots = leaves.map((tile) => completeRoot(tile));
  const put = (path: string, bytes: Uint8Array | string): void => {
    const place = join(folder, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, bytes);
  };
  const edge: Buffer[] = [];
  let row: Buffer = Buffer.alloc(0);
  for (let level = 0, count = SIZE; count > 0; level++) {
    const full = Math.floor(count / TILE_WIDTH);
    const above = Buffer.alloc(full * HASH_SIZE);
    for (let index = 0; index <= full; index++) {
      const width = index < full ? TILE_WIDTH : count % TILE_WIDTH;
      if (width === 0) break;
      const tile = level === 0 ? (leaves[index % DIFFERENT] ?? row) : row.subarray(index * TILE_SIZE);
      const bytes = tile.subarray(0, width * HASH_SIZE);
      put(tilePath({ level, index, width }), bytes);
      if (width === TILE_WIDTH)
        above.set((level === 0 ? roots[index % DIFFERENT] : undefined) ?? completeRoot(bytes), index * HASH_SIZE);
      else edge[level] = bytes;
    }
    edge[level] ??= Buffer.alloc(0);
    [row, count] = [above, full];
  }
  const checkpoint = await new LogKey(origin, signer).sign({ size: SIZE, root: rootOf({ size: SIZE, tiles: edge }) });
  put('checkpoint', formatNote(checkpoint.note));
}
