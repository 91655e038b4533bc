// Every cataloger, in the order in which they are asked.
import { npmLockCataloger } from './npm/npm-lock.ts';
import { npmCataloger } from './npm/npm.ts';
import { pythonLockCataloger } from './python/python-lock.ts';
import { pythonCataloger } from './python/python.ts';
import type { Cataloger } from './types.ts';

export const catalogers: readonly Cataloger<unknown>[] = [
  npmCataloger,
  pythonCataloger,
  npmLockCataloger,
  pythonLockCataloger,
];
