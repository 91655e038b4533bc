// SLSA provenance v1: https://slsa.dev/spec/v1.0/provenance
import { z } from 'zod';
import type { Json } from '../lib/json.ts';

/** in-toto's ResourceDescriptor (spec/v1/resource_descriptor.md); at least one of uri, digest and content. */
export interface ResourceDescriptor {
  readonly name?: string;
  readonly uri?: string;
  /** Algorithm (`sha256`, `gitCommit`) → lower-case hexadecimal. */
  readonly digest?: Readonly<Record<string, string>>;
  /** Base64. */
  readonly content?: string;
  readonly downloadLocation?: string;
  readonly mediaType?: string;
  readonly annotations?: Readonly<Record<string, Json>>;
}

/** The predicate as it is written. */
export interface Provenance {
  readonly buildDefinition: {
    /** A URI that says what the parameters mean. */
    readonly buildType: string;
    readonly externalParameters: Readonly<Record<string, Json>>;
    readonly internalParameters?: Readonly<Record<string, Json>>;
    readonly resolvedDependencies?: readonly ResourceDescriptor[];
  };
  readonly runDetails: {
    readonly builder: {
      readonly id: string;
      readonly version?: Readonly<Record<string, string>>;
      readonly builderDependencies?: readonly ResourceDescriptor[];
    };
    readonly metadata?: {
      readonly invocationId?: string;
      /** RFC 3339, UTC. */
      readonly startedOn?: string;
      readonly finishedOn?: string;
    };
    readonly byproducts?: readonly ResourceDescriptor[];
  };
}

/** What is read of somebody's provenance: who built, from what source. */
export const ReadProvenance = z.object({
  buildDefinition: z.object({
    buildType: z.string().min(1),
    externalParameters: z.record(z.string(), z.unknown()),
    resolvedDependencies: z
      .array(z.object({ uri: z.string().optional(), digest: z.record(z.string(), z.string()).optional() }))
      .max(1_000_000)
      .optional(),
  }),
  runDetails: z.object({ builder: z.object({ id: z.string().min(1) }) }),
});
export type ReadProvenance = z.infer<typeof ReadProvenance>;
