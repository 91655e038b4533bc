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
  readonly files?: readonly SpdxFile[] | undefined;
  readonly relationships: readonly SpdxRelationship[];
  readonly annotations?: readonly SpdxAnnotation[] | undefined;
  readonly hasExtractedLicensingInfos?:
    | readonly { readonly licenseId: string; readonly extractedText: string; readonly name?: string | undefined }[]
    | undefined;
}

export interface SpdxPackage {
  readonly SPDXID: string;
  readonly name: string;
  readonly versionInfo?: string | undefined;
  readonly packageFileName?: string | undefined;
  readonly supplier?: string | undefined;
  readonly originator?: string | undefined;
  readonly downloadLocation: string;
  readonly filesAnalyzed: boolean;
  readonly packageVerificationCode?:
    | {
        readonly packageVerificationCodeValue: string;
        readonly packageVerificationCodeExcludedFiles?: readonly string[] | undefined;
      }
    | undefined;
  readonly checksums?: readonly SpdxChecksum[] | undefined;
  readonly homepage?: string | undefined;
  readonly sourceInfo?: string | undefined;
  readonly licenseConcluded: string;
  readonly licenseInfoFromFiles?: readonly string[] | undefined;
  readonly licenseDeclared: string;
  readonly licenseComments?: string | undefined;
  readonly copyrightText: string;
  readonly summary?: string | undefined;
  readonly description?: string | undefined;
  readonly comment?: string | undefined;
  readonly externalRefs?:
    | readonly {
        readonly referenceCategory: string;
        readonly referenceType: string;
        readonly referenceLocator: string;
        readonly comment?: string | undefined;
      }[]
    | undefined;
  readonly attributionTexts?: readonly string[] | undefined;
  readonly primaryPackagePurpose?: string | undefined;
  readonly builtDate?: string | undefined;
  readonly releaseDate?: string | undefined;
  readonly validUntilDate?: string | undefined;
  readonly annotations?: readonly SpdxAnnotation[] | undefined;
}

export interface SpdxAnnotation {
  /** UTC in whole seconds. */
  readonly annotationDate: string;
  readonly annotationType: 'REVIEW' | 'OTHER';
  readonly annotator: string;
  readonly comment: string;
}

export interface SpdxChecksum {
  /** `SHA1`, `SHA256`, … */
  readonly algorithm: string;
  readonly checksumValue: string;
}

export interface SpdxFile {
  readonly SPDXID: string;
  readonly fileName: string;
  readonly fileTypes?: readonly string[] | undefined;
  readonly checksums: readonly SpdxChecksum[];
  readonly licenseConcluded: string;
  readonly licenseInfoInFiles?: readonly string[] | undefined;
  readonly licenseComments?: string | undefined;
  readonly copyrightText: string;
  readonly comment?: string | undefined;
  readonly noticeText?: string | undefined;
  readonly fileContributors?: readonly string[] | undefined;
  readonly attributionTexts?: readonly string[] | undefined;
  readonly annotations?: readonly SpdxAnnotation[] | undefined;
}

export interface SpdxSnippet {
  readonly SPDXID: string;
  readonly name: string;
  readonly snippetFromFile: string;
  readonly ranges: readonly {
    readonly startPointer: SpdxPointer;
    readonly endPointer: SpdxPointer;
  }[];
  readonly licenseConcluded?: string | undefined;
  readonly licenseInfoInSnippets?: readonly string[] | undefined;
  readonly licenseComments?: string | undefined;
  readonly copyrightText?: string | undefined;
  readonly comment?: string | undefined;
  readonly attributionTexts?: readonly string[] | undefined;
  readonly annotations?: readonly SpdxAnnotation[] | undefined;
}

export interface SpdxPointer {
  /** The file. */
  readonly reference: string;
  readonly offset?: number;
  readonly lineNumber?: number;
}

export interface SpdxRelationship {
  readonly spdxElementId: string;
  readonly relationshipType: string;
  readonly relatedSpdxElement: string;
  readonly comment?: string | undefined;
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
