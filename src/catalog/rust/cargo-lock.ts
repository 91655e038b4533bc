// Cargo.lock, versions 1 to 4: The Cargo Book, "Cargo.toml vs Cargo.lock", and the encoding that cargo's own sources describe.
import { parse } from 'smol-toml';
import { z } from 'zod';
import { Fault, messageOf } from '../../lib/faults.ts';
import type { Cataloger } from '../types.ts';
import { type CrateGraph, cratePackages } from './crates.ts';

const Locked = z.object({
  name: z.string().min(1),
  version: z.string(),
  source: z.string().optional(),
  checksum: z.string().optional(),
  dependencies: z.array(z.string()).optional(),
});
type Locked = z.infer<typeof Locked>;

const Lock = z.object({
  package: z.array(Locked).max(100_000).optional(),
  /** Version 1 keeps the project itself apart, and checksums. */
  root: Locked.optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});

export const cargoLock: Cataloger<CrateGraph> = {
  id: 'cargo-lock',
  version: 1,
  evidence: 'declared',
  reads: [{ name: 'Cargo.lock' }],
  limit: 16 << 20,
  parse: ({ content }) => readLock(content.all().toString('utf8')),
  assemble: (found) => found.flatMap(({ path, fact }) => cratePackages(fact, path)),
};

function readLock(text: string): CrateGraph | undefined {
  let lock: unknown;
  try {
    lock = parse(text);
  } catch (cause) {
    throw malformed(messageOf(cause).split('\n')[0] ?? '', cause);
  }
  const { data, error } = Lock.safeParse(lock);
  if (data === undefined) throw malformed(z.prettifyError(error).split('\n')[0] ?? '');
  const all = [...(data.root === undefined ? [] : [data.root]), ...(data.package ?? [])];
  if (all.length === 0) return undefined;
  const sums = new Map(Object.entries(data.metadata ?? {}));
  const places = placesOf(all);
  return all.map((one) => ({
    name: one.name,
    version: one.version,
    source: one.source,
    built: false,
    checksum: sha256(one.checksum ?? sums.get(`checksum ${one.name} ${one.version} (${one.source})`)),
    dependencies: (one.dependencies ?? []).map((text) => places(text)).filter((at) => at !== undefined),
  }));
}

/** `name`, `name version` or `name version (source)`: as much as tells crates of one name apart. */
function placesOf(all: readonly Locked[]): (text: string) => number | undefined {
  const places = new Map<string, number>();
  for (const [i, { name, version, source }] of all.entries()) {
    for (const key of [name, `${name} ${version}`, `${name} ${version} (${source})`]) {
      if (!places.has(key)) places.set(key, i);
    }
  }
  return (text) => {
    const [name, version] = text.split(' ');
    return places.get(text) ?? places.get(`${name} ${version}`);
  };
}

function sha256(text: unknown): string | undefined {
  return typeof text === 'string' && /^[0-9a-f]{64}$/.test(text) ? text : undefined;
}

function malformed(why: string, cause?: unknown): Fault {
  return new Fault(
    'cargo/malformed',
    `Cargo.lock cannot be read: ${why}.`,
    'Check that the file is complete, or let cargo write it again.',
    { cause },
  );
}
