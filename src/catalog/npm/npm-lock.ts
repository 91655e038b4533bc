// The lock files of npm, yarn, pnpm and bun: what a project would install.
import { baseOf, pathText } from '../../lib/bytes.ts';
import { Fault } from '../../lib/faults.ts';
import { type LockFact, lockedPackages } from '../locked.ts';
import type { CatalogFile, Cataloger } from '../types.ts';
import { readBunLock } from './bun-lock.ts';
import { readPackageLock } from './package-lock.ts';
import { readPnpmLock } from './pnpm-lock.ts';
import { readYarnLock } from './yarn-lock.ts';

const READERS: ReadonlyMap<string, (text: string, what: string) => LockFact> = new Map([
  ['package-lock.json', readPackageLock],
  ['npm-shrinkwrap.json', readPackageLock],
  ['yarn.lock', readYarnLock],
  ['pnpm-lock.yaml', readPnpmLock],
  ['bun.lock', readBunLock],
  ['bun.lockb', refuseBinary],
]);

/** Lock files of projects; those that packages carry in node_modules are not used by anybody. */
export const npmLock: Cataloger<LockFact> = {
  id: 'npm-lock',
  version: 1,
  evidence: 'declared',
  reads: [...READERS.keys()].map((name) => ({ name, match: (path) => !`/${path}`.includes('/node_modules/') })),
  limit: 64 << 20,
  parse: ({ path, content }: CatalogFile) =>
    READERS.get(baseOf(path))?.(content.all().toString('utf8'), pathText(path)),
  assemble: (found) => lockedPackages(found, 'npm'),
};

function refuseBinary(_: string, what: string): never {
  throw new Fault(
    'lock/binary',
    `${what} is bun's binary lock file, which is not read.`,
    'Run `bun install --save-text-lockfile` and keep the bun.lock that it writes.',
  );
}
