// Every cataloger, in the order in which they are asked.
import { alpm } from './alpm/cataloger.ts';
import { apk } from './apk/cataloger.ts';
import { dpkg } from './dpkg/cataloger.ts';
import { rpm } from './rpm/cataloger.ts';
import type { Cataloger } from './types.ts';

export const catalogers: readonly Cataloger<unknown>[] = [dpkg, apk, rpm, alpm];
