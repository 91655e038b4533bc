import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { DiskStorage } from '../../src/log/disk.ts';
import { MemoryStorage } from '../../src/log/memory.ts';
import { logStorageContract } from './log-storage.contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'temper-log-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const memories = new Map<number, MemoryStorage>();
logStorageContract('in memory', (place) => {
  const storage = memories.get(place) ?? new MemoryStorage();
  memories.set(place, storage);
  return storage;
});
logStorageContract('in a folder', (place) => new DiskStorage(join(folder, String(place))));
