// What a user may name as a source: everything that names an image, and what lies on this machine.
import { Fault } from '../lib/faults.ts';
import {
  DEFAULT_TAG,
  formatReference,
  parseReference,
  type PathReference,
  type RegistryReference,
} from '../oci/reference.ts';

export type Engine = 'docker' | 'podman' | 'containerd';

export type SourceReference =
  | PathReference
  /** `local`: a bare name, which may be an image of a container engine here. */
  | (RegistryReference & { readonly local: boolean })
  /** `name` as the engine takes it: a name with or without tag, or an identity. */
  | { readonly kind: 'engine'; readonly engine: Engine | 'any'; readonly name: string }
  /** An archive, a folder or an SBOM: what it is says the file itself. */
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'stdin' }
  | { readonly kind: 'rootfs' | 'dir' | 'sbom'; readonly path: string };

const ENGINES: readonly (readonly [prefix: string, engine: Engine | 'any'])[] = [
  ['docker:', 'docker'],
  ['podman:', 'podman'],
  ['containerd:', 'containerd'],
  ['local://', 'any'],
];
const PATHS: readonly (readonly [prefix: string, kind: 'path' | 'dir'])[] = [
  ['archive://', 'path'],
  ['fs://', 'path'],
  ['file:', 'path'],
  ['dir:', 'dir'],
];
/** What names an image to an engine. */
const ENGINE_NAME = /^[A-Za-z0-9[][A-Za-z0-9._:@/[\]-]{0,511}$/;

/**
 * Reads what {@link parseReference} reads, and `docker:NAME`, `podman:NAME`, `containerd:NAME`, `dir:DIR`, `file:PATH`, `-` for
 * standard input, and paths that begin with `/`, `./` or `../`. Docker Scout's `image://`, `local://`, `archive://` and
 * `fs://` mean what they mean there.
 * @throws Fault `reference/malformed`
 */
export function parseSource(text: string): SourceReference {
  if (text === '-') return { kind: 'stdin' };
  if (text.length > 4096 || /\p{Cc}/u.test(text)) return parseImage(text);
  if (/^\.{0,2}\//.test(text) || text === '.' || text === '..') return { kind: 'path', path: text };
  for (const [prefix, kind] of PATHS) {
    if (text.startsWith(prefix) && text.length > prefix.length) return { kind, path: text.slice(prefix.length) };
  }
  for (const [prefix, engine] of ENGINES) {
    if (text.startsWith(prefix)) return { kind: 'engine', engine, name: engineName(text, text.slice(prefix.length)) };
  }
  return parseImage(text.startsWith('image://') ? text.slice('image://'.length) : text);
}

function parseImage(text: string): SourceReference {
  const reference = parseReference(text.replace(/^oci-dir:(?!\/\/)/, 'oci:'));
  return reference.kind === 'registry' ? { ...reference, local: !text.startsWith('registry://') } : reference;
}

function engineName(text: string, name: string): string {
  if (ENGINE_NAME.test(name) && !name.split('/').includes('..')) return name;
  throw new Fault(
    'reference/malformed',
    `"${text.slice(0, 100)}" is not an image reference.`,
    'Write the name as the engine shows it, such as docker:node:20, or the identity of an image.',
  );
}

/** The one spelling of an image's name: `node` is `docker.io/library/node:latest`; `undefined` where it is none. */
export function normalName(text: string): string | undefined {
  try {
    const reference = parseReference(text);
    if (reference.kind !== 'registry') return undefined;
    const { tag, digest } = reference;
    return formatReference({ ...reference, tag: tag ?? (digest === undefined ? DEFAULT_TAG : undefined) });
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}
