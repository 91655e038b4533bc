// Whether an authority that is trusted made a timestamp over these bytes (RFC 3161, 2.3 and 2.4.2).
import { hash } from 'node:crypto';
import { isoTime } from '../lib/time.ts';
import type { Certificate } from '../x509/certificate.ts';
import { type ChainProblem, findChain } from '../x509/chain.ts';
import { basicConstraints, extensionIds, purposes, purposesOf } from '../x509/extensions.ts';
import { inWindow, type Window, windowText } from '../x509/window.ts';
import { isSignedDataBy, names, type SignedData, strongHash } from './signed-data.ts';
import type { TimestampToken } from './token.ts';

export interface TimestampAuthority {
  /** For people: its address or its certificate's name. */
  readonly name: string;
  /** From the signer's own certificate, if it is known, to the root that is trusted, which is the last. */
  readonly chain: readonly Certificate[];
  /** When its word counts. */
  readonly validFor: Window;
}

export type TimestampProblem = 'other-bytes' | 'weak-hash' | 'untrusted' | 'outside-window' | ChainProblem;

export type TimestampVerdict =
  | { readonly valid: true; readonly time: number; readonly authority: TimestampAuthority }
  | { readonly valid: false; readonly problem: TimestampProblem; readonly reason: string };

type Refusal = Extract<TimestampVerdict, { valid: false }>;

/**
 * Checks a timestamp over a message against the authorities. An authority whose own certificate is known signs with that and no
 * other; of the others the certificate stands in the timestamp. Certificates are judged at the time that it names.
 * @throws Fault `x509/malformed` for an extension that cannot be read
 */
export function verifyTimestamp(
  token: TimestampToken,
  message: Uint8Array,
  authorities: readonly TimestampAuthority[],
): TimestampVerdict {
  const algorithm = strongHash(token.imprint.algorithm);
  if (algorithm === undefined) return refused('weak-hash', `its hash ${token.imprint.algorithm} is not trusted`);
  if (!hash(algorithm, message, 'buffer').equals(token.imprint.hash)) {
    return refused('other-bytes', 'it is over other bytes than this signature');
  }
  let best: Refusal | undefined;
  for (const authority of authorities) {
    const verdict = verifyBy(token, authority);
    if (verdict?.valid === true) return verdict;
    best = verdict ?? best;
  }
  return best ?? refused('untrusted', 'it is signed by no trusted timestamp authority');
}

/** `undefined` where the authority did not sign. */
function verifyBy(token: TimestampToken, authority: TimestampAuthority): TimestampVerdict | undefined {
  const anchor = authority.chain.at(-1);
  const signer = signerOf(token.signed, authority);
  if (anchor === undefined || signer === undefined) return undefined;
  if (!isForTimestampsOnly(signer)) return refused('purpose', 'its signer is not for timestamps, and for them alone');
  const chain = findChain({
    leaf: signer,
    between: [...authority.chain, ...token.signed.certificates],
    anchors: [anchor],
    time: token.time,
    purpose: purposes.timeStamping,
  });
  if (!chain.valid) return chain.problem === 'untrusted' ? undefined : chain;
  if (!inWindow(token.time, authority.validFor)) {
    const reason = `${authority.name} is trusted ${windowText(authority.validFor)}, not at ${isoTime(token.time)}`;
    return refused('outside-window', reason);
  }
  return { valid: true, time: token.time, authority };
}

function signerOf(signed: SignedData, { chain }: TimestampAuthority): Certificate | undefined {
  const [first] = chain;
  const known = first !== undefined && !basicConstraints(first).ca ? [first] : undefined;
  const candidates = known ?? signed.certificates;
  return candidates.find((candidate) => names(signed.signer, candidate) && isSignedDataBy(signed, candidate.spki));
}

function isForTimestampsOnly(certificate: Certificate): boolean {
  const allowed = purposesOf(certificate);
  const critical = certificate.extensions.get(extensionIds.extendedKeyUsage)?.critical === true;
  return critical && allowed?.length === 1 && allowed[0] === purposes.timeStamping;
}

function refused(problem: TimestampProblem, reason: string): Refusal {
  return { valid: false, problem, reason };
}
