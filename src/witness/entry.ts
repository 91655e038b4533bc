// Whether the entry that a log gave is about this signature, and proven: before anybody is trusted, and before a trusted root.
import { messageOf } from '../lib/faults.ts';
import { digestOf } from '../lib/digest.ts';
import type { SignedContent as Signed } from '../sign/witness.ts';
import type { Bundle } from '../sigstore/bundle.ts';
import { type InclusionProof, type LogEntry, logEntryJson, parseLogEntry } from '../sigstore/log-entry.ts';
import { parseCheckpoint } from '../tlog/checkpoint.ts';
import { leafHash } from '../tlog/hashes.ts';
import { inclusionRoot } from '../tlog/verify.ts';
import { checkLogEntries } from '../verify/sigstore/log.ts';
import { checkLoggedBody } from '../verify/sigstore/logged-body.ts';
import { type BundleSigner, CheckList, type SignedContent, signedContent } from '../verify/sigstore/question.ts';
import { type PreparedRoot, usualThresholds } from '../verify/sigstore/trust.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { malformedAnswer, otherAnswer, unproven, untrustedAnswer } from './faults.ts';

export interface EntryCheck {
  /** Of the log, for people. */
  readonly name: string;
  /** Whether the log must promise the entry, as Rekor v1 does. */
  readonly promised: boolean;
  /** Unless given, nobody is asked whose log it is. */
  readonly root: PreparedRoot | undefined;
  /** Seconds since 1970. */
  readonly now: number;
}

/**
 * The JSON of an entry, once it is about the signature, and its inclusion proof leads to its checkpoint's root. With a trusted root
 * its promise and its checkpoint are by one of its logs, too.
 * @param value a `TransparencyLogEntry` (sigstore_rekor.proto) in its JSON form
 * @throws Fault `witness/malformed`, `witness/other`, `witness/unproven`, `witness/untrusted`
 */
export function checkedEntry(value: unknown, signed: Signed, check: EntryCheck): object {
  const { name, promised } = check;
  const entry = readEntry(value, name);
  const [content, signer] = [contentOf(signed), signerOf(signed)];
  const list = new CheckList(digestOf(signed.signature), []);
  if (!checkLoggedBody(entry, content, signer, list)) {
    throw otherAnswer(name, `an entry that is not ours: ${list.checks.at(-1)?.reason ?? ''}`);
  }
  if (promised && (entry.promise === undefined || entry.integratedTime === undefined)) {
    throw unproven(name, 'the entry has no promise with a time');
  }
  if (entry.proof === undefined) throw unproven(name, 'the entry has no inclusion proof');
  checkProof(entry, entry.proof, name);
  const json = logEntryJson(entry);
  if (check.root !== undefined) checkTrust(json, content, signer, check.root, check);
  return json;
}

function readEntry(value: unknown, name: string): LogEntry {
  try {
    return parseLogEntry(value);
  } catch (fault) {
    throw malformedAnswer(name, `what is no log entry: ${messageOf(fault).replace(/\.$/, '')}`, fault);
  }
}

function checkProof({ body }: LogEntry, proof: InclusionProof, name: string): void {
  const root = inclusionRoot(proof.index, proof.size, leafHash(body), proof.hashes);
  if (root === undefined) throw unproven(name, 'the inclusion proof has not the hashes that its tree and index need');
  if (proof.checkpoint === undefined) throw unproven(name, 'the inclusion proof has no checkpoint');
  const checkpoint = readCheckpoint(proof.checkpoint, name);
  const same = proof.root === undefined || proof.root.equals(root);
  if (!same || checkpoint.size !== proof.size || !checkpoint.root.equals(root)) {
    throw unproven(name, "the inclusion proof does not lead to the checkpoint's root");
  }
}

function readCheckpoint(text: string, name: string) {
  try {
    return parseCheckpoint(text);
  } catch (fault) {
    throw malformedAnswer(name, 'what is no checkpoint', fault);
  }
}

function checkTrust(
  entry: object,
  content: SignedContent,
  signer: BundleSigner,
  root: PreparedRoot,
  { name, now }: EntryCheck,
): void {
  const bundle: Bundle = {
    version: '0.3',
    signer: { kind: 'key', hint: undefined },
    content: { kind: 'message', signature: content.signature, digest: undefined },
    logEntries: [entry],
    timestamps: [],
    witnesses: 1,
  };
  const trust = {
    keys: [],
    identities: [],
    root,
    thresholds: usualThresholds(root),
    revocations: [],
    minimumVersion: '0.3' as const,
  };
  const list = new CheckList(digestOf(content.signature), []);
  checkLogEntries({ bundle, signed: content, signer, trust, times: [], now }, list);
  const bad = list.checks.find(({ outcome }) => outcome !== 'established');
  if (bad !== undefined) throw untrustedAnswer(name, bad.reason);
}

/** As verifiers see the content. */
function contentOf({ content, signature }: Signed): SignedContent {
  const bytes = Buffer.from(signature);
  if (content.kind === 'envelope') {
    return signedContent(content, { bytes, subject: digestOf(content.envelope.payload) });
  }
  const message = { kind: 'message', signature: bytes, digest: undefined } as const;
  return signedContent(message, { bytes, subject: digestOf(content.message), artifact: content.message });
}

/** The names in the certificate are none of a log's business. */
function signerOf({ certificate, publicKey }: Signed): BundleSigner {
  if (certificate === undefined) return { kind: 'key', key: publicKey };
  const identity = { subjects: [], issuer: undefined };
  return { kind: 'certificate', certificate: parseCertificate(certificate), between: [], identity };
}
