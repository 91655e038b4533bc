// A Bom as SPDX 2.3.
import { compareStrings, pathText } from '../lib/bytes.ts';
import { hexOf, sha1Hex } from '../lib/digest.ts';
import { isoTime } from '../lib/time.ts';
import type { SpdxDocument, SpdxFile, SpdxPackage, SpdxRelationship } from '../spdx/types.ts';
import { claimOf, factsText } from './claims.ts';
import { identityOf } from './identity.ts';
import type { Bom, BomFile, BomPackage, BomSubject } from './types.ts';

const IMAGE = 'SPDXRef-Image';

/** @param tool name and version of what makes the document, e.g. `temper-0.1.0` */
export function toSpdx(bom: Bom, tool: string): SpdxDocument {
  const { subject } = bom;
  const packageIds = new Map(
    bom.packages.map((p) => [p.purl, `SPDXRef-Package-${idPart(`${p.kind}-${p.name}-${p.architecture}`)}`]),
  );
  const fileIds = new Map(bom.files.map((file, i) => [file, `SPDXRef-File-${i}`]));
  const owned = Map.groupBy(bom.files, (file) => packageOf(file) ?? '');
  const relationships: SpdxRelationship[] = [relate('SPDXRef-DOCUMENT', 'DESCRIBES', IMAGE)];
  for (const p of bom.packages) {
    const id = packageIds.get(p.purl) ?? '';
    relationships.push(relate(IMAGE, 'CONTAINS', id));
    for (const purl of p.dependencies)
      relationships.push(relate(id, 'DEPENDS_ON', packageIds.get(purl) ?? 'NOASSERTION'));
  }
  for (const file of bom.files) {
    const owner = packageIds.get(packageOf(file) ?? '') ?? IMAGE;
    relationships.push(relate(owner, 'CONTAINS', fileIds.get(file) ?? ''));
  }
  const texts = new Map(
    bom.packages.flatMap((p) =>
      Object.entries(p.licence?.texts ?? {}).map(([key, text]) => [renamed(key, p), text] as const),
    ),
  );
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: `${subject.name}-${subject.version}-${(subject.platform ?? 'files').replaceAll('/', '-')}`,
    documentNamespace: `https://spdx.org/spdxdocs/${idPart(subject.name)}-${identityOf(bom)}`,
    creationInfo: { created: isoTime(subject.created), creators: [`Tool: ${tool}`] },
    documentDescribes: [IMAGE],
    packages: [
      imagePackage(bom, owned.get('') ?? []),
      ...bom.packages.map((p) => toPackage(p, packageIds.get(p.purl) ?? '', owned.get(p.purl) ?? [])),
    ],
    files: bom.files.map((file) => toFile(file, fileIds.get(file) ?? '')),
    relationships,
    hasExtractedLicensingInfos: [...texts]
      .sort(([a], [b]) => compareStrings(a, b))
      .map(([licenseId, extractedText]) => ({ licenseId, extractedText })),
  };
}

function relate(spdxElementId: string, relationshipType: string, relatedSpdxElement: string): SpdxRelationship {
  return { spdxElementId, relationshipType, relatedSpdxElement };
}

function idPart(text: string): string {
  return text.replace(/[^A-Za-z0-9.-]/g, '-');
}

// SPDX 2.3, 7.9: the SHA-1 of the files' sorted SHA-1s.
function verificationCode(files: readonly BomFile[]): { packageVerificationCodeValue: string } {
  return {
    packageVerificationCodeValue: sha1Hex(
      files
        .map((f) => f.sha1)
        .sort()
        .join(''),
    ),
  };
}

function packageOf({ owner }: BomFile): string | undefined {
  return owner !== undefined && 'package' in owner ? owner.package : undefined;
}

function subjectText({ platform, distribution, configDigest, diffIds }: BomSubject): string | undefined {
  if (configDigest === undefined) return undefined;
  const on = distribution === undefined ? '' : ` on ${distribution.prettyName}`;
  return `${platform ?? ''}${on}; config ${configDigest}; layers ${diffIds.join(' ')}`;
}

function imagePackage({ subject }: Bom, files: readonly BomFile[]): SpdxPackage {
  return {
    SPDXID: IMAGE,
    name: subject.name,
    versionInfo: subject.version,
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: files.length > 0,
    packageVerificationCode: files.length > 0 ? verificationCode(files) : undefined,
    primaryPackagePurpose: 'CONTAINER',
    comment: subjectText(subject),
    checksums: subject.configDigest && [{ algorithm: 'SHA256', checksumValue: hexOf(subject.configDigest) }],
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: 'NOASSERTION',
    copyrightText: 'NOASSERTION',
  };
}

// The same LicenseRef name means another text in another package.
function renamed(reference: string, p: BomPackage): string {
  const prefix = `LicenseRef-${idPart(p.source?.name ?? p.name)}-`;
  return reference.startsWith(prefix) ? reference : `${prefix}${reference.slice('LicenseRef-'.length)}`;
}

function toPackage(p: BomPackage, id: string, files: readonly BomFile[]): SpdxPackage {
  const licence =
    p.licence?.expression.replace(/LicenseRef-[A-Za-z0-9.-]+/g, (reference) => renamed(reference, p)) ?? 'NOASSERTION';
  const excluded =
    p.excludedDependencies.length === 0
      ? undefined
      : `left out by the image's definition although the package asks for them: ${p.excludedDependencies.join(', ')}`;
  return {
    SPDXID: id,
    name: p.name,
    versionInfo: p.version,
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: files.length > 0,
    packageVerificationCode: files.length > 0 ? verificationCode(files) : undefined,
    packageFileName: p.archive?.name,
    supplier: p.maintainer === undefined ? 'NOASSERTION' : person(p.maintainer),
    homepage: p.homepage,
    description: p.description,
    sourceInfo: p.source && `built package from: ${p.source.name} ${p.source.version}`,
    comment: excluded,
    checksums: p.archive === undefined ? undefined : [{ algorithm: 'SHA256', checksumValue: hexOf(p.archive.digest) }],
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: licence,
    copyrightText: p.licence?.copyright ?? 'NOASSERTION',
    externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: p.purl }],
  };
}

// SPDX 2.3, 7.5: `Organization: NAME (MAIL)`.
function person(maintainer: string): string {
  const match = /^(.*?)\s*<([^>]*)>/.exec(maintainer);
  return match === null ? `Organization: ${maintainer}` : `Organization: ${match[1] ?? ''} (${match[2] ?? ''})`;
}

function toFile(file: BomFile, id: string): SpdxFile {
  return {
    SPDXID: id,
    fileName: `./${pathText(file.path)}`,
    checksums: [
      { algorithm: 'SHA1', checksumValue: file.sha1 },
      { algorithm: 'SHA256', checksumValue: file.sha256 },
    ],
    licenseConcluded: 'NOASSERTION',
    copyrightText: 'NOASSERTION',
    comment:
      file.owner !== undefined && 'step' in file.owner
        ? `made by the build step "${file.owner.step}": ${factsText(claimOf(file))}`
        : factsText(claimOf(file)),
  };
}
