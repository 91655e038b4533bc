// Whether what was logged is this signature, over this content, by this signer.
import { createPublicKey, hash } from 'node:crypto';
import { Fault } from '../../lib/faults.ts';
import { type LoggedEntry, parseEntryBody } from '../../sigstore/entry-body.ts';
import type { LogEntry } from '../../sigstore/log-entry.ts';
import type { BundleSigner, CheckList, SignedContent } from './question.ts';
import { unstopped } from './signature.ts';

/** Compares every part of the logged body with the bundle. */
export function checkLoggedBody(
  entry: LogEntry,
  signed: SignedContent,
  signer: BundleSigner,
  list: CheckList,
): boolean {
  let logged: LoggedEntry;
  try {
    logged = parseEntryBody(entry.body);
  } catch (fault) {
    const unknown = fault instanceof Fault && fault.code === 'sigstore/entry';
    list.refuted('log-entry', unknown ? 'log-entry-unknown' : 'bundle-malformed', unstopped(fault));
    return false;
  }
  const said = entry.kind === undefined ? logged.type : `${entry.kind} ${entry.version ?? ''}`;
  const difference = said === logged.type ? differenceOf(logged, signed, signer) : `a ${logged.type}, not a ${said}`;
  if (difference === undefined) {
    list.established('log-entry', `entry ${entry.logIndex} is about this signature, its content and its signer`);
    return true;
  }
  list.refuted('log-entry', 'log-entry-other', `entry ${entry.logIndex} is ${difference}`);
  return false;
}

/** Fitting behind "the entry is". */
function differenceOf(logged: LoggedEntry, signed: SignedContent, signer: BundleSigner): string | undefined {
  if (!logged.signature.equals(signed.signature)) return 'about another signature';
  const { algorithm } = logged.digest;
  const ofPayload = signed.payload === undefined ? undefined : hash(algorithm, signed.payload, 'buffer');
  const digest = logged.of === 'payload' ? ofPayload : signed.message(algorithm);
  if (digest === undefined || !digest.equals(logged.digest.hash)) return 'about other bytes';
  return isSigner(logged.verifier, signer) ? undefined : 'about another signer';
}

function isSigner({ kind, der }: LoggedEntry['verifier'], signer: BundleSigner): boolean {
  if (kind !== signer.kind) return false;
  if (signer.kind === 'certificate') return der.equals(signer.certificate.der);
  try {
    return createPublicKey({ key: der, format: 'der', type: 'spki' })
      .export({ type: 'spki', format: 'der' })
      .equals(signer.key.spki);
  } catch {
    return false;
  }
}
