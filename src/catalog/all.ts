// Every cataloger, in the order in which they are asked.
import { alpm } from './alpm/cataloger.ts';
import { apk } from './apk/cataloger.ts';
import { mix, rebar } from './beam/locks.ts';
import { otp } from './beam/otp.ts';
import { binaries } from './binaries/binaries.ts';
import { javaRuntime } from './binaries/java-runtime.ts';
import { conda } from './conda/conda.ts';
import { conan } from './cpp/conan.ts';
import { pub } from './dart/pubspec-lock.ts';
import { dotnetLock } from './dotnet/dotnet-lock.ts';
import { dotnet } from './dotnet/dotnet.ts';
import { dpkg } from './dpkg/cataloger.ts';
import { githubActions } from './github/workflows.ts';
import { goMod } from './go/go-mod.ts';
import { go } from './go/go.ts';
import { hackage } from './haskell/freeze.ts';
import { homebrew } from './homebrew/receipt.ts';
import { gradle } from './java/gradle.ts';
import { java } from './java/java.ts';
import { maven } from './java/maven.ts';
import { linuxKernel } from './kernel/linux-kernel.ts';
import { licenceFiles } from './licence-files.ts';
import { luarocks } from './lua/rockspec.ts';
import { nix } from './nix/nix.ts';
import { npmLock } from './npm/npm-lock.ts';
import { npm } from './npm/npm.ts';
import { opam, opamFile } from './ocaml/opam.ts';
import { composer, composerLock } from './php/composer.ts';
import { pear } from './php/pear.ts';
import { wordpress } from './php/wordpress.ts';
import { portage } from './portage/portage.ts';
import { swiplPack } from './prolog/pack.ts';
import { pythonLock } from './python/python-lock.ts';
import { python } from './python/python.ts';
import { cran } from './r/description.ts';
import { rpm } from './rpm/cataloger.ts';
import { gemLock } from './ruby/gem-lock.ts';
import { gem } from './ruby/gem.ts';
import { cargoLock } from './rust/cargo-lock.ts';
import { rust } from './rust/rust.ts';
import { sbom } from './sbom/sbom.ts';
import { snap } from './snap/snap.ts';
import { swiftPackages } from './swift/package-resolved.ts';
import { cocoapods } from './swift/podfile-lock.ts';
import { distributionFiles } from './system.ts';
import { terraform } from './terraform/lock.ts';
import type { Cataloger } from './types.ts';

export const catalogers: readonly Cataloger<unknown>[] = [
  distributionFiles,
  licenceFiles,
  dpkg,
  apk,
  rpm,
  alpm,
  portage,
  homebrew,
  snap,
  nix,
  npm,
  npmLock,
  python,
  pythonLock,
  java,
  javaRuntime,
  maven,
  gradle,
  go,
  goMod,
  rust,
  cargoLock,
  gem,
  gemLock,
  composer,
  composerLock,
  pear,
  wordpress,
  dotnet,
  dotnetLock,
  conda,
  conan,
  cran,
  luarocks,
  opam,
  opamFile,
  otp,
  mix,
  rebar,
  hackage,
  pub,
  swiftPackages,
  cocoapods,
  swiplPack,
  linuxKernel,
  githubActions,
  terraform,
  binaries,
  sbom,
];
