// pnpm-lock.yaml, lockfileVersion 5 to 9 (pnpm's specification of its lock file).
import type { PackageOrigin } from '../../purl/origin.ts';
import { vcsOrigin } from '../../purl/origin.ts';
import { type LockFact, type LockNode, type LockRoots, lockFact } from '../locked.ts';
import { type LockMap, type LockValue, mapAt, parseLockYaml, textAt } from './lock-yaml.ts';
import { DEVELOPMENT, lockedNpm, splitAtName } from './locked-npm.ts';
import { originOf } from './sources.ts';

/** @throws Fault `lock/malformed`, `lock/too-large`, `purl/malformed` */
export function readPnpmLock(text: string, what: string): LockFact {
  // Since version 11 a first document locks pnpm itself.
  const facts = parseLockYaml(text, what).map(documentFact);
  return { packages: facts.flatMap(({ packages }) => packages) };
}

function documentFact(document: LockMap): LockFact {
  const packages = mapAt(document, 'packages');
  // Version 9 tells apart what a package is (`packages`) and what each of its installations leads to (`snapshots`).
  const snapshots = document.has('snapshots') ? mapAt(document, 'snapshots') : packages;
  const slashes = Number.parseFloat(textAt(document, 'lockfileVersion') ?? '') < 6;
  const nodes = new Map<string, LockNode>();
  for (const [key, value] of snapshots) {
    const snapshot: LockMap = value instanceof Map ? value : new Map();
    const entry = snapshots === packages ? snapshot : mapAt(packages, withoutPeers(key));
    const needs = ['dependencies', 'optionalDependencies']
      .flatMap((kind) => [...mapAt(snapshot, kind)])
      .map(([name, to]) => keyOf(name, to, snapshots))
      .filter((to) => to !== undefined);
    nodes.set(key, {
      locked: lockedOf(identityOf(key, entry, slashes), entry, textAt(snapshot, 'optional') === 'true'),
      needs,
    });
  }
  return lockFact(nodes, rootsOf(document, snapshots), DEVELOPMENT);
}

function rootsOf(document: LockMap, snapshots: LockMap): LockRoots {
  const importers = document.has('importers') ? [...mapAt(document, 'importers').values()] : [document];
  const keys = (kind: string) =>
    importers
      .flatMap((importer) => (importer instanceof Map ? [...mapAt(importer, kind)] : []))
      .map(([name, to]) => keyOf(name, to instanceof Map ? to.get('version') : to, snapshots))
      .filter((key) => key !== undefined);
  return {
    runtime: [...keys('dependencies'), ...keys('optionalDependencies')],
    development: keys('devDependencies'),
  };
}

/** A dependency's value is the version of its name, or for aliases and other sources the key itself. */
function keyOf(name: string, to: LockValue | undefined, snapshots: LockMap): string | undefined {
  if (typeof to !== 'string') return undefined;
  return [to, `${name}@${to}`, `/${name}@${to}`, `/${name}/${to}`].find((key) => snapshots.has(key));
}

/** `name@1.0.0(peer@2.0.0)` without what stands for its peers. */
function withoutPeers(key: string): string {
  const bracket = key.indexOf('(');
  return bracket < 0 ? key : key.slice(0, bracket);
}

function lockedOf([name, version]: readonly [string, string], entry: LockMap, optional: boolean) {
  const resolution = mapAt(entry, 'resolution');
  if (textAt(resolution, 'type') === 'directory') return undefined;
  return lockedNpm({
    name,
    version,
    origin: pnpmOrigin(resolution),
    integrity: textAt(resolution, 'integrity'),
    optional,
  });
}

function pnpmOrigin(resolution: LockMap): PackageOrigin | undefined {
  const repository = textAt(resolution, 'repo');
  if (repository !== undefined) return vcsOrigin(repository, textAt(resolution, 'commit'));
  return originOf(textAt(resolution, 'tarball'));
}

/** The entry's own words where it has them; keys are `name@1.0.0` (9), `/name@1.0.0` (6) and `/name/1.0.0_peers` (5). */
function identityOf(key: string, entry: LockMap, slashes: boolean): readonly [name: string, version: string] {
  const plain = withoutPeers(key).replace(/^\//, '');
  const [name, version] = (slashes ? splitAtSlash(plain) : splitAtName(plain)) ?? [plain, ''];
  const elsewhere = /[:/]/.test(version);
  return [textAt(entry, 'name') ?? name, textAt(entry, 'version') ?? (elsewhere ? '' : version)];
}

function splitAtSlash(key: string): readonly [name: string, version: string] {
  const [version = '', name = '', scope = ''] = key.split('/').reverse();
  return [scope.startsWith('@') ? `${scope}/${name}` : name, version.replace(/_.*$/, '')];
}
