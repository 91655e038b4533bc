// Temper's own JSON as a Bom: docs/schemas/sbom-1.json.
import { type Digest, isDigest, isHex } from '../../lib/digest.ts';
import { malformed, Members } from '../graph/members.ts';
import { readPathMember } from './paths.ts';
import type {
  Bom,
  BomDocument,
  BomFile,
  BomPackage,
  BomSubject,
  Distribution,
  LicenceFinding,
  Owner,
  PackageHash,
  PackageLocation,
} from '../types.ts';

const KINDS: ReadonlySet<string> = new Set([
  'file',
  'symlink',
  'hardlink',
  'device',
  'fifo',
] satisfies BomFile['kind'][]);
const ALGORITHMS: ReadonlySet<string> = new Set([
  'MD5',
  'SHA-1',
  'SHA-256',
  'SHA-384',
  'SHA-512',
] satisfies PackageHash['algorithm'][]);

/** @throws Fault `sbom/malformed` */
export function readTemperJson(content: unknown): Bom {
  const document = new Members(content, '');
  const subject = document.child('subject');
  if (subject === undefined) throw malformed('"subject" is missing');
  const notRead = document.list('notRead').map((one) => ({
    path: neededPath(one, 'path'),
    cataloger: one.needed('cataloger'),
    code: one.needed('code'),
    reason: one.needed('reason'),
  }));
  const kept = document.child('document');
  return {
    subject: readSubject(subject),
    packages: document.list('packages').map(readPackage),
    files: document.list('files').map(readFile),
    ...(notRead.length === 0 ? {} : { notRead }),
    ...(kept === undefined ? {} : { document: readDocument(kept) }),
  };
}

function readSubject(s: Members): BomSubject {
  const manifest = digest(s, 'manifestDigest');
  const created = Date.parse(s.needed('created')) / 1000;
  if (!Number.isInteger(created)) throw malformed('"subject.created" is no time in whole seconds');
  const distribution = s.child('distribution');
  return {
    name: s.needed('name'),
    version: s.needed('version'),
    platform: s.text('platform'),
    configDigest: digest(s, 'configDigest'),
    ...(manifest === undefined ? {} : { manifestDigest: manifest }),
    diffIds: s.texts('diffIds').map((text) => checked(text, 'subject.diffIds')),
    created,
    distribution: distribution && readDistribution(distribution),
  };
}

function readDistribution(d: Members): Distribution {
  const [like, codename, stream] = [d.texts('like'), d.text('codename'), d.text('stream')];
  return {
    id: d.needed('id'),
    versionId: d.needed('versionId'),
    prettyName: d.needed('prettyName'),
    ...(like.length === 0 ? {} : { like }),
    ...(codename === undefined ? {} : { codename }),
    ...(stream === undefined ? {} : { stream }),
  };
}

function readPackage(p: Members): BomPackage {
  const [source, archive, licence] = [p.child('source'), p.child('archive'), p.child('licence')];
  return {
    purl: p.needed('purl'),
    kind: p.needed('kind'),
    name: p.needed('name'),
    version: p.text('version') ?? '',
    architecture: p.text('architecture'),
    source: source && { name: source.needed('name'), version: source.needed('version') },
    maintainer: p.text('maintainer'),
    description: p.text('description'),
    homepage: p.text('homepage'),
    archive: archive && {
      name: archive.needed('name'),
      digest: checked(archive.needed('digest'), `${archive.path}.digest`),
      size: whole(archive, 'size'),
    },
    licence: licence && readLicence(licence),
    dependencies: p.texts('dependencies'),
    excludedDependencies: p.texts('excludedDependencies'),
    ...stated({
      locations: listed(p.list('locations').map(readLocation)),
      foundBy: p.text('foundBy'),
      evidence: oneOf(p, 'evidence', ['installed', 'declared'] as const),
      ownedBy: p.text('ownedBy'),
      origin: oneOf(p, 'origin', ['base', 'added'] as const),
      unmetDependencies: listed(p.texts('unmetDependencies')),
      cpes: listed(p.texts('cpes')),
      hashes: listed(p.list('hashes').map(readHash)),
      properties: listed(p.list('properties').map((one) => ({ name: one.needed('name'), value: one.needed('value') }))),
    }),
  };
}

