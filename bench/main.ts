// `npm run bench -- NAME`: measurements against the programs that people use today, as ratios within one run.
import { benchBuild } from './build.ts';

const benches: Readonly<Record<string, () => Promise<void>>> = { build: benchBuild };

const name = process.argv[2] ?? '';
const bench = benches[name];
if (bench === undefined) {
  console.error(`bench: choose one of ${Object.keys(benches).join(', ')}`);
  process.exitCode = 2;
} else await bench();
