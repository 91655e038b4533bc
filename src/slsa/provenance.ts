// SLSA provenance v1: https://slsa.dev/spec/v1.0/provenance
import type { Json } from '../lib/json.ts';
import { anything, list, object, record, type Shape, string } from '../lib/shape.ts';

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
export interface ReadProvenance {
  buildDefinition: {
    buildType: string;
    externalParameters: Record<string, unknown>;
    resolvedDependencies?: { uri?: string | undefined; digest?: Record<string, string> | undefined }[] | undefined;
  };
  runDetails: { builder: { id: string } };
}
const dependency = object<NonNullable<ReadProvenance['buildDefinition']['resolvedDependencies']>[number]>({
  uri: string().optional(),
  digest: record(string()).optional(),
});
export const ReadProvenance: Shape<ReadProvenance> = object<ReadProvenance>({
  buildDefinition: object<ReadProvenance['buildDefinition']>({
    buildType: string(Infinity, 1),
    externalParameters: record(anything),
    resolvedDependencies: list(dependency, 1_000_000).optional(),
  }),
  runDetails: object<ReadProvenance['runDetails']>({ builder: object<{ id: string }>({ id: string(Infinity, 1) }) }),
});
