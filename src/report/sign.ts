// What was signed: for people, and for programs (docs/schemas/sign-1.json).
import type { BlobReport } from '../flow/signing/sign-blobs.ts';
import type { SignReport } from '../flow/signing/sign.ts';
import type { SignedBy } from '../flow/signing/signing-party.ts';
import { tool } from '../lib/tool.ts';
import { printable, shortDigest, table } from './table.ts';

export function signatureTable({ by, images }: SignReport): string {
  const rows = images.flatMap(({ reference, signatures }) =>
    signatures.map(({ role, platform, subject, format, predicateType, manifest, status, witnesses, replaced = [] }) => [
      printable(reference),
      platform ?? role,
      shortDigest(subject),
      predicateType === undefined ? format : `${format} ${printable(predicateType)}`,
      `${shortDigest(manifest)}${status === 'there' ? ' (was there)' : ''}${replaced.length === 0 ? '' : ` (in place of ${replaced.length})`}`,
      printable(status === 'there' ? '' : witnesses.join(', ')),
    ]),
  );
  return `${signerText(by)}\n${table([['IMAGE', 'ON', 'SUBJECT', 'FORMAT', 'IN', 'WITNESSES'], ...rows])}`;
}

export function signatureJson({ by, images }: SignReport): string {
  return document({ by, images });
}

export function blobTable({ by, blobs }: BlobReport): string {
  const rows = blobs.map(({ file, digest, bundle, witnesses }) => [
    printable(file),
    shortDigest(digest),
    printable(bundle),
    printable(witnesses.join(', ')),
  ]);
  return `${signerText(by)}\n${table([['FILE', 'DIGEST', 'BUNDLE', 'WITNESSES'], ...rows])}`;
}

export function blobJson({ by, blobs }: BlobReport): string {
  return document({ by, blobs });
}

function document(body: object): string {
  return JSON.stringify({ $schema: 'urn:temper:schema:sign:1', schemaVersion: 1, tool, ...body }, null, 2);
}

function signerText(by: SignedBy): string {
  if (by.kind === 'key') return `signed by ${by.fingerprint} (${printable(by.key)})`;
  return printable(`signed by ${by.subjects.join(', ')} (${by.issuer ?? 'issuer unknown'})`);
}
