// Certification paths to an authority at a time (RFC 5280, 6.1), of signatures that are checked long after.
import { isoTime } from '../lib/time.ts';
import { type Certificate, certificateName, isSignedBy } from './certificate.ts';
import { allowsUsage, basicConstraints, forbiddingExtension, purposes, purposesOf } from './extensions.ts';

/** Most certificates of one path, and most pairs of certificates that are tried for it. */
const LONGEST_PATH = 8;
const MOST_TRIES = 200;

export interface ChainRequest {
  readonly leaf: Certificate;
  /** Certificates that may stand between; nobody has to trust them. */
  readonly between: readonly Certificate[];
  /** Certificates that are trusted. */
  readonly anchors: readonly Certificate[];
  /** Seconds since 1970: every certificate of the path was valid then. */
  readonly time: number;
  /** Key purpose: the leaf must have it, an authority that has purposes, too. */
  readonly purpose: string;
}

export type ChainProblem = 'expired' | 'not-yet-valid' | 'purpose' | 'constraint' | 'untrusted';

export type ChainVerdict =
  /** From the leaf to the anchor, both included. */
  | { readonly valid: true; readonly path: readonly Certificate[] }
  | { readonly valid: false; readonly problem: ChainProblem; readonly reason: string };

type Refusal = Extract<ChainVerdict, { valid: false }>;

/**
 * Looks for a path. Of several that fail, the one that came nearest gives the reason.
 * @throws Fault `x509/malformed` for an extension that cannot be read
 */
export function findChain(request: ChainRequest): ChainVerdict {
  const leafProblem = unfit(request.leaf, request) ?? wrongPurpose(request.leaf, request, true);
  if (leafProblem !== undefined) return leafProblem;
  if (request.anchors.some(({ der }) => der.equals(request.leaf.der))) return { valid: true, path: [request.leaf] };
  const search: Search = { request, tries: 0, refusal: undefined };
  const path = extend([request.leaf], search);
  if (path !== undefined) return { valid: true, path };
  const name = certificateName(request.leaf);
  return search.refusal ?? refused('untrusted', `no trusted authority issued the certificate ${name}`);
}

interface Search {
  readonly request: ChainRequest;
  tries: number;
  refusal: Refusal | undefined;
}

function extend(path: readonly Certificate[], search: Search): readonly Certificate[] | undefined {
  const last = path.at(-1);
  if (last === undefined || path.length >= LONGEST_PATH) return undefined;
  const { anchors, between } = search.request;
  for (const issuer of [...anchors, ...between]) {
    if (!issuer.subject.equals(last.issuer) || path.some(({ der }) => der.equals(issuer.der))) continue;
    if (++search.tries > MOST_TRIES || !isSignedBy(last, issuer)) continue;
    const problem = unfit(issuer, search.request) ?? unfitAuthority(issuer, path.length - 1, search.request);
    if (problem !== undefined) {
      search.refusal ??= problem;
      continue;
    }
    if (anchors.includes(issuer)) return [...path, issuer];
    const found = extend([...path, issuer], search);
    if (found !== undefined) return found;
  }
  return undefined;
}

function unfit(certificate: Certificate, { time }: ChainRequest): Refusal | undefined {
  const name = certificateName(certificate);
  if (time < certificate.notBefore) {
    return refused('not-yet-valid', `the certificate ${name} is valid only from ${isoTime(certificate.notBefore)} on`);
  }
  if (time > certificate.notAfter) {
    return refused('expired', `the certificate ${name} expired at ${isoTime(certificate.notAfter)}`);
  }
  const extension = forbiddingExtension(certificate);
  if (extension === undefined) return undefined;
  return refused('constraint', `the certificate ${name} has extension ${extension}, which is not understood`);
}

function unfitAuthority(issuer: Certificate, below: number, request: ChainRequest): Refusal | undefined {
  const { ca, pathLength } = basicConstraints(issuer);
  const name = certificateName(issuer);
  if (!ca || !allowsUsage(issuer, 'keyCertSign')) {
    return refused('constraint', `the certificate ${name} is none of an authority`);
  }
  if (pathLength !== undefined && below > pathLength) {
    return refused('constraint', `the authority ${name} may not have ${below} authorities below it`);
  }
  return wrongPurpose(issuer, request, false);
}

function wrongPurpose(certificate: Certificate, { purpose }: ChainRequest, isLeaf: boolean): Refusal | undefined {
  const allowed = purposesOf(certificate);
  const fits =
    allowed === undefined ? !isLeaf : allowed.includes(purpose) || (!isLeaf && allowed.includes(purposes.any));
  if (fits && (!isLeaf || allowsUsage(certificate, 'digitalSignature'))) return undefined;
  return refused('purpose', `the certificate ${certificateName(certificate)} is not for this purpose`);
}

function refused(problem: ChainProblem, reason: string): Refusal {
  return { valid: false, problem, reason };
}
