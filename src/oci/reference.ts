import { type Digest, isDigest } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';

/** A name in a registry (the grammar of distribution/reference). */
export interface RegistryReference {
  readonly kind: 'registry';
  /** `docker.io`, `localhost:5000`, `[::1]:5000`; as written, except that the default is filled in. */
  readonly host: string;
  /** `library/node` */
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: Digest | undefined;
}

/** A layout folder or an archive of images; `path` has no colon, as with skopeo's transports. */
export interface PathReference {
  readonly kind: 'layout' | 'oci-archive' | 'docker-archive';
  readonly path: string;
  /** What stands in `org.opencontainers.image.ref.name`. */
  readonly tag: string | undefined;
  readonly digest: Digest | undefined;
}

/** What is no OCI repository but stands where an image can stand: a root file system or an SBOM; `path` is all the rest. */
export interface ContentReference {
  readonly kind: 'rootfs' | 'sbom';
  readonly path: string;
}

export type Reference = RegistryReference | PathReference | ContentReference;

type Kind = Reference['kind'];

/** Spellings, the normal one of each kind first; `//` forms are Docker Scout's. */
const SPELLINGS: readonly (readonly [prefix: string, kind: Kind])[] = [
  ['registry://', 'registry'],
  ['oci-dir://', 'layout'],
  ['archive://', 'docker-archive'],
  ['fs://', 'rootfs'],
  ['sbom://', 'sbom'],
  ['oci:', 'layout'],
  ['oci-archive:', 'oci-archive'],
  ['docker-archive:', 'docker-archive'],
  ['rootfs:', 'rootfs'],
  ['sbom:', 'sbom'],
];

const DEFAULT_HOST = 'docker.io';
const DEFAULT_HOST_ALIAS = 'index.docker.io';
const DEFAULT_NAMESPACE = 'library/';
export const DEFAULT_TAG = 'latest';

const HOST_LABEL = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const HOST = new RegExp(`^(?:${HOST_LABEL}(?:\\.${HOST_LABEL})*|\\[[0-9a-fA-F:]+\\])(?::[0-9]{1,5})?$`);
const SEGMENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const REPOSITORY = new RegExp(`^${SEGMENT}(?:/${SEGMENT})*$`);
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
/** image-spec, annotations.md: the grammar of `org.opencontainers.image.ref.name`. */
const REF_NAME = /^[A-Za-z0-9]+(?:(?:[-._:@+]|--)[A-Za-z0-9]+)*(?:\/[A-Za-z0-9]+(?:(?:[-._:@+]|--)[A-Za-z0-9]+)*)*$/;
const DIGEST_SUFFIX = /@[A-Za-z0-9]+(?:[+._-][A-Za-z0-9]+)*:[0-9a-fA-F]{32,}$/;

/** Longest reference that is read, in characters; a host and repository together have at most 255. */
const LONGEST = 4096;

/** A tag as registries take it (distribution-spec, Pulling manifests). */
export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** A name as a layout's `index.json` takes it. */
export function isRefName(text: string): boolean {
  return text.length <= 255 && REF_NAME.test(text);
}

/**
 * Reads an image reference: `[registry/]repo[:tag][@sha256:…]`, `oci:DIR[:TAG][@sha256:…]`, `oci-archive:FILE[:TAG]`,
 * `docker-archive:FILE[:REF]`, `rootfs:DIR`, `sbom:FILE`, or one of Docker Scout's spellings. The first colon of a path
 * ends it, as in skopeo; a name without a host belongs to Docker's default registry, as in Docker.
 * @throws Fault `reference/malformed`.
 */
export function parseReference(text: string): Reference {
  if (text.length === 0 || text.length > LONGEST || /\p{Cc}/u.test(text)) {
    throw malformed(text, 'It must be 1 to 4096 printable characters.');
  }
  for (const [prefix, kind] of SPELLINGS) {
    if (text.startsWith(prefix)) return parseRest(text, kind, text.slice(prefix.length));
  }
  if (text.includes('://')) {
    throw malformed(text, 'Write registry/repository:tag without a scheme, or oci:DIR for a layout folder.');
  }
  return parseRegistry(text, text);
}

