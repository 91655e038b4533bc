import { userFolders } from '../io/user-folders.ts';
import { Fault } from '../lib/faults.ts';
import {
  DEFAULT_TAG,
  formatReference,
  namesImage,
  parseReference,
  type Reference,
  type RegistryReference,
} from '../oci/reference.ts';
import type { RegistryOptions } from './connection.ts';
import { dockerCredentials } from './credentials.ts';
import { MirroredRepository } from './mirrored.ts';
import { Registry } from './registry.ts';
import { plainHosts, type RegistrySettings } from './settings.ts';
import { once, openLayout, type Opened, targetOf } from './open-layout.ts';
import type { Resolved } from './resolved.ts';
import type { RawRepository } from './types.ts';

export interface OpenOptions extends RegistryOptions {
  /** Mirrors, and registries that are asked by plain HTTP. */
  readonly registries?: RegistrySettings | undefined;
  /** What names stood for before: they stand for it again. Nothing is remembered unless given. */
  readonly resolved?: Resolved | undefined;
}

/**
 * The repository that a reference names; nothing is asked yet. Credentials are Docker's unless given.
 * @throws Fault `reference/malformed`; `reference/unsupported` for archives, root file systems and SBOMs.
 */
export function openRepository(reference: Reference | string, options: OpenOptions = {}): Opened {
  const parsed = typeof reference === 'string' ? parseReference(reference) : reference;
  if (!namesImage(parsed)) throw unsupported(parsed);
  const { tag, digest } = parsed;
  if (parsed.kind === 'registry') {
    const credentials = options.credentials ?? dockerCredentials(userFolders.docker());
    const repository = once(registryOrMirrors(parsed, { ...options, credentials }), options.resolved);
    return {
      repository,
      tag,
      digest,
      target: () => targetOf(parsed),
      reference: async () => await Promise.resolve(digest ?? tag ?? DEFAULT_TAG),
    };
  }
  if (parsed.kind === 'layout') return openLayout(parsed, options.resolved);
  throw unsupported(parsed);
}

/** A mirror is given up sooner than the registry, which is asked when it fails. */
const MIRROR_TRIES = 2;

function registryOrMirrors({ host, repository }: RegistryReference, given: OpenOptions): RawRepository {
  const options = { ...given, plain: [...(given.plain ?? []), ...plainHosts(given.registries)] };
  const registry = new Registry(host, repository, options);
  const mirrors = given.registries?.get(host)?.mirrors ?? [];
  if (mirrors.length === 0) return registry;
  const tries = Math.min(options.tries ?? MIRROR_TRIES, MIRROR_TRIES);
  const opened = mirrors.map((mirror) => {
    const named = parseReference(`registry://${mirror}/${repository}`);
    if (named.kind !== 'registry') throw unsupported(named);
    return new Registry(named.host, named.repository, { ...options, tries });
  });
  return new MirroredRepository(registry, opened);
}

function unsupported(reference: Reference): Fault {
  return new Fault(
    'reference/unsupported',
    `${formatReference(reference)} cannot be opened: only registries and layout folders can.`,
    'Copy it into a layout folder first: temper copy … oci:DIR:TAG.',
  );
}
