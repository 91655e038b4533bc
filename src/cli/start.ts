// The first thing that runs: what needs nothing is answered before anything is loaded.
import module from 'node:module';
import { expectShortRun, useLittleMemory } from '../io/memory.ts';
import { tool } from '../lib/tool.ts';

/** An SBOM is named, by its kind or by what such files are called. */
const SBOM = /^sbom:|\.(?:json|xml|spdx)$/;

/** Commands that read whole images, and run beside others. What was compiled is read again with the same flags only: they are set once. */
function trade(command: string | undefined, named: string): void {
  if (command === 'scan' && SBOM.test(named)) expectShortRun();
  else if (command === 'sbom' || command === 'scan') useLittleMemory();
}

const [, , only, ...more] = process.argv;
if ((only === '--version' || only === '-V') && more.length === 0) process.stdout.write(`${tool.version}\n`);
else {
  trade(only, more[0] ?? '');
  // What was compiled is kept for each set of flags: they are set before.
  module.enableCompileCache?.();
  await import('./main.ts');
}
