// Whether the signer still counted when it signed: a key's time, and what is revoked.
import { keyFingerprint } from '../../keys/public.ts';
import type { Digest } from '../../lib/digest.ts';
import { isoTime } from '../../lib/time.ts';
import { inWindow, windowText } from '../../x509/window.ts';
import type { BundleSigner, CheckList, WitnessedTime } from './question.ts';
import { earliest } from './times.ts';
import type { BundleTrust, Revocation } from './trust.ts';

/** A key counts in its time. Where nobody says when it signed, one whose time is over may have signed after that. */
export function checkKeyTime(
  signer: Extract<BundleSigner, { kind: 'key' }>,
  times: readonly WitnessedTime[],
  trust: BundleTrust,
  now: number,
  list: CheckList,
): void {
  const windows = trust.keys
    .filter(({ key }) => key.fingerprint === signer.key.fingerprint)
    .map(({ validFor = {} }) => validFor);
  const witnessed = earliest(times);
  const time = witnessed ?? now;
  const [window = {}] = windows;
  if (windows.some((one) => inWindow(time, one))) {
    list.established('key', `the key is trusted ${windowText(window)}`);
    return;
  }
  const when = witnessed === undefined ? 'nobody says that it signed before' : `it signed at ${isoTime(time)}`;
  const retired = windows.every(({ start = -Infinity }) => time >= start);
  const reason = `the key is trusted ${windowText(window)}, and ${when}`;
  list.refuted('key', retired ? 'key-retired' : 'key-not-yet-valid', reason);
}

/** Refutes what is revoked, unless it is proven to be older than that. */
export function checkRevocations(
  subject: Digest,
  signer: BundleSigner,
  logs: ReadonlySet<string>,
  times: readonly WitnessedTime[],
  trust: BundleTrust,
  list: CheckList,
): void {
  const signed = earliest(times);
  const named = namesOf(subject, signer, logs);
  const hit = trust.revocations.find(
    ({ kind, id, from }) => named[kind].includes(id) && (from === undefined || signed === undefined || signed >= from),
  );
  if (hit !== undefined) list.refuted('revocation', 'revoked', `the ${hit.kind} is revoked: ${hit.reason}`);
  else if (trust.revocations.length > 0) list.established('revocation', 'nothing of it is revoked');
}

/**
 * Refutes statements about a revoked artifact, where its digest is not what was signed; unless one of the signatures is proven to be
 * older.
 * @param signatures the times of each
 */
export function checkArtifact(
  subject: Digest,
  signatures: readonly (readonly WitnessedTime[])[],
  { revocations }: BundleTrust,
  list: CheckList,
): void {
  const isOlder = (from: number | undefined): boolean =>
    from !== undefined && signatures.some((times) => (earliest(times) ?? Infinity) < from);
  const hit = revocations.find(({ kind, id, from }) => kind === 'artifact' && id === subject && !isOlder(from));
  if (hit !== undefined) list.refuted('revocation', 'revoked', `the artifact is revoked: ${hit.reason}`);
}

function namesOf(
  subject: Digest,
  signer: BundleSigner,
  logs: ReadonlySet<string>,
): Readonly<Record<Revocation['kind'], readonly string[]>> {
  const spki = signer.kind === 'key' ? signer.key.spki : signer.certificate.spki;
  const isCertificate = signer.kind === 'certificate';
  return {
    key: [keyFingerprint(spki)],
    certificate: isCertificate ? [signer.certificate, ...signer.between].map(({ fingerprint }) => fingerprint) : [],
    identity: isCertificate ? signer.identity.subjects : [],
    log: [...logs],
    artifact: [subject],
  };
}
