// Java's own installations, by the `release` file of each, or its virtual machine where there is none.
import { type BytePath, baseOf, parentOf } from '../../lib/bytes.ts';
import { packageUrl } from '../../purl/purl.ts';
import { barePackage } from '../bare-package.ts';
import type { CatalogedPackage, Cataloger, FileContent } from '../types.ts';
import { findVersion } from './find-version.ts';

export interface RuntimeFact {
  /** `17.0.9+9`, `1.8.0_392` */
  readonly version: string;
  readonly implementor?: string | undefined;
  /** Whether the `release` file says it. */
  readonly release: boolean;
}

const RELEASE_LIMIT = 64 << 10;
const VM = {
  name: 'openjdk',
  files: ['libjvm'],
  marks: [{ literal: ' VM (', pattern: /(?:Server|Client|Zero|Minimal) VM \(([\w.+-]{1,60})\) for / }],
};

export const javaRuntime: Cataloger<RuntimeFact> = {
  id: 'java-runtime',
  version: 1,
  evidence: 'installed',
  reads: [{ name: 'release' }, { program: true, match: (path) => isVirtualMachine(baseOf(path)) }],
  limit: 1 << 30,
  parse: ({ path, content }) => (baseOf(path) === 'release' ? readRelease(content) : readMachine(content)),
  assemble(found) {
    const homes = new Set(found.filter(({ fact }) => fact.release).map(({ path }) => parentOf(path)));
    return found
      .filter(({ path, fact }) => fact.release || !isWithin(path, homes))
      .map(({ path, fact }) => packageOf(fact, path));
  },
};

function isVirtualMachine(base: string): boolean {
  return base === 'libjvm.so' || base === 'libjvm.dylib' || base === 'jvm.dll';
}

function isWithin(path: BytePath, homes: ReadonlySet<BytePath>): boolean {
  for (let at = parentOf(path); at !== ''; at = parentOf(at)) if (homes.has(at)) return true;
  return homes.has('');
}

/** JEP 223 and JEP 264's neighbours: lines of `NAME="value"`. */
function readRelease(content: FileContent): RuntimeFact | undefined {
  if (content.size > RELEASE_LIMIT) return undefined;
  const values = new Map<string, string>();
  for (const line of content.all().toString('utf8').split('\n')) {
    const [, name, value] = /^([A-Z_]{1,40})="([^"]{0,200})"/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) values.set(name, value);
  }
  const version = values.get('JAVA_VERSION');
  if (version === undefined || !/^\d[\w.+-]{0,60}$/.test(version)) return undefined;
  const exact = values.get('JAVA_RUNTIME_VERSION');
  return {
    version: exact !== undefined && /^\d[\w.+-]{0,80}$/.test(exact) ? exact : version,
    implementor: values.get('IMPLEMENTOR'),
    release: true,
  };
}

function readMachine(content: FileContent): RuntimeFact | undefined {
  const found = findVersion(content, { programs: [VM], minor: '' });
  return found && { version: found.version, release: false };
}

function packageOf({ version, implementor }: RuntimeFact, path: BytePath): CatalogedPackage {
  const [vendor, product] = productOf(implementor ?? '');
  const purl = packageUrl({ type: 'generic', namespace: vendor, name: product, version });
  return {
    ...barePackage(purl, 'generic', `${vendor}/${product}`, version, [{ path }]),
    cpes: [`cpe:2.3:a:${vendor}:${product}:${cpeVersion(version)}:*:*:*:*:*:*`],
    properties: implementor === undefined ? undefined : [{ name: 'java:implementor', value: implementor }],
  };
}

/** Builds of OpenJDK are under its name; what has another code base under its own. */
function productOf(implementor: string): readonly [string, string] {
  if (/\bAzul\b/.test(implementor)) return ['azul', 'zulu'];
  if (/^IBM\b/.test(implementor)) return ['ibm', 'java'];
  return implementor === 'Oracle Corporation' ? ['oracle', 'jdk'] : ['oracle', 'openjdk'];
}

/** `17.0.9:*`; of Java 8 `1.8.0:update392`, as the NVD's dictionary has it. */
function cpeVersion(version: string): string {
  const [, old, update] = /^(1\.\d\.\d)_(\d+)/.exec(version) ?? [];
  if (old !== undefined && update !== undefined) return `${old}:update${update}`;
  return `${/^[\d.]+/.exec(version)?.[0] ?? version}:*`;
}
