// Every cataloger, in the order in which they are asked.
import { java } from './java/java.ts';
import type { Cataloger } from './types.ts';

export const catalogers: readonly Cataloger<unknown>[] = [java];
