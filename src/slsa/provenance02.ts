// SLSA provenance v0.2: https://slsa.dev/spec/v0.2/provenance
import { z } from 'zod';
import type { Json } from '../lib/json.ts';

export interface Material {
  readonly uri: string;
  readonly digest: Readonly<Record<string, string>>;
}

/** The predicate as it is written. */
export interface Provenance02 {
  readonly builder: { readonly id: string };
  readonly buildType: string;
  readonly invocation: {
    readonly configSource: {
      readonly uri?: string;
      readonly digest?: Readonly<Record<string, string>>;
      readonly entryPoint?: string;
    };
    readonly parameters: Readonly<Record<string, Json>>;
    /** Users of hardened images read `github_repository` and `github_sha1` here; absent where they are not known. */
    readonly environment: {
      readonly github_repository?: string;
      readonly github_sha1?: string;
      readonly github_ref?: string;
      readonly [name: string]: Json | undefined;
    };
  };
  readonly buildConfig?: Readonly<Record<string, Json>>;
  readonly metadata: {
    readonly buildInvocationId?: string;
    /** RFC 3339, UTC. */
    readonly buildStartedOn?: string;
    readonly buildFinishedOn?: string;
    readonly completeness: { readonly parameters: boolean; readonly environment: boolean; readonly materials: boolean };
    readonly reproducible: boolean;
  };
  readonly materials: readonly Material[];
}

/** What is read of somebody's provenance. */
export const ReadProvenance02 = z.object({
  builder: z.object({ id: z.string().min(1) }),
  buildType: z.string().min(1),
  invocation: z
    .object({
      configSource: z.object({ uri: z.string().optional() }).optional(),
      environment: z.looseObject({ github_repository: z.string().optional() }).nullish(),
    })
    .optional(),
});
export type ReadProvenance02 = z.infer<typeof ReadProvenance02>;
