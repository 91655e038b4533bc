// A graph as a Bom: what Temper works with of a document that anybody wrote.
import { compareStrings } from '../../lib/bytes.ts';
import { type Digest, isDigest } from '../../lib/digest.ts';
import { purlQualifier } from '../../purl/peek.ts';
import { filesOf } from './files.ts';
import type { BomGraph, GraphPackage, GraphRelation, Property } from './types.ts';
import { foreignPlaces, foreignSource, isForeignOwnership } from './foreign.ts';
import { type Identity, identitiesOf, isNamedPackage, upstreamOf } from './identities.ts';
import { isSystem } from './names.ts';
import { locationOf, readPath, readProperties } from './properties.ts';
import type { Bom, BomNotRead, BomPackage, BomSubject, Distribution, LicenceFinding, PackageHash } from '../types.ts';
import { maintainerText, NEEDS } from './words.ts';

/**
 * A package of the document is one of the Bom unless it is what the document describes, the operating system or a file, and no purl
 * says that it is a package; several with one purl are one; one without a purl gets one of type `generic`. Files are in the Bom where the document says
 * what an image's file is: digests, mode and owner.
 */
export function bomOfGraph(graph: BomGraph): Bom {
  const all = [...graph.packages];
  const relations = [...graph.relations];
  const roots = new Set(graph.document.roots);
  const subject = all.find((p) => roots.has(p.id));
  const system = all.find((p) => p.type === 'operating-system' && !roots.has(p.id));
  const isListed = (p: GraphPackage) => p !== system && !isFile(p) && !(roots.has(p.id) && !isPackage(p));
  const listed = all.filter((p) => isNamedPackage(p) || isListed(p));
  const purls = new Map<string, string>();
  const texts = new Map(graph.licences.map((licence) => [licence.id, licence.text]));
  const packages = new Map<string, Draft>();
  for (const p of listed) {
    const identities = identitiesOf(p);
    purls.set(p.id, identities[0].purl);
    for (const identity of identities) {
      const one = packageOf(p, identity, texts);
      const known = packages.get(one.purl);
      packages.set(one.purl, known === undefined ? one : together(known, one));
    }
  }
  relate(packages, purls, relations);
  const sorted = [...packages.values()].sort((a, b) => compareStrings(a.purl, b.purl));
  const notRead = notReadOf(graph.document.properties);
  return {
    subject: subjectOf(graph, subject, distributionOf(system, sorted)),
    packages: sorted,
    files: filesOf(graph.files, relations, purls),
    ...(notRead.length === 0 ? {} : { notRead }),
  };
}

/** A package that is not complete yet. */
type Draft = { -readonly [Name in keyof BomPackage]: BomPackage[Name] };

/** A file of which no digest is said has no other place in the graph. */
function isFile({ type, purls }: GraphPackage): boolean {
  return type === 'file' && (purls ?? []).length === 0;
}

/** Whether what a document describes is itself a package: an application, not an image or a folder. */
function isPackage({ type, purls }: GraphPackage): boolean {
  const [purl] = purls ?? [];
  return purl !== undefined && !/^pkg:(?:oci|docker)\//.test(purl) && type !== 'container' && type !== 'file';
}

function packageOf(p: GraphPackage, identity: Identity, texts: ReadonlyMap<string, string>): Draft {
  const { purl, kind, version } = identity;
  const read = readProperties(p.properties ?? []);
  const places = [...(p.places ?? []), ...foreignPlaces(p)];
  const maintainer = p.supplier ?? p.originator;
  return {
    ...identity,
    description: p.description ?? p.summary,
    homepage: p.homepage,
    maintainer: maintainer === undefined ? p.publisher : maintainerText(maintainer),
    licence: licenceOf(p, texts),
    dependencies: [],
    ...read,
    architecture: read.architecture ?? purlQualifier(purl, 'arch'),
    source: read.source ?? upstreamOf(kind, purl, version) ?? foreignSource(p),
    ...(places.length === 0 ? {} : { locations: places.map(locationOf) }),
    ...((p.cpes ?? []).length === 0 ? {} : { cpes: [...new Set(p.cpes)] }),
    ...hashesOf(p, read.archive?.digest),
  };
}

function licenceOf(p: GraphPackage, texts: ReadonlyMap<string, string>): LicenceFinding | undefined {
  const expression = [p.declared, p.concluded].find((text) => text !== undefined && text !== 'NONE');
  if (expression === undefined) return undefined;
  const named = [...new Set(expression.match(/LicenseRef-[A-Za-z0-9.-]+/g) ?? [])];
  const known = named.flatMap((id) => {
    const text = texts.get(id);
    return text === undefined ? [] : [[id, text] as const];
  });
  return { expression, texts: Object.fromEntries(known), copyright: p.copyright === 'NONE' ? undefined : p.copyright };
}

const ALGORITHMS: readonly string[] = [
  'MD5',
  'SHA-1',
  'SHA-256',
  'SHA-384',
  'SHA-512',
] satisfies PackageHash['algorithm'][];

// The archive's digest has its own place.
function hashesOf({ hashes = [] }: GraphPackage, archive: Digest | undefined): Pick<BomPackage, 'hashes'> {
  const kept = hashes.filter(
    ({ algorithm, value }) =>
      ALGORITHMS.includes(algorithm) && !(algorithm === 'SHA-256' && archive === `sha256:${value}`),
  );
  return kept.length === 0
    ? {}
    : {
        hashes: kept.map((h) => ({ algorithm: h.algorithm as PackageHash['algorithm'], value: h.value.toLowerCase() })),
      };
}

