// Every cataloger, in the order in which they are asked.
import { conda } from './conda/conda.ts';
import { dotnet } from './dotnet/dotnet.ts';
import { dotnetLock } from './dotnet/dotnet-lock.ts';
import { composer, composerLock } from './php/composer.ts';
import { pear } from './php/pear.ts';
import { wordpress } from './php/wordpress.ts';
import { gemLock } from './ruby/gem-lock.ts';
import { gem } from './ruby/gem.ts';
import type { Cataloger } from './types.ts';

export const catalogers: readonly Cataloger<unknown>[] = [
  gem,
  gemLock,
  composer,
  composerLock,
  pear,
  wordpress,
  dotnet,
  dotnetLock,
  conda,
];
