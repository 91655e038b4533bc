// What a build says of itself: the document of `temper build --json`.
import { z } from 'zod';

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
  key: z.object({ fingerprint: z.string(), path: z.string(), created: z.boolean() }),
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
