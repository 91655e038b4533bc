// Every cataloger, in the order in which they are asked.
import { alpm } from './alpm/cataloger.ts';
import { apk } from './apk/cataloger.ts';
import { conda } from './conda/conda.ts';
import { dotnetLock } from './dotnet/dotnet-lock.ts';
import { dotnet } from './dotnet/dotnet.ts';
import { dpkg } from './dpkg/cataloger.ts';
import { go } from './go/go.ts';
import { gradle } from './java/gradle.ts';
import { java } from './java/java.ts';
import { maven } from './java/maven.ts';
import { composer, composerLock } from './php/composer.ts';
import { pear } from './php/pear.ts';
import { wordpress } from './php/wordpress.ts';
import { gemLock } from './ruby/gem-lock.ts';
import { gem } from './ruby/gem.ts';
import { distributionFiles } from './system.ts';
import type { Cataloger } from './types.ts';

export const catalogers: readonly Cataloger<unknown>[] = [
  distributionFiles,
  dpkg,
  apk,
  alpm,
  java,
  gem,
  gemLock,
  composer,
  composerLock,
  pear,
  wordpress,
  dotnet,
  dotnetLock,
  conda,
  maven,
  gradle,
  go,
];
