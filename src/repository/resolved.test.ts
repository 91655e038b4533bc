import { expect, test } from 'vitest';
import { FakeRegistry } from '../../test/fakes/registry.ts';
import { sampleImage } from '../../test/contracts/sample-image.ts';
import { publishImage } from '../publish/image.ts';
import { openRepository } from './open.ts';
import { Registry } from './registry.ts';
import type { Resolved } from './resolved.ts';

test('a name stands for what it stood for first, as long as the answer lasts', async () => {
  await using fake = await FakeRegistry.start();
  const reference = `${fake.host}/a/b:1`;
  const resolved: Resolved = new Map();
  const open = (answer: Resolved | undefined) => openRepository(reference, { resolved: answer, backoff: 1 }).repository;
  await expect(open(resolved).resolve('1')).rejects.toMatchObject({ code: 'repository/not-found' });
  const first = await publishImage(new Registry(fake.host, 'a/b'), { ...sampleImage('a'), tag: '1' });
  expect(await open(resolved).resolve('1')).toEqual(first);
  const second = await publishImage(new Registry(fake.host, 'a/b'), { ...sampleImage('b'), tag: '1' });
  expect(await open(resolved).resolve('1')).toEqual(first);
  expect(await open(new Map()).resolve('1')).toEqual(second);
  expect(await open(undefined).resolve('1')).toEqual(second);
  expect(await open(resolved).resolve(second.digest)).toEqual(second);
});

test('tags that stand for a relation are read anew: others add to them', async () => {
  await using fake = await FakeRegistry.start();
  const tag = `sha256-${'0'.repeat(64)}.sig`;
  const resolved: Resolved = new Map();
  const { repository } = openRepository(`${fake.host}/a/b`, { resolved });
  const first = await publishImage(repository, { ...sampleImage('a'), tag });
  expect(await repository.resolve(tag)).toEqual(first);
  const second = await publishImage(repository, { ...sampleImage('b'), tag });
  expect(await repository.resolve(tag)).toEqual(second);
});
