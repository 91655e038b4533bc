// CycloneDX 1.6, JSON form: what Temper writes, and (as a schema) what it reads back.
import { z } from 'zod';

/** The versions that are written. */
export type CycloneDxVersion = '1.6' | '1.7';

export interface CycloneDxDocument {
  readonly $schema: string;
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: CycloneDxVersion;
  readonly serialNumber: string;
  readonly version: number;
  readonly metadata: {
    readonly timestamp: string;
    readonly tools: { readonly components: readonly CycloneDxComponent[] };
    readonly component: CycloneDxComponent;
  };
  readonly components: readonly CycloneDxComponent[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] | undefined }[];
}

export interface CycloneDxComponent {
  readonly type:
    | 'application'
    | 'framework'
    | 'library'
    | 'container'
    | 'platform'
    | 'operating-system'
    | 'device'
    | 'device-driver'
    | 'firmware'
    | 'file'
    | 'machine-learning-model'
    | 'data'
    | 'cryptographic-asset';
  readonly 'bom-ref'?: string | undefined;
  readonly supplier?: CycloneDxEntity | undefined;
  readonly authors?: readonly { readonly name?: string | undefined; readonly email?: string | undefined }[] | undefined;
  readonly publisher?: string | undefined;
  readonly group?: string | undefined;
  readonly name: string;
  readonly version?: string | undefined;
  readonly description?: string | undefined;
  readonly scope?: string | undefined;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[] | undefined;
  readonly licenses?: readonly CycloneDxLicence[] | undefined;
  readonly copyright?: string | undefined;
  readonly cpe?: string | undefined;
  readonly purl?: string | undefined;
  readonly swid?: { readonly tagId: string; readonly name: string } | undefined;
  readonly 'mime-type'?: string | undefined;
  readonly externalReferences?: readonly object[] | undefined;
  readonly components?: readonly CycloneDxComponent[] | undefined;
  readonly evidence?:
    | {
        readonly occurrences?:
          | readonly { readonly location: string; readonly additionalContext?: string | undefined }[]
          | undefined;
        readonly licenses?: readonly object[] | undefined;
      }
    | undefined;
  readonly properties?: readonly CycloneDxProperty[] | undefined;
}

export interface CycloneDxEntity {
  readonly name: string;
  readonly contact?: readonly { readonly email: string }[] | undefined;
}

export interface CycloneDxLicence {
  readonly expression: string;
  readonly acknowledgement?: 'declared' | 'concluded' | undefined;
}

export interface CycloneDxProperty {
  readonly name: string;
  readonly value: string;
}

// Read are the files of the image, its packages, and the packages' files.
const Property = z.looseObject({ name: z.string(), value: z.string().optional() });
const FileComponent = z.looseObject({
  type: z.string(),
  name: z.string(),
  hashes: z.array(z.looseObject({ alg: z.string(), content: z.string() })).optional(),
  properties: z.array(Property).optional(),
});

/** The part of a document that is read back to hold it against an image. */
export const CycloneDxClaims = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.literal('1.6'),
  metadata: z.looseObject({
    component: z.looseObject({ components: z.array(FileComponent).max(5_000_000).optional() }),
  }),
  components: z
    .array(
      FileComponent.extend({
        purl: z.string().optional(),
        version: z.string().optional(),
        components: z.array(FileComponent).max(5_000_000).optional(),
      }),
    )
    .max(5_000_000),
});
export type CycloneDxClaims = z.infer<typeof CycloneDxClaims>;
