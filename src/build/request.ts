// What a definition asks for: `contents.packages`.
import { Fault } from '../lib/faults.ts';
import { parseDebVersion } from '../version/deb.ts';

export interface RequestedPackage {
  readonly name: string;
  /** The only version that will do. */
  readonly version: string | undefined;
}

export interface PackageRequests {
  /** In the order of the definition, each once. */
  readonly packages: readonly RequestedPackage[];
  /** Names that are not to be in the image although a package needs them, in the order of the definition. */
  readonly exclusions: readonly string[];
}

const NAME = '[a-z0-9][a-z0-9+.-]+';
const PACKAGE = new RegExp(`^(${NAME})(?:=(.+))?$`);
const EXCLUSION = new RegExp(`^!(${NAME})$`);

/**
 * Reads `name`, `name=version` and `!name`.
 * @throws Fault `resolve/malformed-request`, also when a name is asked for in two ways.
 */
export function parseRequests(lines: readonly string[]): PackageRequests {
  const packages = new Map<string, RequestedPackage>();
  const exclusions = new Set<string>();
  for (const line of lines) {
    const excluded = EXCLUSION.exec(line)?.[1];
    if (excluded !== undefined) exclusions.add(excluded);
    else {
      const request = parsePackage(line);
      const other = packages.get(request.name);
      if (other !== undefined && other.version !== request.version) throw twice(request.name);
      packages.set(request.name, request);
    }
  }
  for (const name of exclusions) if (packages.has(name)) throw twice(name);
  return { packages: [...packages.values()], exclusions: [...exclusions] };
}

function parsePackage(line: string): RequestedPackage {
  const [, name, version] = PACKAGE.exec(line) ?? [];
  if (name === undefined || (version !== undefined && parseDebVersion(version) === undefined)) {
    throw new Fault(
      'resolve/malformed-request',
      `"${line.slice(0, 100)}" does not name a Debian package.`,
      'Write name, name=version, or !name for one that is not to be in the image.',
    );
  }
  return { name, version };
}

function twice(name: string): Fault {
  return new Fault(
    'resolve/malformed-request',
    `The package ${name} is asked for in two ways that contradict each other.`,
    'Keep one of the lines.',
  );
}
