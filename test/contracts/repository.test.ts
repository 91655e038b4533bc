import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { Layout } from '../../src/repository/layout.ts';
import { Registry } from '../../src/repository/registry.ts';
import { FakeRegistry, type FakeRegistryOptions } from '../fakes/registry.ts';
import { repositoryContract, type Subject } from './repository.contract.ts';

async function layout(): Promise<Subject> {
  const folder = await mkdtemp(join(tmpdir(), 'temper-layout-'));
  return {
    repository: new Layout(folder),
    again: () => new Layout(folder),
    alter: async (digest, bytes) => await writeFile(join(folder, 'blobs', digest.replace(':', '/')), bytes),
    [Symbol.asyncDispose]: async () => await rm(folder, { recursive: true }),
  };
}

async function registry(options: FakeRegistryOptions): Promise<Subject> {
  const fake = await FakeRegistry.start(options);
  const sizes = { whole: 1000, chunk: 4000 };
  const again = (): Registry => new Registry(fake.host, 'a/b', { backoff: 1, sizes });
  return {
    repository: again(),
    again,
    alter: async (digest, bytes) => {
      fake.lies.set(digest, bytes);
      await Promise.resolve();
    },
    [Symbol.asyncDispose]: async () => await fake[Symbol.asyncDispose](),
  };
}

describe('a layout folder', () => {
  repositoryContract(layout);
});

describe('a registry', () => {
  repositoryContract(async () => await registry({ page: 1, filters: true }));
});

describe('a registry without the referrers API', () => {
  repositoryContract(async () => await registry({ referrers: false }));
});
