// The first thing that runs: what needs nothing is answered before anything is loaded.
import module from 'node:module';
import { keepNewSpaceSmall, useLittleMemory } from '../io/memory.ts';
import { tool } from '../lib/tool.ts';

/** Commands that read whole images and run beside others; `scan` may have an SBOM to read, where time counts more. */
const FRUGAL: ReadonlyMap<string | undefined, () => void> = new Map([
  ['sbom', useLittleMemory],
  ['scan', keepNewSpaceSmall],
]);

const [, , only, ...more] = process.argv;
if ((only === '--version' || only === '-V') && more.length === 0) process.stdout.write(`${tool.version}\n`);
else {
  FRUGAL.get(only)?.();
  // What was compiled is kept for each set of flags: they are set before.
  module.enableCompileCache?.();
  await import('./main.ts');
}
