// What an SPDX or CycloneDX document claims of an image's files.
import { CycloneDxClaims } from '../cyclonedx/types.ts';
import { Fault } from '../lib/faults.ts';
import { SpdxClaims } from '../spdx/types.ts';
import { type ClaimedFile, readFacts, readFileComment } from './claims.ts';

function unclear(format: string, path: string, what: string): Fault {
  return new Fault(
    'sbom/unclear',
    `The ${format} document does not say ${what} of "${path}".`,
    "Only SBOMs that state every file's digest, mode and owner can be held against an image.",
  );
}

/** @throws Fault `sbom/malformed`, `sbom/unclear` */
export function claimsOfSpdx(document: unknown): ClaimedFile[] {
  const parsed = SpdxClaims.safeParse(document);
  if (!parsed.success) throw malformed('SPDX', parsed.error.issues[0]?.message);
  return parsed.data.files.map((file) => {
    const facts = readFileComment(file.comment ?? '')?.facts;
    const sha256 = file.checksums.find((c) => c.algorithm === 'SHA256')?.checksumValue;
    if (facts === undefined || sha256 === undefined) throw unclear('SPDX', file.fileName, 'digest, mode and owner');
    return { ...facts, sha256, path: file.fileName.replace(/^\.\//, '') };
  });
}

/** @throws Fault `sbom/malformed`, `sbom/unclear` */
export function claimsOfCycloneDx(document: unknown): ClaimedFile[] {
  const parsed = CycloneDxClaims.safeParse(document);
  if (!parsed.success) throw malformed('CycloneDX', parsed.error.issues[0]?.message);
  const files = [
    ...(parsed.data.metadata.component.components ?? []),
    ...parsed.data.components.flatMap((c) => [c, ...(c.components ?? [])]),
  ];
  return files
    .filter((c) => c.type === 'file')
    .map((file) => {
      const value = (name: string) => file.properties?.find((p) => p.name === `temper:${name}`)?.value;
      const target = value('target');
      const text = `${value('kind') ?? ''}, mode ${value('mode') ?? ''}, owner ${value('owner') ?? ''}, ${value('size') ?? ''} bytes${target === undefined ? '' : `, to ${target}`}`;
      const facts = readFacts(text);
      const sha256 = file.hashes?.find((h) => h.alg === 'SHA-256')?.content;
      if (facts === undefined || sha256 === undefined) throw unclear('CycloneDX', file.name, 'digest, mode and owner');
      return { ...facts, sha256, path: file.name.replace(/^\//, '') };
    });
}

function malformed(format: string, problem: string | undefined): Fault {
  return new Fault(
    'sbom/malformed',
    `The document is no ${format} that Temper reads: ${problem ?? 'wrong shape'}.`,
    'Check that the attestation holds what its predicate type says.',
  );
}
