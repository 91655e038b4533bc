// What tells one described image or folder from every other: serial numbers and namespaces are made of it.
import { hexOf, sha256Hex } from '../lib/digest.ts';
import type { Bom } from './types.ts';

/** 64 hexadecimal digits: the config's digest, or without one the digest of what is described. */
export function identityOf({ subject, packages, files }: Bom): string {
  if (subject.configDigest !== undefined) return hexOf(subject.configDigest);
  const content = [
    subject.name,
    subject.version,
    packages.map((p) => [p.purl, p.locations ?? []]),
    files.map((file) => [file.path, file.mode, file.sha256, file.target ?? '']),
  ];
  return sha256Hex(JSON.stringify(content));
}
