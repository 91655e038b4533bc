// A Bom as Temper's own JSON: docs/schemas/sbom-1.json.
import { isoTime } from '../../lib/time.ts';
import type { Tool } from '../../lib/tool.ts';
import { octal } from '../claims.ts';
import { Items, type LazyObject } from '../graph/lazy.ts';
import { given, some } from '../graph/members.ts';
import { pathMember } from './paths.ts';
import type { Bom, BomFile, BomPackage, BomSubject, PackageLocation } from '../types.ts';

/** The schema's identifier. */
export const SBOM_SCHEMA = 'urn:temper:schema:sbom:1';

/** Members that are not known and lists without an element are left out, except the packages. */
export function* jsonMembers(bom: Bom, tool: Tool): LazyObject {
  yield ['$schema', SBOM_SCHEMA];
  yield ['schemaVersion', 1];
  yield ['tool', tool];
  yield ['subject', subjectJson(bom.subject)];
  yield ['packages', new Items(mapped(bom.packages, packageJson), { always: true })];
  yield ['files', new Items(mapped(bom.files, fileJson))];
  yield [
    'notRead',
    (bom.notRead ?? []).map(({ path, cataloger, code, reason }) => ({
      ...pathMember('path', path),
      cataloger,
      code,
      reason,
    })),
  ];
  yield ['document', bom.document];
}

function* mapped<T>(list: Iterable<T>, json: (item: T) => object): Generator<object> {
  for (const item of list) yield json(item);
}

/** A subject as it stands in Temper's own documents. */
export function subjectJson(subject: BomSubject): object {
  const { name, version, platform, configDigest, manifestDigest, diffIds, created, distribution } = subject;
  return given({
    name,
    version,
    platform,
    manifestDigest,
    configDigest,
    diffIds,
    created: isoTime(created),
    distribution,
  });
}

// What is `undefined` is not written. Members that are taken away again would make the object a slow one.
function packageJson(p: BomPackage): object {
  return {
    purl: p.purl,
    kind: p.kind,
    name: p.name,
    version: p.version === '' ? undefined : p.version,
    architecture: p.architecture,
    source: p.source,
    maintainer: p.maintainer,
    description: p.description,
    homepage: p.homepage,
    archive: p.archive,
    licence: p.licence,
    dependencies: some(p.dependencies),
    unmetDependencies: some(p.unmetDependencies),
    excludedDependencies: some(p.excludedDependencies),
    locations: some(p.locations)?.map(locationJson),
    foundBy: p.foundBy,
    evidence: p.evidence,
    ownedBy: p.ownedBy,
    origin: p.origin,
    cpes: some(p.cpes),
    hashes: some(p.hashes),
    properties: some(p.properties),
  };
}

/** A place as it stands in Temper's own documents. */
export function locationJson({ path, within, layer }: PackageLocation): object {
  return { ...pathMember('path', path), within: some(within), layer };
}

function fileJson(file: BomFile): object {
  const { kind, mode, uid, gid, size, sha1, sha256, target, layer, owner } = file;
  return {
    ...pathMember('path', file.path),
    kind,
    mode: octal(mode),
    uid,
    gid,
    size,
    sha1,
    sha256,
    ...(target === undefined ? {} : pathMember('target', target)),
    ...(layer === '' ? {} : { layer }),
    ...owner,
  };
}
