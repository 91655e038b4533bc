// SBOMs of any size, as syft writes them, of packages that a synthetic database speaks of.
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Bom, BomPackage } from '../src/bom/types.ts';
import { npmPurl } from '../src/purl/npm.ts';
import { syntheticName } from './database.ts';

/** Packages that stand among so many of the database's, each once. */
function nameOf(i: number, packages: number): string {
  return syntheticName((i * 7919) % packages);
}

const VERSION = '4.17.1';

/** Writes a CycloneDX document of that many packages. */
export function writeSyntheticSbom(path: string, count: number, packages: number): void {
  const file = openSync(path, 'w');
  try {
    const component = { 'bom-ref': 'root', type: 'container', name: 'synthetic', version: '1' };
    const head = { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, metadata: { component } };
    writeSync(file, `${JSON.stringify(head).slice(0, -1)},"components":[`);
    for (let i = 0; i < count; i++)
      writeSync(file, (i === 0 ? '' : ',') + JSON.stringify(componentOf(nameOf(i, packages), i)));
    writeSync(file, ']}');
  } finally {
    closeSync(file);
  }
}

function componentOf(name: string, i: number): object {
  const purl = npmPurl(name, VERSION);
  const [group = '', own = ''] = name.split('/');
  const property = (key: string, value: string) => ({ name: `syft:${key}`, value });
  return {
    'bom-ref': `${purl}?package-id=${i.toString(16).padStart(16, '0')}`,
    type: 'library',
    group,
    name: own,
    version: VERSION,
    description: 'A package that does nothing',
    licenses: [{ license: { id: 'MIT' } }],
    cpe: `cpe:2.3:a:${own}:${own}:${VERSION}:*:*:*:*:*:*:*`,
    purl,
    properties: [
      property('package:foundBy', 'javascript-package-cataloger'),
      property('package:language', 'javascript'),
      property('package:type', 'npm'),
      property('package:metadataType', 'javascript-npm-package'),
      property('location:0:layerID', `sha256:${'d0'.repeat(32)}`),
      property('location:0:path', `/app/node_modules/${name}/package.json`),
    ],
  };
}

/** The same packages in memory. */
export function syntheticBom(count: number, packages: number): Bom {
  const list = Array.from({ length: count }, (_, i): BomPackage => {
    const name = nameOf(i, packages);
    return {
      purl: npmPurl(name, VERSION),
      kind: 'npm',
      name,
      version: VERSION,
      architecture: undefined,
      source: undefined,
      maintainer: undefined,
      description: undefined,
      homepage: undefined,
      archive: undefined,
      licence: undefined,
      dependencies: [],
      excludedDependencies: [],
    };
  });
  const subject = {
    name: 'synthetic',
    version: '1',
    platform: undefined,
    configDigest: undefined,
    diffIds: [],
    created: 0,
    distribution: undefined,
  };
  return { subject, packages: list.sort((a, b) => (a.purl < b.purl ? -1 : 1)), files: [] };
}
