// The first thing that runs: what needs nothing is answered before anything is loaded.
import module from 'node:module';
import { expectShortRun, useLittleMemory } from '../io/memory.ts';
import { tool } from '../lib/tool.ts';

/** Commands that read whole images and run beside others; `scan` may have no more to read than an SBOM. */
const TRADES: ReadonlyMap<string | undefined, () => void> = new Map([
  ['sbom', useLittleMemory],
  ['scan', expectShortRun],
]);

const [, , only, ...more] = process.argv;
if ((only === '--version' || only === '-V') && more.length === 0) process.stdout.write(`${tool.version}\n`);
else {
  TRADES.get(only)?.();
  // What was compiled is kept for each set of flags: they are set before.
  module.enableCompileCache?.();
  await import('./main.ts');
}
