// The lock files of pip, pipenv, poetry, uv and pdm: what a project would install.
import { type BytePath, baseOf, parentOf, pathText } from '../../lib/bytes.ts';
import { type LockFact, lockedPackages } from '../locked.ts';
import type { CatalogFile, Cataloger } from '../types.ts';
import { readPdmLock } from './pdm-lock.ts';
import { readPipfileLock } from './pipfile-lock.ts';
import { readPoetryLock } from './poetry-lock.ts';
import { readPylock } from './pylock.ts';
import { readRequirementsTxt } from './requirements-txt.ts';
import { readUvLock } from './uv-lock.ts';

const READERS: ReadonlyMap<string, (text: string, what: string) => LockFact> = new Map([
  ['Pipfile.lock', readPipfileLock],
  ['poetry.lock', readPoetryLock],
  ['uv.lock', readUvLock],
  ['pdm.lock', readPdmLock],
]);

/** Lock files of projects, and requirements in files and folders that are named so. */
export const pythonLock: Cataloger<LockFact> = {
  id: 'python-lock',
  version: 1,
  evidence: 'declared',
  reads: [
    ...[...READERS.keys()].map((name) => ({ name })),
    { suffix: '.toml', match: isPylock },
    { suffix: '.txt', match: isRequirements },
  ],
  limit: 64 << 20,
  parse,
  assemble: (found) => lockedPackages(found, 'pypi'),
};

function parse({ path, content }: CatalogFile): LockFact | undefined {
  const bytes = content.all();
  if (isRequirements(path)) {
    const fact = readRequirementsTxt(decoded(bytes));
    return fact.packages.length === 0 ? undefined : fact;
  }
  const text = decoded(bytes);
  const read = READERS.get(baseOf(path)) ?? readPylock;
  return read(text, pathText(path));
}

/** UTF-8, or UTF-16 with its mark, in which PowerShell writes what `pip freeze` says. */
function decoded(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}

/** PyPA specifications, "pylock.toml", File Name */
function isPylock(path: BytePath): boolean {
  return /^pylock\.(?:[^.]+\.)?toml$/.test(baseOf(path));
}

function isRequirements(path: BytePath): boolean {
  const base = baseOf(path);
  return base.endsWith('.txt') && (base.includes('requirements') || baseOf(parentOf(path)) === 'requirements');
}
