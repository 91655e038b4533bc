// The first thing that runs: what needs nothing is answered before anything is loaded.
import module from 'node:module';
import { useLittleMemory } from '../io/memory.ts';
import { tool } from '../lib/tool.ts';

module.enableCompileCache?.();

/** Commands that read whole images and run beside others. */
const LEAN: ReadonlySet<string> = new Set(['sbom']);

const [, , only, ...more] = process.argv;
if ((only === '--version' || only === '-V') && more.length === 0) process.stdout.write(`${tool.version}\n`);
else {
  if (LEAN.has(only ?? '')) useLittleMemory();
  await import('./main.ts');
}
