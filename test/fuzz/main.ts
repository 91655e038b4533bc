// `npm run fuzz -- [TARGET] [COUNT] [--seed N] [--only INPUT] [--budget MS]`: broken inputs for every reader. The same
// seed gives the same inputs; what failed is told by its number, and kept.
import { parseArgs } from 'node:util';
import { Watch } from './watch.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    budget: { type: 'string', default: '3000' },
  },
});
const [target = 'all', count = '100000'] = positionals;
const only = values.only === undefined ? undefined : Number(values.only);

const watch = new Watch({
  target,
  seed: Number(values.seed),
  from: only ?? 0,
  to: only === undefined ? Number(count) : only + 1,
  budget: Number(values.budget),
});
if (watch.targets.length === 0) {
  console.error(`fuzz: there is no target "${target}"`);
  process.exitCode = 2;
} else {
  console.log(
    `fuzz: seed ${values.seed}, ${watch.targets.length} targets${watch.shared ? '' : ', without the shared archives'}`,
  );
  const failures = await watch.run();
  watch.print();
  console.log(`fuzz: ${watch.inputs} inputs, ${failures} failures`);
  process.exitCode = failures === 0 ? 0 : 1;
}
