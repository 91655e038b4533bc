// Every cataloger, in the order in which they are asked.
import { dpkg } from './dpkg/cataloger.ts';
import { java } from './java/java.ts';
import { distributionFiles } from './system.ts';
import type { Cataloger } from './types.ts';

export const catalogers: readonly Cataloger<unknown>[] = [distributionFiles, dpkg, java];
