// npm packages as they lie in node_modules, whoever installed them: npm, yarn, pnpm, bun or a distribution.
import { type BytePath, baseOf, compareStrings, parentOf } from '../../lib/bytes.ts';
import { limits } from '../../lib/limits.ts';
import { npmPurl } from '../../purl/npm.ts';
import { licenceOfAll } from '../licences.ts';
import { mergePackages } from '../merge.ts';
import type { CatalogContext, CatalogFile, CatalogedPackage, Cataloger, Found } from '../types.ts';
import { type Edges, type Standing, installedEdges } from './edges.ts';
import { type Fetched, readInstalledLock } from './installed-lock.ts';
import { integrityHashes } from './integrity.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { isNamedAfter, type Place, placeOf } from './places.ts';
import { originOf } from './sources.ts';

export type NpmFact = { readonly manifest: Manifest } | { readonly fetched: readonly Fetched[] };

const MODULES: ReadonlySet<Place | undefined> = new Set<Place | undefined>(['module', 'embedded']);

/** Every installed package, and the application to whom a node_modules belongs. */
export const npm: Cataloger<NpmFact> = {
  id: 'npm',
  version: 2,
  evidence: 'installed',
  reads: [
    { name: 'package.json', match: (path) => MODULES.has(placeOf(path)) },
    { name: 'package.json', match: (path) => placeOf(path) !== undefined },
    { name: '.package-lock.json', match: (path) => baseOf(parentOf(path)) === 'node_modules' },
  ],
  limit: limits.document,
  parse,
  assemble,
};

function parse({ path, content }: CatalogFile): NpmFact | undefined {
  if (baseOf(path) !== 'package.json') return { fetched: readInstalledLock(path, content.all()) };
  const manifest = readManifest(path, content.all());
  return manifest && { manifest };
}

function assemble(found: readonly Found<NpmFact>[], context: CatalogContext): readonly CatalogedPackage[] {
  const places = new Map<BytePath, Standing>();
  const fetched = new Map<BytePath, Fetched>();
  for (const { path, fact } of found) {
    if ('fetched' in fact) for (const one of fact.fetched) fetched.set(one.folder, one);
    else {
      const folder = parentOf(path);
      places.set(folder, { path, folder, manifest: fact.manifest, place: placeOf(path) ?? 'elsewhere' });
    }
  }
  const installed = installedEdges(places, context);
  const purls = new Map(installed.map(({ at }) => [at.folder, purlOf(at.manifest, fetched.get(at.folder))] as const));
  return mergePackages(installed.map((one) => packageOf(one, purls, fetched.get(one.at.folder))));
}

function purlOf({ purl, name, version }: Manifest, fetched: Fetched | undefined): string {
  const origin = originOf(fetched?.resolved);
  return origin === undefined ? purl : npmPurl(name, version, origin);
}

function packageOf(
  { at, needed, missing }: Edges,
  purls: ReadonlyMap<BytePath, string>,
  fetched: Fetched | undefined,
): CatalogedPackage {
  const { path, folder, manifest, place } = at;
  const purl = purls.get(folder) ?? manifest.purl;
  const dependencies = new Set(needed.map((to) => purls.get(to) ?? purl));
  dependencies.delete(purl);
  return {
    purl,
    kind: 'npm',
    name: manifest.name,
    version: manifest.version,
    architecture: undefined,
    source: undefined,
    maintainer: manifest.author,
    description: manifest.description,
    homepage: manifest.homepage,
    archive: undefined,
    licence: licenceOfAll(manifest.licences ?? [], 'npm', 'OR'),
    dependencies: [...dependencies].sort(compareStrings),
    locations: [{ path }],
    unmetDependencies: missing.length === 0 ? undefined : missing,
    hashes: integrityHashes(fetched?.integrity),
    // An application's name says nothing of the registry's package of that name.
    properties:
      place === 'elsewhere' && !isNamedAfter(folder, manifest.name, manifest.version)
        ? [{ name: 'npm:local', value: 'true' }]
        : undefined,
  };
}
