// What a layer's files say, and what their links ask for, is bounded for all layers of an image together.
import { expect, test } from 'vitest';
import { type FakeEntry, fakeTar } from '../../test/fakes/image-archive.ts';
import { LayerBudget } from '../image/merged.ts';
import { limits } from '../lib/limits.ts';
import { CatalogerIndex } from './catalog.ts';
import { imageContent } from './image.ts';
import { analyseLayer } from './layer.ts';
import type { Cataloger } from './types.ts';

function reader(parse: Cataloger<unknown>['parse'], id = 'reader'): Cataloger<unknown> {
  return { id, version: 1, evidence: 'installed', reads: [{ name: id }], limit: 1 << 30, parse, assemble: () => [] };
}

async function analyse(entries: readonly FakeEntry[], cataloger: Cataloger<unknown>, budget = new LayerBudget()) {
  const archive = fakeTar(entries);
  async function* open(): AsyncGenerator<Buffer> {
    yield archive;
  }
  const spool = { reset: () => undefined, write: () => undefined, read: () => Buffer.alloc(0) };
  return await analyseLayer(open, { index: new CatalogerIndex([cataloger]), digests: false, spool, budget });
}

test('facts are bounded by what memory they take, over all layers', async () => {
  const budget = new LayerBudget();
  const large = reader(() => 'x'.repeat(limits.imageFactBytes / 2));
  await analyse([{ path: 'reader' }], large, budget);
  await expect(analyse([{ path: 'reader' }], large, budget)).rejects.toMatchObject({
    code: 'image/too-large',
    message: `The layers of the image together say more than ${limits.imageFactBytes} bytes of packages.`,
  });
});

test('facts, and files that could not be read, are counted', () => {
  const budget = new LayerBudget();
  for (let i = 0; i < limits.imageFacts; i++) budget.fact(1);
  expect(() => budget.fact(1)).toThrow(
    expect.objectContaining({
      code: 'image/too-large',
      message: 'The layers of the image together say more than 1000000 things of packages.',
    }),
  );
});

test('a fact under another name, and a fault, count as much as a fact', async () => {
  const charged: number[] = [];
  const budget = new LayerBudget();
  budget.fact = (bytes) => void charged.push(bytes);
  const links = [1, 2].map((i) => ({ path: `${i}/reader`, kind: 'hardlink', target: 'reader' }) as const);
  const { facts } = await analyse(
    [{ path: 'reader', content: 'x' }, ...links],
    reader(() => 'said'),
    budget,
  );
  expect(facts).toHaveLength(3);
  expect(charged).toHaveLength(3);
  const defect = reader(() => {
    throw new TypeError('a defect');
  });
  const { notRead } = await analyse([{ path: 'reader', content: 'x' }], defect, budget);
  expect(notRead).toHaveLength(1);
  expect(charged).toHaveLength(4);
});

test('a file that many links ask for is not parsed for ever', async () => {
  const budget = new LayerBudget();
  budget.linked(limits.imageLinked - 25_000);
  let parsed = 0;
  const counting = reader(() => ++parsed);
  const links = Array.from({ length: 10 }, (_, i) => ({ path: `${i}/reader`, kind: 'hardlink', target: 'x' }) as const);
  const many = [{ path: 'x', content: Buffer.alloc(10_000) }, ...links];
  await expect(analyse(many, counting, budget)).rejects.toMatchObject({
    code: 'image/too-large',
    message: `The layers of the image together have links to more than ${limits.imageLinked} bytes of files that tell of packages.`,
  });
  expect(parsed).toBe(2);
});

test('others have their turn after each layer and each cataloger, and end it', async () => {
  const catalogers = ['a', 'b', 'c'].map((id) => reader(() => id, id));
  const index = new CatalogerIndex(catalogers);
  const layer = async (name: string) =>
    await analyse(
      [{ path: name }],
      reader(() => name, name),
    );
  const layers = [await layer('a'), await layer('b'), await layer('c')];
  const facts = { platform: undefined, environment: [], baseLayers: undefined, files: false };
  let pauses = 0;
  await imageContent(
    layers,
    index.catalogers,
    () => undefined,
    facts,
    async () => void pauses++,
  );
  expect(pauses).toBe(6);
  const ended = imageContent(
    layers,
    catalogers,
    () => undefined,
    facts,
    async () => {
      if (--pauses === 2) throw new Error('asked to end');
    },
  );
  await expect(ended).rejects.toThrow('asked to end');
});
