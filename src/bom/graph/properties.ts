// What Temper knows of a package and no format has a field for: properties under the names `temper:…`.
import { type BytePath, normalPath, pathText } from '../../lib/bytes.ts';
import { isDigest } from '../../lib/digest.ts';
import type { Place, Property } from './types.ts';
import type { BomPackage, PackageLocation } from '../types.ts';

const PREFIX = 'temper:';

/** The properties that {@link readProperties} reads back. Locations stand elsewhere. */
export function propertiesOf(p: BomPackage): Property[] {
  const list: Property[] = [];
  const add = (name: string, value: string | undefined) => {
    if (value !== undefined) list.push({ name: PREFIX + name, value });
  };
  add('architecture', p.architecture);
  add('source', p.source && `${p.source.name} ${p.source.version}`);
  add('archive', p.archive && `${p.archive.digest} ${p.archive.size} ${p.archive.name}`);
  add('foundBy', p.foundBy);
  add('evidence', p.evidence);
  add('origin', p.origin);
  for (const name of p.excludedDependencies) add('excludedDependency', name);
  for (const name of p.unmetDependencies ?? []) add('unmetDependency', name);
  for (const { name, value } of p.properties ?? []) list.push({ name, value });
  return list;
}

export type ReadProperties = Pick<
  BomPackage,
  | 'architecture'
  | 'source'
  | 'archive'
  | 'foundBy'
  | 'evidence'
  | 'origin'
  | 'excludedDependencies'
  | 'unmetDependencies'
  | 'properties'
>;

/** Properties of other tools than Temper stay as they are. */
export function readProperties(properties: readonly Property[]): ReadProperties {
  if (!properties.some((p) => p.name.startsWith(PREFIX))) return { ...FOREIGN, ...foreign(properties) };
  const ours = Map.groupBy(
    properties.filter((p) => p.name.startsWith(PREFIX)),
    (p) => p.name.slice(PREFIX.length),
  );
  const all = (name: string) => ours.get(name)?.map((p) => p.value) ?? [];
  const [source, archive, evidence, origin] = ['source', 'archive', 'evidence', 'origin'].map((name) => all(name)[0]);
  const unmet = all('unmetDependency');
  const others = properties.filter((p) => !p.name.startsWith(PREFIX));
  return {
    architecture: all('architecture')[0],
    source: source === undefined ? undefined : readSource(source),
    archive: archive === undefined ? undefined : readArchive(archive),
    evidence: evidence === 'installed' || evidence === 'declared' ? evidence : undefined,
    origin: origin === 'base' || origin === 'added' ? origin : undefined,
    excludedDependencies: all('excludedDependency'),
    unmetDependencies: unmet.length === 0 ? undefined : unmet,
    ...foreign(others, all('foundBy')[0]),
  };
}

const FOREIGN: ReadProperties = {
  architecture: undefined,
  source: undefined,
  archive: undefined,
  evidence: undefined,
  origin: undefined,
  excludedDependencies: [],
  unmetDependencies: undefined,
};

function foreign(properties: readonly Property[], foundBy?: string): Pick<ReadProperties, 'foundBy' | 'properties'> {
  return {
    foundBy: foundBy ?? properties.find((p) => p.name === 'syft:package:foundBy')?.value,
    properties: properties.length === 0 ? undefined : properties,
  };
}

function readSource(text: string): BomPackage['source'] {
  const space = text.lastIndexOf(' ');
  return space < 0 ? { name: text, version: '' } : { name: text.slice(0, space), version: text.slice(space + 1) };
}

function readArchive(text: string): BomPackage['archive'] {
  const [digest = '', size = '', ...name] = text.split(' ');
  return isDigest(digest) ? { digest, size: Number(size), name: name.join(' ') } : undefined;
}

/** Nested archives are divided by `!/`, as Java's URLs do. */
export function placeOf({ path, within, layer }: PackageLocation): Place {
  const location = ['', pathText(path)].join('/') + (within ?? []).map((step) => `!/${step}`).join('');
  return { location, context: layer === undefined ? undefined : `layer ${layer}` };
}

/** A place as a property, of formats that have no field for it: `sha256:… /usr/lib/x`, or the path alone. */
export function placeProperty({ location, context }: Place): Property {
  return {
    name: `${PREFIX}location`,
    value: context?.startsWith('layer ') === true ? `${context.slice(6)} ${location}` : location,
  };
}

/** Reads {@link placeProperty} back; `undefined` for any other property. */
export function readPlace({ name, value }: Property): Place | undefined {
  if (name !== `${PREFIX}location`) return undefined;
  const space = value.startsWith('/') ? -1 : value.indexOf(' ');
  return space < 0
    ? { location: value }
    : { location: value.slice(space + 1), context: `layer ${value.slice(0, space)}` };
}

export function locationOf({ location, context }: Place): PackageLocation {
  const steps = location.includes('!/') ? location.split('!/') : undefined;
  const path = steps === undefined ? location : (steps[0] ?? '');
  const within = steps === undefined ? [] : steps.slice(1);
  const layer = context?.startsWith('layer ') === true ? context.slice('layer '.length) : undefined;
  return {
    path: readPath(path),
    ...(within.length === 0 ? {} : { within }),
    ...(layer !== undefined && isDigest(layer) ? { layer } : {}),
  };
}

/** Reads the text of a path ({@link pathText}) back. @param asIs keeps a leading slash, and dots and slashes within */
export function readPath(text: string, asIs = false): BytePath {
  const normal = (path: string) => (asIs ? path : withoutRoot(path));
  const isAscii = !/[^\x00-\x7f]/.test(text);
  if (isAscii && !text.includes('\\x')) return normal(text);
  if (/\\x[89a-f][0-9a-f]/.test(text) && /^[^\x80-\uffff]*$/.test(text)) {
    const bytes = text.replace(/\\x([89a-f][0-9a-f])/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    if (pathText(bytes) === text) return normal(bytes);
  }
  return normal(Buffer.from(text, 'utf8').toString('latin1'));
}

/** Most paths are absolute and else as they should be. */
function withoutRoot(path: string): BytePath {
  return normalPath(path.startsWith('/') ? path.slice(1) : path);
}
