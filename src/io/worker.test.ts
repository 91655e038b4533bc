import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { Fault } from '../lib/faults.ts';
import { Worker } from './worker.ts';

const entry = new URL('../../test/fakes/worker.ts', import.meta.url);
const faults = {
  late: (limit: number) => new Fault('fake/late', `late after ${limit}`, ''),
  ended: (how: string) => new Fault('fake/ended', how, ''),
};
const LONG = 20_000;

describe('a worker', () => {
  let worker: Worker;
  afterEach(async () => await worker.close());

  test('answers questions that queue, bytes as bytes, with values and faults', async () => {
    worker = await Worker.start(entry, faults);
    const value = { bytes: Uint8Array.of(1, 2, 255), nothing: undefined };
    const answers = await Promise.allSettled([
      worker.ask({ ask: 'echo', value }, LONG),
      worker.ask({ ask: 'refuse' }, LONG),
      worker.ask({ ask: 'fail' }, LONG),
      worker.ask({ ask: 'echo', value: 4 }, LONG),
    ]);
    expect(answers).toMatchObject([
      { value },
      { reason: { code: 'fake/refused', message: 'It is refused.', hint: 'Ask otherwise.' } },
      { reason: { message: 'a defect' } },
      { value: 4 },
    ]);
  });

  test('that hangs is late, and ended: nobody hangs with it', async () => {
    worker = await Worker.start(entry, faults);
    await worker.ask({ ask: 'echo' }, LONG);
    await expect(worker.ask({ ask: 'hang' }, 200)).rejects.toMatchObject({ code: 'fake/late' });
    await expect(worker.ask({ ask: 'echo' }, LONG)).rejects.toMatchObject({ code: 'fake/ended' });
  });

  test.each([
    ['end', 'status 7'],
    ['crash', 'SIGSEGV'],
  ])('that ends by itself says how: %s', async (ask, how) => {
    worker = await Worker.start(entry, faults);
    await expect(worker.ask({ ask }, LONG)).rejects.toMatchObject({ code: 'fake/ended', message: how });
    await expect(worker.ask({ ask: 'echo' }, LONG)).rejects.toMatchObject({ code: 'fake/ended', message: how });
  });

  test('does not keep the program that asks nothing of it any more', async () => {
    worker = await Worker.start(entry, faults);
    const program = `
      import { Worker } from ${JSON.stringify(new URL('./worker.ts', import.meta.url).href)};
      const worker = await Worker.start(new URL(${JSON.stringify(entry.href)}), {});
      console.log(await worker.ask({ ask: 'echo', value: 'answered' }, ${LONG}));`;
    const ran = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { timeout: LONG });
    expect([ran.status, ran.stdout.toString()]).toEqual([0, 'answered\n']);
  });
});
