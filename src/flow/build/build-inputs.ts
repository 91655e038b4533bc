// What a build starts from: the definition, its own files, the choice of compression, where the image goes.
import { type Definition, parseDefinition } from '../../build/definition.ts';
import type { ReviewedScript } from '../../build/effects.ts';
import { reviewedScripts } from '../../build/reviewed.ts';
import { folderOf, nameOf, readFile, resolvePath } from '../../io/files.ts';
import type { CompressionChoice } from '../../lib/compress.ts';
import { type Digest, digestOf } from '../../lib/digest.ts';
import { Fault } from '../../lib/faults.ts';
import { limits } from '../../lib/limits.ts';

export interface ReadDefinition {
  readonly definition: Definition;
  /** As the user wrote it. */
  readonly given: string;
  /** Absolute. */
  readonly path: string;
  readonly folder: string;
  readonly name: string;
  readonly digest: Digest;
}

/** @throws Fault `file/…`, `definition/…` */
export async function readDefinition(file: string): Promise<ReadDefinition> {
  const path = resolvePath(file);
  const bytes = await readFile(path, limits.document);
  return {
    definition: parseDefinition(bytes.toString('utf8'), nameOf(path)),
    given: file,
    path,
    folder: folderOf(path),
    name: nameOf(path),
    digest: digestOf(bytes),
  };
}

/** `X.lock.json` beside `X.yaml`. */
export function lockPathOf(definition: string): string {
  return `${definition.replace(/\.ya?ml$/i, '')}.lock.json`;
}

/** The platforms to build, sorted, each once. @throws Fault `definition/platform` for one that the definition has not. */
export function platformsOf(definition: Definition, asked: readonly string[] | undefined): string[] {
  const has = new Set<string>(definition.platforms);
  const missing = asked?.find((platform) => !has.has(platform));
  if (missing !== undefined) {
    throw new Fault(
      'definition/platform',
      `The definition does not name the platform ${missing}.`,
      `Choose among ${[...has].join(', ')}, or add it under platforms.`,
    );
  }
  return [...new Set(asked ?? definition.platforms)].sort();
}

/** `gzip`, `gzip:9`, `zstd`, `zstd:19`. @throws Fault `option/compression` */
export function compressionOf(text: string): CompressionChoice {
  const match = /^(gzip|zstd)(?::(\d{1,2}))?$/.exec(text);
  const level = match?.[2] === undefined ? undefined : Number(match[2]);
  const most = match?.[1] === 'zstd' ? 19 : 9;
  if (match === null || (level !== undefined && (level < 1 || level > most))) {
    throw new Fault(
      'option/compression',
      `"${text.slice(0, 40)}" is no compression.`,
      'Write gzip, gzip:1 to gzip:9, zstd, or zstd:1 to zstd:19.',
    );
  }
  return match[1] === 'zstd' ? { format: 'zstd', level: level ?? 3 } : { format: 'gzip', level: level ?? 5 };
}

/** Temper's reviewed scripts and the definition's, by SHA-256. */
export function reviewsOf(definition: Definition): Map<string, ReviewedScript[]> {
  return Map.groupBy(
    [...(definition.contents['maintainer-scripts'] as readonly ReviewedScript[]), ...reviewedScripts],
    (review) => review.sha256,
  );
}

/** The version that documents state: the definition's first tag. */
export function versionOf(definition: Definition): string {
  return definition.tags[0] ?? 'latest';
}
