// SLSA provenance v0.2: https://slsa.dev/spec/v0.2/provenance
import type { Json } from '../lib/json.ts';
import { loose, object, type Shape, string } from '../lib/shape.ts';

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
export interface ReadProvenance02 {
  builder: { id: string };
  buildType: string;
  invocation?:
    | {
        configSource?: { uri?: string | undefined } | undefined;
        environment?: { github_repository?: string | undefined } | null | undefined;
      }
    | undefined;
}
export const ReadProvenance02: Shape<ReadProvenance02> = object<ReadProvenance02>({
  builder: object<{ id: string }>({ id: string(Infinity, 1) }),
  buildType: string(Infinity, 1),
  invocation: object<NonNullable<ReadProvenance02['invocation']>>({
    configSource: object<{ uri?: string | undefined }>({ uri: string().optional() }).optional(),
    environment: loose<{ github_repository?: string | undefined }>({
      github_repository: string().optional(),
    }).nullish(),
  }).optional(),
});
