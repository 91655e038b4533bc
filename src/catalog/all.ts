// Every cataloger, in the order in which they are asked.
import { gemLock } from './ruby/gem-lock.ts';
import { gem } from './ruby/gem.ts';
import type { Cataloger } from './types.ts';

export const catalogers: readonly Cataloger<unknown>[] = [gem, gemLock];
