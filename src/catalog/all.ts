// Every cataloger, in the order in which they are asked.
import { distributionFiles } from './system.ts';
import type { Cataloger } from './types.ts';

export const catalogers: readonly Cataloger<unknown>[] = [distributionFiles];
