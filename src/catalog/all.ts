// Every cataloger, in the order in which they are asked.
import type { Cataloger } from './types.ts';

export const catalogers: readonly Cataloger<unknown>[] = [];
