// Every cataloger, in the order in which they are asked.
import { binaries } from './binaries/binaries.ts';
import { javaRuntime } from './binaries/java-runtime.ts';
import { goMod } from './go/go-mod.ts';
import { go } from './go/go.ts';
import { gradle } from './java/gradle.ts';
import { java } from './java/java.ts';
import { maven } from './java/maven.ts';
import { cargoLock } from './rust/cargo-lock.ts';
import { rust } from './rust/rust.ts';
import type { Cataloger } from './types.ts';

export const catalogers: readonly Cataloger<unknown>[] = [
  java,
  maven,
  gradle,
  go,
  goMod,
  rust,
  cargoLock,
  javaRuntime,
  binaries,
];
