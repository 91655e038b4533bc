// Matches synthetic packages against a database, in a process that has done nothing else: `node matching.ts DATABASE PACKAGES`.
import { openDatabase } from '../src/flow/database/vulnerability-database.ts';
import { match } from '../src/match/match.ts';
import { syntheticBom } from './scan-sizes.ts';

const [, , path = '', packages = ''] = process.argv;
const bom = syntheticBom(10_000, Number(packages));
using database = await openDatabase({ db: path, cache: '' });
const times: number[] = [];
for (let i = 0; i < 5; i++) {
  const start = performance.now();
  match(bom, database.index);
  times.push(performance.now() - start);
}
console.log(JSON.stringify(times));