function together(a: BomPackage, b: BomPackage): Draft {
  const places = new Map([...(a.locations ?? []), ...(b.locations ?? [])].map((at) => [JSON.stringify(at), at]));
  const stated = Object.entries(a).filter(([, value]) => value !== undefined);
  return {
    ...b,
    ...(Object.fromEntries(stated) as unknown as BomPackage),
    ...(places.size === 0 ? {} : { locations: [...places.values()] }),
  };
}

/** Fills in what packages need and which of them the operating system's packages bring. */
function relate(
  packages: ReadonlyMap<string, Draft>,
  purls: ReadonlyMap<string, string>,
  relations: readonly GraphRelation[],
): void {
  const needs = new Map<string, Set<string>>();
  const owners = new Map<string, string>();
  for (const relation of relations) {
    const { from, type, to } = relation;
    const a = purls.get(from);
    const b = purls.get(to);
    if (a === undefined || b === undefined || a === b) continue;
    const needing = NEEDS.get(type);
    if (needing === 'from') addNeed(needs, a, b);
    else if (needing !== undefined) addNeed(needs, b, a);
    if (type === 'CONTAINED_BY') {
      if (ownsOthers(packages, b, a)) owners.set(from, b);
    } else if (type === 'CONTAINS' || isForeignOwnership(relation)) {
      if (ownsOthers(packages, a, b)) owners.set(to, a);
    }
  }
  const owning = ownersByPurl(purls, owners);
  for (const [purl, p] of packages) {
    const ownedBy = owning.get(purl);
    const needed = needs.get(purl);
    if (needed !== undefined) p.dependencies = [...needed].sort(compareStrings);
    if (ownedBy !== undefined) p.ownedBy = ownedBy;
  }
}

function addNeed(needs: Map<string, Set<string>>, by: string, needed: string): void {
  const set = needs.get(by);
  if (set === undefined) needs.set(by, new Set([needed]));
  else set.add(needed);
}

/** A package is the system's when everything in the document that has its purl is. @param owners by the ids of what they own */
function ownersByPurl(
  purls: ReadonlyMap<string, string>,
  owners: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (owners.size === 0) return found;
  for (const [id, owner] of owners) found.set(purls.get(id) ?? '', owner);
  for (const [id, purl] of purls) if (!owners.has(id)) found.delete(purl);
  return found;
}

function ownsOthers(packages: ReadonlyMap<string, BomPackage>, container: string, content: string): boolean {
  return isSystem(packages.get(container)?.kind ?? '') && !isSystem(packages.get(content)?.kind ?? '');
}

function subjectOf(
  { document }: BomGraph,
  root: GraphPackage | undefined,
  distribution: Distribution | undefined,
): BomSubject {
  const properties = [...(root?.properties ?? []), ...document.properties];
  const all = (name: string) => properties.filter((p) => p.name === `temper:${name}`).map((p) => p.value);
  const [config = ''] = all('configDigest');
  const [manifest = ''] = all('manifestDigest');
  const seconds = Math.floor(Date.parse(document.created ?? '') / 1000);
  return {
    name: root?.name ?? document.name ?? '',
    version: root?.version ?? '',
    platform: all('platform')[0],
    configDigest: isDigest(config) ? config : undefined,
    ...(isDigest(manifest) ? { manifestDigest: manifest } : {}),
    diffIds: all('diffId').filter(isDigest),
    created: Number.isFinite(seconds) ? seconds : 0,
    distribution,
  };
}

/** From the operating system's element, else from what most packages' purls name. */
function distributionOf(system: GraphPackage | undefined, packages: readonly BomPackage[]): Distribution | undefined {
  if (system !== undefined) return systemDistribution(system);
  const counts = new Map<string, number>();
  for (const { purl } of packages) {
    const distro = /[?&]distro=([^&#]+)/.exec(purl)?.[1];
    if (distro !== undefined) counts.set(distro, (counts.get(distro) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([a, x], [b, y]) => y - x || compareStrings(a, b));
  if (most === undefined) return undefined;
  const text = most[0];
  const dash = text.indexOf('-');
  const [id, versionId] = dash < 0 ? [text, ''] : [text.slice(0, dash), text.slice(dash + 1)];
  return { id, versionId, prettyName: `${id} ${versionId}`.trimEnd() };
}

function systemDistribution(system: GraphPackage): Distribution {
  const properties: readonly Property[] = system.properties ?? [];
  const all = (name: string) => properties.filter((p) => p.name === name).map((p) => p.value);
  const like = [...all('temper:like'), ...all('syft:distro:idLike:0')];
  const [stream] = all('temper:stream');
  const codename = all('temper:codename')[0] ?? all('syft:distro:versionCodename')[0];
  return {
    id: all('syft:distro:id')[0] ?? system.name,
    versionId: all('syft:distro:versionID')[0] ?? system.version ?? '',
    prettyName:
      system.description ?? all('syft:distro:prettyName')[0] ?? `${system.name} ${system.version ?? ''}`.trimEnd(),
    ...(like.length === 0 ? {} : { like }),
    ...(codename === undefined ? {} : { codename }),
    ...(stream === undefined ? {} : { stream }),
  };
}

function notReadOf(properties: readonly Property[]): BomNotRead[] {
  return properties.flatMap(({ name, value }) => {
    if (name !== 'temper:notRead') return [];
    const parts = textsOf(value);
    const [cataloger, code, path, reason] = parts;
    if (cataloger === undefined || code === undefined || path === undefined || reason === undefined) return [];
    return [{ path: readPath(path), cataloger, code, reason }];
  });
}

function textsOf(json: string): string[] {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  } catch {
    return [];
  }
}
