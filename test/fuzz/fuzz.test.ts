import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

function fuzz(...args: string[]): { status: number | null; out: string } {
  const { status, stdout } = spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    encoding: 'utf8',
  });
  return { status, out: stdout };
}

test('no reader crashes, hangs or leaves the root for three thousand broken inputs', () => {
  const { status, out } = fuzz('all', '3000');
  expect(out.trimEnd().split('\n').at(-1)).toBe('fuzz: 3000 inputs, 0 failures');
  expect(status).toBe(0);
});

test.each([
  ['crash', '300', 'Cannot read properties of undefined'],
  ['hang', '300', 'It was not done after'],
  ['escape', '300', 'a path is outside the root: "a/../../b"'],
  ['pollution', '300', 'Object.prototype has planted'],
  ['memory', '5000', 'ERR_WORKER_OUT_OF_MEMORY'],
])('finds a planted %s within %s ms, and says how to see it again', (bug, budget, problem) => {
  const { status, out } = fuzz(`planted-${bug}`, '40', '--seed', '7', '--budget', budget);
  expect(out).toContain(problem);
  expect(out).toMatch(/fuzz: 40 inputs, [1-9]\d* failures\n$/);
  expect(status).toBe(1);
  const again = /--only (\d+)/.exec(out)?.[1] ?? '';
  expect(fuzz(`planted-${bug}`, '--seed', '7', '--budget', budget, '--only', again).out).toContain(
    'fuzz: 1 inputs, 1 failures',
  );
});