function readLicence(licence: Members): LicenceFinding {
  const texts = licence.child('texts');
  const names = texts === undefined ? [] : Object.keys(texts.object);
  return {
    expression: licence.needed('expression'),
    texts: Object.fromEntries(names.map((name) => [name, texts?.needed(name) ?? ''])),
    copyright: licence.text('copyright'),
  };
}

function readLocation(at: Members): PackageLocation {
  const [within, layer] = [at.texts('within'), digest(at, 'layer')];
  return {
    path: neededPath(at, 'path'),
    ...(within.length === 0 ? {} : { within }),
    ...(layer === undefined ? {} : { layer }),
  };
}

function readHash(hash: Members): PackageHash {
  const algorithm = hash.needed('algorithm');
  if (!ALGORITHMS.has(algorithm)) throw malformed(`"${hash.path}.algorithm" is none that is known`);
  return { algorithm: algorithm as PackageHash['algorithm'], value: hash.needed('value') };
}

function readFile(file: Members): BomFile {
  const [kind, mode] = [file.needed('kind'), file.needed('mode')];
  if (!KINDS.has(kind)) throw malformed(`"${file.path}.kind" is none that is known`);
  if (!/^[0-7]{1,6}$/.test(mode)) throw malformed(`"${file.path}.mode" is no octal number`);
  return {
    path: neededPath(file, 'path'),
    kind: kind as BomFile['kind'],
    mode: Number.parseInt(mode, 8),
    uid: whole(file, 'uid'),
    gid: whole(file, 'gid'),
    size: whole(file, 'size'),
    sha1: hex(file, 'sha1', 20),
    sha256: hex(file, 'sha256', 32),
    target: readPathMember(file, 'target'),
    layer: digest(file, 'layer') ?? '',
    owner: readOwner(file),
  };
}

function hex(of: Members, member: string, bytes: number): string {
  const value = of.needed(member);
  if (!isHex(value, bytes)) throw malformed(`"${of.path}.${member}" is not ${bytes} bytes in lower-case hexadecimal`);
  return value;
}

function readOwner(file: Members): Owner | undefined {
  const [purl, step] = [file.text('package'), file.text('step')];
  if (purl !== undefined) return { package: purl };
  return step === undefined ? undefined : { step };
}

function readDocument(kept: Members): BomDocument {
  const family = oneOf(kept, 'family', ['spdx-2', 'spdx-3', 'cyclonedx', 'syft'] as const);
  const content = kept.child('content');
  const wrapped = oneOf(kept, 'wrapped', ['in-toto', 'dsse', 'sigstore'] as const);
  if (family === undefined || content === undefined) throw malformed('"document" has no family or no content');
  return { family, version: kept.needed('version'), content: content.object, ...stated({ wrapped }) };
}

function oneOf<T extends string>(of: Members, member: string, words: readonly T[]): T | undefined {
  const text = of.text(member);
  const word = words.find((one) => one === text);
  if (text !== undefined && word === undefined)
    throw malformed(`"${of.path}.${member}" is none of ${words.join(', ')}`);
  return word;
}

function neededPath(of: Members, member: string): string {
  const path = readPathMember(of, member);
  if (path === undefined) throw malformed(`"${of.path}.${member}" is missing`);
  return path;
}

function whole(of: Members, member: string): number {
  const value = of.number(member);
  if (value === undefined || !Number.isSafeInteger(value) || value < 0)
    throw malformed(`"${of.path}.${member}" is no whole number`);
  return value;
}

function digest(of: Members, member: string): Digest | undefined {
  const text = of.text(member);
  return text === undefined ? undefined : checked(text, `${of.path}.${member}`);
}

function checked(text: string, way: string): Digest {
  if (!isDigest(text)) throw malformed(`"${way}" is no SHA-256 digest`);
  return text;
}

function listed<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

/** The members that are not `undefined`. */
function stated<T extends object>(members: T): Partial<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<T>;
}
