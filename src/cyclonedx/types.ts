// CycloneDX 1.6, JSON form: what Temper writes, and (as a schema) what it reads back.
import { z } from 'zod';

export interface CycloneDxDocument {
  readonly $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json';
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: '1.6';
  readonly serialNumber: string;
  readonly version: 1;
  readonly metadata: {
    readonly timestamp: string;
    readonly tools: { readonly components: readonly CycloneDxComponent[] };
    readonly component: CycloneDxComponent;
  };
  readonly components: readonly CycloneDxComponent[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

export interface CycloneDxComponent {
  readonly type: 'application' | 'container' | 'library' | 'operating-system' | 'file';
  readonly 'bom-ref'?: string | undefined;
  readonly name: string;
  readonly version?: string | undefined;
  readonly description?: string | undefined;
  readonly supplier?: { readonly name: string } | undefined;
  readonly purl?: string | undefined;
  readonly copyright?: string | undefined;
  readonly licenses?: readonly CycloneDxLicence[] | undefined;
  readonly hashes?: readonly { readonly alg: 'SHA-1' | 'SHA-256'; readonly content: string }[] | undefined;
  readonly externalReferences?: readonly { readonly type: string; readonly url: string }[] | undefined;
  readonly properties?: readonly CycloneDxProperty[] | undefined;
  readonly components?: readonly CycloneDxComponent[] | undefined;
}

export type CycloneDxLicence =
  | { readonly expression: string }
  | { readonly license: { readonly id: string } | { readonly name: string } };

export interface CycloneDxProperty {
  readonly name: string;
  readonly value: string;
}

// Three levels are read: the image, its packages, their files.
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
    .max(1_000_000),
});
export type CycloneDxClaims = z.infer<typeof CycloneDxClaims>;