/** Whether the reference names images, not a root file system or an SBOM. */
export function namesImage(reference: Reference): reference is RegistryReference | PathReference {
  return reference.kind !== 'rootfs' && reference.kind !== 'sbom';
}

/** The normal text of a reference; {@link parseReference} gives the reference back. */
export function formatReference(reference: Reference): string {
  if (!namesImage(reference)) {
    const scout = reference.kind === 'sbom' && reference.path.startsWith('//');
    return `${reference.kind}:${scout ? '//' : ''}${reference.path}`;
  }
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
  return repositoryText(reference) + tag + digest;
}

/** The repository alone, without tag and digest: `docker.io/library/node`, `oci:DIR`. */
export function repositoryText(reference: RegistryReference | PathReference): string {
  if (reference.kind !== 'registry') return `${reference.kind === 'layout' ? 'oci' : reference.kind}:${reference.path}`;
  const name = `${reference.host}/${reference.repository}`;
  return SPELLINGS.some(([prefix]) => name.startsWith(prefix)) ? `registry://${name}` : name;
}

function parseRest(text: string, kind: Kind, rest: string): Reference {
  if (kind === 'registry') return parseRegistry(text, rest);
  if (kind === 'rootfs' || kind === 'sbom') {
    if (rest === '') throw malformed(text, 'A path is missing after the colon.');
    return { kind, path: rest };
  }
  const { before, digest } = splitDigest(text, rest);
  const colon = before.indexOf(':');
  const path = colon < 0 ? before : before.slice(0, colon);
  const tag = colon < 0 || colon === before.length - 1 ? undefined : before.slice(colon + 1);
  if (path === '') throw malformed(text, 'A path is missing after the colon.');
  if (tag !== undefined && !isRefName(tag)) {
    throw malformed(
      text,
      `"${shorten(tag)}" after the first colon is no tag; a path with a colon in it cannot be named this way.`,
    );
  }
  return { kind, path, tag, digest };
}

function parseRegistry(text: string, rest: string): RegistryReference {
  const { before, digest } = splitDigest(text, rest);
  const slash = before.indexOf('/');
  const first = slash < 0 ? '' : before.slice(0, slash);
  const named = /[.:A-Z[]/.test(first) || first === 'localhost';
  const host = named && first !== DEFAULT_HOST_ALIAS ? first : DEFAULT_HOST;
  const path = named ? before.slice(slash + 1) : before;
  const colon = path.indexOf(':');
  const tag = colon < 0 ? undefined : path.slice(colon + 1);
  const short = colon < 0 ? path : path.slice(0, colon);
  const repository = host === DEFAULT_HOST && !short.includes('/') ? DEFAULT_NAMESPACE + short : short;
  if (!HOST.test(host)) throw malformed(text, `"${shorten(host)}" is no name of a registry; a folder is oci:DIR.`);
  if (short !== short.toLowerCase()) throw malformed(text, 'Names of repositories are written in lower case.');
  if (!REPOSITORY.test(repository) || host.length + repository.length > 254) {
    throw malformed(
      text,
      'Write registry/repository:tag, with the repository in a–z, 0–9, ".", "_", "-" and "/"; a folder is oci:DIR.',
    );
  }
  if (tag !== undefined && !isTag(tag)) {
    throw malformed(text, 'A tag has at most 128 letters, digits, "_", "." and "-" and starts with no "." or "-".');
  }
  return { kind: 'registry', host, repository, tag, digest };
}

function splitDigest(text: string, rest: string): { before: string; digest: Digest | undefined } {
  const found = DIGEST_SUFFIX.exec(rest);
  if (found === null) return { before: rest, digest: undefined };
  const digest = found[0].slice(1);
  if (!isDigest(digest)) throw malformed(text, 'A digest is sha256: and 64 lower-case hexadecimal digits.');
  return { before: rest.slice(0, found.index), digest };
}

function shorten(text: string): string {
  return text.length <= 100 ? text : `${text.slice(0, 100)}…`;
}

function malformed(text: string, hint: string): Fault {
  const shown = shorten(text).replace(/\p{Cc}/gu, '?');
  return new Fault('reference/malformed', `"${shown}" is not an image reference.`, hint);
}
