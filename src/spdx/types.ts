// SPDX 2.3, JSON form: what Temper writes, and (as a schema) what it reads back.
import { z } from 'zod';

export interface SpdxDocument {
  readonly spdxVersion: 'SPDX-2.3';
  readonly dataLicense: 'CC0-1.0';
  readonly SPDXID: 'SPDXRef-DOCUMENT';
  readonly name: string;
  readonly documentNamespace: string;
  readonly creationInfo: { readonly created: string; readonly creators: readonly string[] };
  readonly documentDescribes: readonly string[];
  readonly packages: readonly SpdxPackage[];
  readonly files: readonly SpdxFile[];
  readonly relationships: readonly SpdxRelationship[];
  readonly hasExtractedLicensingInfos?:
    | readonly { readonly licenseId: string; readonly extractedText: string }[]
    | undefined;
}

export interface SpdxPackage {
  readonly SPDXID: string;
  readonly name: string;
  readonly versionInfo: string;
  readonly downloadLocation: string;
  readonly filesAnalyzed: boolean;
  readonly packageVerificationCode?: { readonly packageVerificationCodeValue: string } | undefined;
  readonly primaryPackagePurpose?: string | undefined;
  readonly packageFileName?: string | undefined;
  readonly supplier?: string | undefined;
  readonly originator?: string | undefined;
  readonly homepage?: string | undefined;
  readonly description?: string | undefined;
  readonly sourceInfo?: string | undefined;
  readonly comment?: string | undefined;
  readonly checksums?: readonly SpdxChecksum[] | undefined;
  readonly licenseConcluded: string;
  readonly licenseDeclared: string;
  readonly copyrightText: string;
  readonly externalRefs?:
    | readonly {
        readonly referenceCategory: string;
        readonly referenceType: string;
        readonly referenceLocator: string;
      }[]
    | undefined;
}

export interface SpdxChecksum {
  readonly algorithm: 'SHA1' | 'SHA256';
  readonly checksumValue: string;
}

export interface SpdxFile {
  readonly SPDXID: string;
  readonly fileName: string;
  readonly fileTypes?: readonly string[] | undefined;
  readonly checksums: readonly SpdxChecksum[];
  readonly licenseConcluded: string;
  readonly copyrightText: string;
  readonly comment: string;
}

export interface SpdxRelationship {
  readonly spdxElementId: string;
  readonly relationshipType: string;
  readonly relatedSpdxElement: string;
}

/** The part of a document that is read back to hold it against an image. */
export const SpdxClaims = z.looseObject({
  spdxVersion: z.literal('SPDX-2.3'),
  SPDXID: z.literal('SPDXRef-DOCUMENT'),
  packages: z
    .array(z.looseObject({ SPDXID: z.string(), name: z.string(), versionInfo: z.string().optional() }))
    .max(1_000_000),
  files: z
    .array(
      z.looseObject({
        SPDXID: z.string(),
        fileName: z.string(),
        checksums: z.array(z.looseObject({ algorithm: z.string(), checksumValue: z.string() })),
        comment: z.string().optional(),
      }),
    )
    .max(5_000_000)
    .default([]),
});
export type SpdxClaims = z.infer<typeof SpdxClaims>;
