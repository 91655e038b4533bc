import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { DiskStorage } from '../../src/log/disk.ts';
import { MemoryStorage } from '../../src/log/memory.ts';
import { S3Storage } from '../../src/log/s3/storage.ts';
import { FakeS3 } from '../fakes/s3.ts';
import { logStorageContract } from './log-storage.contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'temper-log-'));
let s3: FakeS3;
beforeAll(async () => {
  s3 = await FakeS3.start();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await s3[Symbol.asyncDispose]();
});

const memories = new Map<number, MemoryStorage>();
logStorageContract('in memory', (place) => {
  const storage = memories.get(place) ?? new MemoryStorage();
  memories.set(place, storage);
  return storage;
});
logStorageContract('in a folder', (place) => new DiskStorage(join(folder, String(place))));
logStorageContract('in object storage', (place) => {
  return new S3Storage(`s3://${s3.bucket}/logs/${place}`, { environment: s3.environment('writer') });
});
logStorageContract('in object storage that lists two keys at a time', (place) => {
  s3.page = 2;
  return new S3Storage(`s3://${s3.bucket}/two/${place}/`, { environment: s3.environment('writer'), page: 2 });
});
