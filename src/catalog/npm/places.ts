// Where npm packages lie: which package.json is a package's own, and which belongs to something inside a package.
import { type BytePath, baseOf, parentOf } from '../../lib/bytes.ts';

/**
 * What a package.json's place makes of it:
 * - `module`: Node.js finds it by its name: `node_modules/NAME`, `node_modules/@SCOPE/NAME`, Debian's folders, yarn's store;
 * - `embedded`: a package may carry it in a folder such as `vendor/NAME`;
 * - `elsewhere`: below no node_modules: an application, a workspace's member, or an unpacked program;
 * - `undefined`: something inside a package: fixtures, `dist/esm/package.json`.
 */
export type Place = 'module' | 'embedded' | 'elsewhere';

export function placeOf(path: BytePath): Place | undefined {
  const folder = parentOf(path);
  if (moduleName(folder) !== undefined) return 'module';
  if (!isBelowModules(folder)) return 'elsewhere';
  if (/(?:^|\/)node_modules\/\.store\/[^/]+\/package$/.test(folder)) return 'module';
  return EMBEDDING.has(baseOf(scopeOf(folder))) ? 'embedded' : undefined;
}

/** The name by which Node.js finds the package of a folder; `undefined` where it does not look. */
export function moduleName(folder: BytePath): string | undefined {
  return isModuleFolder(scopeOf(folder)) ? plainName(folder) : undefined;
}

/** The name that a folder says by itself, with its scope; `undefined` for hidden ones. */
export function plainName(folder: BytePath): string | undefined {
  const base = baseOf(folder);
  if (base === '' || base.startsWith('.') || base.startsWith('@')) return undefined;
  const scope = baseOf(parentOf(folder));
  return scope.startsWith('@') ? `${scope}/${base}` : base;
}

/** The package's folder inside of which a path lies; `undefined` outside of node_modules. */
export function enclosingModule(folder: BytePath): BytePath | undefined {
  for (let at = parentOf(folder); at !== ''; at = parentOf(at)) if (moduleName(at) !== undefined) return at;
  return undefined;
}

/**
 * Whether a folder outside of node_modules is named after the package and its version, as those are that a program was
 * unpacked to: `opt/yarn-v1.22.22`, corepack's `pnpm/9.1.0`, bun's `lodash@4.17.21@@@1`.
 */
export function isNamedAfter(folder: BytePath, name: string, version: string): boolean {
  if (version === '') return false;
  const at = `/${folder}`;
  return (
    ['-v', '-', '/', '@'].some((sign) => at.endsWith(`/${name}${sign}${version}`)) ||
    at.includes(`/${name}@${version}@@`)
  );
}

/** The folder in which a package's folder or that of its scope stands. */
function scopeOf(folder: BytePath): BytePath {
  const parent = parentOf(folder);
  return baseOf(parent).startsWith('@') ? parentOf(parent) : parent;
}

function isBelowModules(folder: BytePath): boolean {
  return `/${folder}/`.includes('/node_modules/');
}

function isModuleFolder(path: BytePath): boolean {
  return path.endsWith('node_modules') ? baseOf(path) === 'node_modules' : DEBIAN.test(path);
}

/** Debian's Node.js finds modules here, too (Debian JavaScript policy, "Paths"): `usr/lib/TRIPLET/nodejs` are native ones. */
const DEBIAN = /^usr\/(?:share|lib|lib\/[^/]+)\/nodejs$/;

/** Folders in which packages keep copies of others. */
const EMBEDDING: ReadonlySet<string> = new Set([
  'vendor',
  'vendored',
  'compiled',
  'bundled',
  'third_party',
  'external',
]);
