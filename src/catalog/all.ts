// Every cataloger, in the order in which they are asked.
import { go } from './go/go.ts';
import { gradle } from './java/gradle.ts';
import { java } from './java/java.ts';
import { maven } from './java/maven.ts';
import type { Cataloger } from './types.ts';

export const catalogers: readonly Cataloger<unknown>[] = [java, maven, gradle, go];
