// The first thing that runs: what needs nothing is answered before anything is loaded.
import module from 'node:module';
import { tool } from '../lib/tool.ts';

module.enableCompileCache?.();

const [, , only, ...more] = process.argv;
if ((only === '--version' || only === '-V') && more.length === 0) process.stdout.write(`${tool.version}\n`);
else await import('./main.ts');
