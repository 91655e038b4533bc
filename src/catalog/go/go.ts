// Go programs, by the build information that Go's linker puts into each.
import { compareStrings } from '../../lib/bytes.ts';
import { golangPurl } from '../../purl/golang.ts';
import { barePackage, purlOrNone } from '../bare-package.ts';
import type { CatalogedPackage, Cataloger, Found } from '../types.ts';
import { buildInfoText } from './build-info.ts';
import { mainVersion } from './main-version.ts';
import { type GoBuild, type GoModule, readBuild } from './modules.ts';

export const go: Cataloger<GoBuild> = {
  id: 'go',
  version: 1,
  evidence: 'installed',
  reads: [{ program: true }],
  limit: 4 * 2 ** 30,
  parse({ content }) {
    const text = buildInfoText(content);
    return text === undefined ? undefined : readBuild(text.go, text.modules);
  },
  assemble(found) {
    const packages = new Map<string, Gathered>();
    for (const { path, fact } of found) gather(packages, path, fact);
    return [...packages.values()].map(({ one, paths, dependencies }) => ({
      ...one,
      dependencies: [...dependencies].sort(compareStrings),
      locations: paths.map((path) => ({ path })),
    }));
  },
};

interface Gathered {
  readonly one: CatalogedPackage;
  readonly paths: string[];
  readonly dependencies: Set<string>;
}

function gather(packages: Map<string, Gathered>, path: Found<GoBuild>['path'], build: GoBuild): void {
  const parts = [...build.modules.map(moduleOf), standardLibrary(build)].filter((one) => one !== undefined);
  for (const one of parts) add(packages, one, path, []);
  const main = mainOf(build);
  if (main === undefined) return;
  const needed = parts.map(({ purl }) => purl).filter((purl) => purl !== main.purl);
  add(packages, main, path, needed);
}

function add(packages: Map<string, Gathered>, one: CatalogedPackage, path: string, needed: readonly string[]): void {
  const known = packages.get(one.purl) ?? { one, paths: [], dependencies: new Set() };
  packages.set(one.purl, known);
  if (known.paths.at(-1) !== path) known.paths.push(path);
  for (const purl of needed) known.dependencies.add(purl);
}

function mainOf(build: GoBuild): CatalogedPackage | undefined {
  const path = build.main?.path || build.path;
  if (path === '' || path === 'command-line-arguments') return undefined;
  const version = mainVersion(build);
  const settings = build.settings.map(([name, value]) => ({ name: `go:build:${name}`, value }));
  const one = goPackage(path, version, [
    ...settings,
    ...(build.go === '' ? [] : [{ name: 'go:toolchain', value: build.go }]),
    ...(build.path === path || build.path === '' ? [] : [{ name: 'go:package', value: build.path }]),
  ]);
  return one && { ...one, architecture: new Map(build.settings).get('GOARCH') };
}

/** What was compiled: the replacement, where that is a module; of a folder in its place only the module's name is known. */
function moduleOf(module: GoModule): CatalogedPackage | undefined {
  const { replace } = module;
  const folder = replace !== undefined && /^(?:\.{0,2}[/\\]|[A-Za-z]:)/.test(replace.path);
  const { path, version, sum } = replace === undefined || folder ? module : replace;
  return goPackage(path, version === '(devel)' ? '' : version, [
    ...(sum === undefined ? [] : [{ name: 'go:h1', value: sum }]),
    ...(replace === undefined
      ? []
      : folder
        ? [{ name: 'go:replacedBy', value: replace.path }]
        : [{ name: 'go:replaces', value: `${module.path} ${module.version}`.trim() }]),
  ]);
}

function standardLibrary({ go: version }: GoBuild): CatalogedPackage | undefined {
  const one = version === '' ? undefined : goPackage('stdlib', version, []);
  return one && { ...one, cpes: [`cpe:2.3:a:golang:go:${version}:-:*:*:*:*:*:*`] };
}

function goPackage(
  path: string,
  version: string,
  properties: readonly { readonly name: string; readonly value: string }[],
): CatalogedPackage | undefined {
  const purl = purlOrNone(() => golangPurl(path, version));
  return purl === undefined
    ? undefined
    : {
        ...barePackage(purl, 'golang', path, version, []),
        properties: properties.length === 0 ? undefined : properties.toSorted((a, b) => compareStrings(a.name, b.name)),
      };
}
