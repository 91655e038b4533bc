// What a build says of itself: the document of `temper build --json`.
import { z } from 'zod';
import { unexplainedFiles } from '../../bom/unexplained.ts';
import type { KeyOrigin } from '../../keys/types.ts';
import type { BuiltPlatform } from './build-platforms.ts';
import type { VerifyResult } from '../verification/verify.ts';

const Layer = z.object({
  name: z.string(),
  digest: z.string(),
  diffId: z.string(),
  size: z.int(),
  contentSize: z.int(),
});

const Platform = z.object({
  platform: z.string(),
  digest: z.string(),
  packages: z.int(),
  files: z.int(),
  unexplainedFiles: z.int(),
  /** Compressed bytes of all layers. */
  size: z.int(),
  contentSize: z.int(),
  layers: z.array(Layer),
  linkage: z.object({ objects: z.int(), resolved: z.int(), foreign: z.array(z.string()) }),
  scripts: z.array(z.object({ package: z.string(), script: z.string(), sha256: z.string(), because: z.string() })),
  exclusions: z.array(z.object({ name: z.string(), askedBy: z.array(z.string()) })),
});

export const BuildReport = z.object({
  schema: z.literal('temper/build/v1'),
  /** As a user writes it: `oci:DIR:TAG`, `localhost:5000/node:20`. */
  reference: z.string(),
  digest: z.string(),
  platforms: z.array(Platform),
  attestations: z.array(z.object({ subject: z.string(), predicateType: z.string() })),
  key: z.object({
    fingerprint: z.string(),
    path: z.string(),
    publicPath: z.string().optional(),
    created: z.boolean(),
    /** Of a key in a device: where it is, and what the device says of it. */
    origin: z.custom<KeyOrigin>().optional(),
  }),
  lock: z.object({ path: z.string(), digest: z.string(), created: z.boolean() }),
  compressor: z.string(),
  builder: z.string(),
  notKnown: z.array(z.string()),
  policy: z.object({ path: z.string(), changed: z.boolean() }).optional(),
  verification: z.object({
    answer: z.enum(['yes', 'no']),
    established: z.int(),
    against: z.array(z.object({ check: z.string(), subject: z.string(), reason: z.string() })),
  }),
  /** True when nothing had changed since an earlier build, whose image was found whole. */
  unchanged: z.boolean(),
  /** Milliseconds. */
  timings: z.array(z.object({ step: z.string(), time: z.number() })),
  time: z.number(),
  /** Bytes. */
  peakMemory: z.int(),
});
export type BuildReport = z.infer<typeof BuildReport>;

export function platformReport(
  { image, manifest }: BuiltPlatform,
  exclusions: readonly { readonly name: string; readonly askedBy: readonly string[] }[],
): BuildReport['platforms'][number] {
  const total = (sizes: readonly number[]) => sizes.reduce((sum, size) => sum + size, 0);
  return {
    platform: image.platform,
    digest: manifest.descriptor.digest,
    packages: image.bom.packages.length,
    files: image.bom.files.length,
    unexplainedFiles: unexplainedFiles(image.bom).length,
    size: total(image.layers.map((layer) => layer.size)),
    contentSize: total(image.layers.map((layer) => layer.contentSize)),
    layers: image.layers.map(({ name, digest, diffId, size, contentSize }) => ({
      name,
      digest,
      diffId,
      size,
      contentSize,
    })),
    linkage: { ...image.linkage, foreign: [...image.linkage.foreign] },
    scripts: image.scripts.map((s) => ({ package: s.package, script: s.script, sha256: s.sha256, because: s.because })),
    exclusions: exclusions.map(({ name, askedBy }) => ({ name, askedBy: [...askedBy] })),
  };
}

export function verificationReport({ checks, decision }: VerifyResult): BuildReport['verification'] {
  return {
    answer: decision.answer,
    established: checks.filter((check) => check.outcome === 'established').length,
    against: decision.against.map(({ check, subject, reason }) => ({ check, subject, reason })),
  };
}
