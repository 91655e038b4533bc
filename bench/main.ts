// `npm run bench -- NAME`: measurements against the programs that people use today, as ratios within one run.
import { benchAccuracy } from './accuracy.ts';
import { benchBuild } from './build.ts';
import { benchCompare } from './compare.ts';
import { corpusImages } from './corpus.ts';
import { benchDatabase } from './database.ts';
import { benchMatches } from './matches.ts';
import { benchLog } from './log.ts';
import { benchSbom } from './sbom.ts';
import { benchScan } from './scan.ts';
import { benchVerify } from './verify.ts';

const benches: Readonly<Record<string, () => Promise<void>>> = {
  build: benchBuild,
  sbom: benchSbom,
  scan: benchScan,
  verify: benchVerify,
  accuracy: benchAccuracy,
  database: benchDatabase,
  matches: benchMatches,
  log: benchLog,
  compare: benchCompare,
  /** Builds the real software that the others read. */
  corpus: async () => void (await corpusImages(true)),
};

const name = process.argv[2] ?? '';
const bench = benches[name];
if (bench === undefined) {
  console.error(`bench: choose one of ${Object.keys(benches).join(', ')}`);
  process.exitCode = 2;
} else await bench();
