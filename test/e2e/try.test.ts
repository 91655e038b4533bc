import { test } from 'vitest';
import { startDistribution, writeDefinition } from './distribution.ts';
import { User } from './temper.ts';
test('x', async () => {
  await using archive = await startDistribution();
  await using user = await User.create();
  await writeDefinition(user.folder, archive);
  const t = performance.now();
  const run = await user.temper(['build', 'tiny.yaml', '--output', 'oci:out']);
  console.log(run.status, run.stdout, run.stderr, performance.now() - t);
  const v = await user.temper(['verify', 'oci:out']);
  console.log(v.status, v.stdout, v.stderr, performance.now() - t);
});
