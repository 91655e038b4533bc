import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addVerify } from './verify.ts';

const run = async (...args: string[]) => {
  const temper = new Command('temper').exitOverride();
  addVerify(temper);
  await temper.parseAsync(['verify', ...args], { from: 'user' });
};
const summary = ['--vsa', 'f', '--sign-key', 'k'];

test.each([
  [['a', ...summary, '--signatures-only'], 'neither --signatures-only nor --platform'],
  [['a', ...summary, '--platform', 'linux/amd64'], 'neither --signatures-only nor --platform'],
  [['a', '--attest-vsa', '--sign-key', 'k', '--platform', 'linux/amd64'], 'neither --signatures-only nor --platform'],
  [['a', '--vsa', 'f'], 'needs an image, and --sign-key'],
  [['--blob', 'f', '--bundle', 'b', '--key', 'k', '--threshold', '2'], 'no --threshold'],
  [['a', '--bundle', 'f'], '--bundle is of a file that --blob names'],
  [['a', '--certificate-identity', 'x'], 'An identity is one of'],
])('%j is refused before anything is read', async (args, why) => {
  await expect(run(...args)).rejects.toMatchObject({
    code: 'usage/verify',
    message: expect.stringContaining(why) as unknown,
  });
});
