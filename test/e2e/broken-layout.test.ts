// A layout whose index.json or oci-layout is broken gives no answer; no change there gives another image's answer.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyNamed } from '../../src/flow/verification/verify-reference.ts';
import { Fault } from '../../src/lib/faults.ts';
import type { LayoutFiles } from './layout-files.ts';
import { SignedImage, type Verified } from './signed-image.ts';
import { faultOf, type Run } from './temper.ts';

let image: SignedImage;

beforeAll(async () => {
  image = await SignedImage.build();
});

afterAll(async () => {
  await image[Symbol.asyncDispose]();
});

const indexFile = (layout: LayoutFiles): string => join(layout.folder, 'index.json');
const faults: readonly [string, (layout: LayoutFiles) => Promise<void>, string][] = [
  [
    'a truncated index.json',
    async (layout) => {
      const bytes = await readFile(indexFile(layout));
      await writeFile(indexFile(layout), bytes.subarray(0, bytes.length >> 1));
    },
    'layout/broken',
  ],
  ['an empty index.json', async (layout) => await writeFile(indexFile(layout), ''), 'layout/broken'],
  ['an index.json that is no JSON', async (layout) => await writeFile(indexFile(layout), 'hello'), 'layout/broken'],
  ['an index.json of another shape', async (layout) => await layout.writeIndex({ manifests: 'x' }), 'layout/broken'],
  ['an index.json that is a list', async (layout) => await layout.writeIndex([]), 'layout/broken'],
  [
    'an index.json with a digest that is none',
    async (layout) => {
      const text = await readFile(indexFile(layout), 'utf8');
      await writeFile(indexFile(layout), text.replaceAll('sha256:', 'sha256:../'));
    },
    'layout/broken',
  ],
  ['no index.json', async (layout) => await rm(indexFile(layout)), 'layout/broken'],
  ['no oci-layout', async (layout) => await rm(join(layout.folder, 'oci-layout')), 'layout/not-a-layout'],
  [
    'a version that nobody knows',
    async (layout) => await writeFile(join(layout.folder, 'oci-layout'), '{"imageLayoutVersion":"2.0.0"}'),
    'layout/broken',
  ],
  ['nothing at all', async (layout) => await rm(layout.folder, { recursive: true }), 'layout/missing'],
  ['no image', async (layout) => await layout.writeIndex({ schemaVersion: 2, manifests: [] }), 'repository/not-found'],
];

test.each(faults)('%s: there is no answer', async (_, spoil, code) => {
  const layout = await image.copy();
  await spoil(layout);
  const run = await image.verify(layout);
  expect(run).toMatchObject({ status: 2, stdout: '' });
  const fault = faultOf(run);
  expect(fault.code).toBe(code);
  expect(fault.sentence).toContain(layout.folder);
});

test('any changed bytes lead to the same answer, to no, or to none', async () => {
  const layout = await image.copy();
  const whole = await readFile(indexFile(layout));
  const right = (await layout.image()).digest;
  const outcomes = new Set<string>();
  // Small changes make other digits and letters, which leave it a document.
  const by = fc.oneof(fc.constantFrom(1, 2, 3, 4), fc.integer({ min: 1, max: 255 }));
  const change = fc.record({ at: fc.nat(whole.length - 1), by });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
      const bytes = Buffer.from(whole);
      for (const { at, by } of changes) bytes.writeUInt8(bytes.readUInt8(at) ^ by, at);
      await writeFile(indexFile(layout), bytes);
      const outcome = await answer(layout);
      outcomes.add(outcome.split(' ')[0] ?? '');
      return !outcome.startsWith('yes') || outcome === `yes ${right}`;
    }),
    { numRuns: 150, seed: 20_260_301 },
  );
  expect([...outcomes]).toEqual(expect.arrayContaining(['no', 'layout/broken']));
});

/** `yes DIGEST`, `no DIGEST`, or a fault's code; anything else that is thrown passes. */
async function answer(layout: LayoutFiles): Promise<string> {
  const options = { offline: true, insecure: false, signal: new AbortController().signal };
  try {
    const request = { keys: [image.user.publicKey], policy: undefined };
    const { decision, digest } = await verifyNamed(layout.reference, request, options);
    return `${decision.answer} ${digest ?? ''}`;
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
}

test('any changed byte ends with 0, 1 or 2 and never in a crash', async () => {
  const layout = await image.copy();
  const whole = await readFile(indexFile(layout));
  for (let i = 0; i < 12; i++) {
    const bytes = Buffer.from(whole);
    const at = Math.floor((whole.length * (i + 0.5)) / 12);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (i % 8)), at);
    await writeFile(indexFile(layout), bytes);
    expect(said(await image.verify(layout))).toMatch(/^(?:0 yes|1 no|2 (?!internal))/);
  }
});

/** The status and what goes with it: the answer, or the fault's code. */
function said(run: Run): string {
  const what = run.status === 2 ? faultOf(run).code : (run.json() as Verified).decision.answer;
  return `${run.status ?? 'killed'} ${what}`;
}
