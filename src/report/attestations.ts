import type { ListedAttestation } from '../flow/verification/attestations.ts';
import { documentJson } from './document.ts';
import { printable, shortDigest, table } from './table.ts';

export function attestationsTable(list: readonly ListedAttestation[], verified: boolean): string {
  if (list.length === 0) return 'no attestations';
  const head = ['ON', 'SUBJECT', 'PREDICATE TYPE', ...(verified ? ['SIGNED BY'] : [])];
  const rows = list.map((a) => [
    a.platform ?? a.role,
    shortDigest(a.subject),
    printable(a.predicateType ?? `unreadable: ${a.problem ?? ''}`),
    ...(verified
      ? [a.signer === undefined ? printable(`not verified: ${a.problem ?? ''}`) : a.signer.slice(0, 19)]
      : []),
  ]);
  return table([head, ...rows]);
}

/** One document, `urn:temper:schema:attestations:1`. */
export function attestationsJson(attestations: readonly ListedAttestation[]): string {
  return documentJson('attestations', { attestations });
}
