// The names of ecosystems and of packages in them, as one looks them up.
import { normalPypiName } from '../purl/pypi-name.ts';

/** Before its release: `Debian` of `Debian:13`. */
export function ecosystemBase(ecosystem: string): string {
  const colon = ecosystem.indexOf(':');
  return colon === -1 ? ecosystem : ecosystem.slice(0, colon);
}

/**
 * An ecosystem without what says nothing of where a package is installed: `Ubuntu:24.04` of `Ubuntu:24.04:LTS`,
 * `Red Hat:enterprise_linux:9` of `Red Hat:enterprise_linux:9::appstream`, `Maven` of `Maven:https://maven.google.com`.
 */
export function ecosystemName(ecosystem: string): string {
  switch (ecosystemBase(ecosystem)) {
    case 'Ubuntu':
      return ecosystem.endsWith(':LTS') ? ecosystem.slice(0, -4) : ecosystem;
    case 'Red Hat': {
      const variant = ecosystem.indexOf('::');
      return variant === -1 ? ecosystem : ecosystem.slice(0, variant);
    }
    case 'Maven':
      return 'Maven';
    case 'Packagist':
      return 'Packagist';
    case 'VSCode':
      return 'VSCode';
    default:
      return ecosystem;
  }
}

/** A package's name as its ecosystem compares names: PEP 503 for PyPI, lower case where case makes no other package. */
export function packageName(ecosystem: string, name: string): string {
  switch (ecosystemBase(ecosystem)) {
    case 'PyPI':
      return normalPypiName(name);
    // Module paths tell cases apart, but hosts of repositories do not: one repository is named in several.
    case 'Go':
    case 'NuGet':
    case 'Packagist':
    case 'Hex':
    case 'Pub':
    case 'ConanCenter':
    case 'GitHub Actions':
    case 'VSCode':
      return name.toLowerCase();
    case 'SwiftURL':
      return name
        .replace(/^https?:\/\//i, '')
        .replace(/\.git$/i, '')
        .toLowerCase();
    default:
      return name;
  }
}
