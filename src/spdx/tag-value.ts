// The tags of SPDX 2.3's tag-value form and the members of its JSON form that say the same.

/**
 * How a value stands: `line` is one line, `text` stands between `<text>` and `</text>`; with an `s` the tag may come
 * several times and the member is a list. The others have forms of their own.
 */
export type TagKind =
  | 'line'
  | 'text'
  | 'lines'
  | 'texts'
  | 'truth'
  | 'checksums'
  | 'verification'
  | 'refs'
  | 'refComment'
  | 'externals'
  | 'byteRange'
  | 'lineRange'
  | 'purpose';

export interface Tag {
  readonly tag: string;
  readonly member: string;
  readonly kind: TagKind;
}

const tags = (...list: (readonly [string, string, TagKind])[]): readonly Tag[] =>
  list.map(([tag, member, kind]) => ({ tag, member, kind }));

/** Chapter 6; members of `creationInfo` have its name before a dot. */
export const documentTags = tags(
  ['SPDXVersion', 'spdxVersion', 'line'],
  ['DataLicense', 'dataLicense', 'line'],
  ['SPDXID', 'SPDXID', 'line'],
  ['DocumentName', 'name', 'line'],
  ['DocumentNamespace', 'documentNamespace', 'line'],
  ['ExternalDocumentRef', 'externalDocumentRefs', 'externals'],
  ['LicenseListVersion', 'creationInfo.licenseListVersion', 'line'],
  ['Creator', 'creationInfo.creators', 'lines'],
  ['Created', 'creationInfo.created', 'line'],
  ['CreatorComment', 'creationInfo.comment', 'text'],
  ['DocumentComment', 'comment', 'text'],
);

/** Chapter 7. */
export const packageTags = tags(
  ['PackageName', 'name', 'line'],
  ['SPDXID', 'SPDXID', 'line'],
  ['PackageVersion', 'versionInfo', 'line'],
  ['PackageFileName', 'packageFileName', 'line'],
  ['PackageSupplier', 'supplier', 'line'],
  ['PackageOriginator', 'originator', 'line'],
  ['PackageDownloadLocation', 'downloadLocation', 'line'],
  ['FilesAnalyzed', 'filesAnalyzed', 'truth'],
  ['PackageVerificationCode', 'packageVerificationCode', 'verification'],
  ['PackageChecksum', 'checksums', 'checksums'],
  ['PackageHomePage', 'homepage', 'line'],
  ['PackageSourceInfo', 'sourceInfo', 'text'],
  ['PackageLicenseConcluded', 'licenseConcluded', 'line'],
  ['PackageLicenseInfoFromFiles', 'licenseInfoFromFiles', 'lines'],
  ['PackageLicenseDeclared', 'licenseDeclared', 'line'],
  ['PackageLicenseComments', 'licenseComments', 'text'],
  ['PackageCopyrightText', 'copyrightText', 'text'],
  ['PackageSummary', 'summary', 'text'],
  ['PackageDescription', 'description', 'text'],
  ['PackageComment', 'comment', 'text'],
  ['ExternalRef', 'externalRefs', 'refs'],
  ['ExternalRefComment', 'externalRefs', 'refComment'],
  ['PackageAttributionText', 'attributionTexts', 'texts'],
  ['PrimaryPackagePurpose', 'primaryPackagePurpose', 'purpose'],
  ['ReleaseDate', 'releaseDate', 'line'],
  ['BuiltDate', 'builtDate', 'line'],
  ['ValidUntilDate', 'validUntilDate', 'line'],
);

/** Chapter 8. */
export const fileTags = tags(
  ['FileName', 'fileName', 'line'],
  ['SPDXID', 'SPDXID', 'line'],
  ['FileType', 'fileTypes', 'lines'],
  ['FileChecksum', 'checksums', 'checksums'],
  ['LicenseConcluded', 'licenseConcluded', 'line'],
  ['LicenseInfoInFile', 'licenseInfoInFiles', 'lines'],
  ['LicenseComments', 'licenseComments', 'text'],
  ['FileCopyrightText', 'copyrightText', 'text'],
  ['FileComment', 'comment', 'text'],
  ['FileNotice', 'noticeText', 'text'],
  ['FileContributor', 'fileContributors', 'lines'],
  ['FileAttributionText', 'attributionTexts', 'texts'],
  ['FileDependency', 'fileDependencies', 'lines'],
);

/** Chapter 9. */
export const snippetTags = tags(
  ['SnippetSPDXID', 'SPDXID', 'line'],
  ['SnippetFromFileSPDXID', 'snippetFromFile', 'line'],
  ['SnippetByteRange', 'ranges', 'byteRange'],
  ['SnippetLineRange', 'ranges', 'lineRange'],
  ['SnippetLicenseConcluded', 'licenseConcluded', 'line'],
  ['LicenseInfoInSnippet', 'licenseInfoInSnippets', 'lines'],
  ['SnippetLicenseComments', 'licenseComments', 'text'],
  ['SnippetCopyrightText', 'copyrightText', 'text'],
  ['SnippetComment', 'comment', 'text'],
  ['SnippetName', 'name', 'line'],
  ['SnippetAttributionText', 'attributionTexts', 'texts'],
);

/** Chapter 10. */
export const licenceTags = tags(
  ['LicenseID', 'licenseId', 'line'],
  ['ExtractedText', 'extractedText', 'text'],
  ['LicenseName', 'name', 'line'],
  ['LicenseCrossReference', 'seeAlsos', 'lines'],
  ['LicenseComment', 'comment', 'text'],
);

/** Chapter 12; `SPDXREF` says what it is about. */
export const annotationTags = tags(
  ['Annotator', 'annotator', 'line'],
  ['AnnotationDate', 'annotationDate', 'line'],
  ['AnnotationType', 'annotationType', 'line'],
  ['SPDXREF', 'SPDXREF', 'line'],
  ['AnnotationComment', 'comment', 'text'],
);

/** Chapter 13, deprecated. */
export const reviewTags = tags(
  ['Reviewer', 'reviewer', 'line'],
  ['ReviewDate', 'reviewDate', 'line'],
  ['ReviewComment', 'comment', 'text'],
);
