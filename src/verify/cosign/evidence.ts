// Cosign's legacy signatures and attestations, and Docker's bare statements, as evidence.
import type { LegacySignature } from '../../cosign/types.ts';
import { predicateTypes } from '../../intoto/predicates.ts';
import type { Digest } from '../../lib/digest.ts';
import { isoTime } from '../../lib/time.ts';
import type { Check } from '../check.ts';
import type { Evidence } from '../evidence.ts';
import { type Said, verdictOf, verdictOfResult } from '../results.ts';
import { attestationSigner, type SignerGroup } from '../signers.ts';
import { type BareStatement, judgeBareStatement } from './docker.ts';
import { judgeLegacy, type LegacyWords } from './legacy.ts';
import type { RepositoryQuestion } from './reference.ts';

/** What a legacy signature hangs on, and where. */
export interface LegacySubject extends RepositoryQuestion {
  readonly subject: Digest;
}

/** @param manifest the one that lists it */
export function legacyEvidence(
  format: 'cosign-tag' | 'docker',
  { signature, manifest }: { readonly signature: LegacySignature; readonly manifest: Digest },
  where: LegacySubject,
): Evidence {
  return {
    format,
    claimed: signature.kind === 'signature' ? predicateTypes.signature : signature.predicateType,
    judge: (group) => {
      const trust = group.bundleTrust;
      if (trust === undefined) return untrusted(where.subject, [manifest, signature.blob]);
      const result = judgeLegacy({ ...where, signature }, trust, group.now);
      const retired = retiredKey(group, result.signer === undefined, (keys) =>
        judgeLegacy({ ...where, signature }, { ...trust, keys }, group.now),
      );
      if (retired !== undefined) return old(retired, where.subject, [manifest, signature.blob]);
      const said = result.said === undefined ? undefined : saidBy(result.said);
      return verdictOfResult(result, said, [manifest, signature.blob]);
    },
  };
}

export function bareStatementEvidence(statement: BareStatement, where: LegacySubject): Evidence {
  const evidence = [statement.manifest, statement.blob] as const;
  return {
    format: 'docker',
    claimed: statement.annotatedType,
    judge: ({ bundleTrust, now }) => {
      if (bundleTrust === undefined) return untrusted(where.subject, evidence);
      const {
        outcome,
        checks,
        statement: read,
        signatures,
      } = judgeBareStatement({ ...where, statement }, bundleTrust, now);
      const good = signatures.find((one) => one.outcome === 'established');
      const all = [...checks, ...((good ?? signatures[0])?.checks ?? [])].map((check) => ({
        ...check,
        subject: where.subject,
      }));
      const said =
        read === undefined
          ? undefined
          : { predicateType: read.predicateType, predicate: read.predicate, statement: statement.bytes };
      const signer = good?.signer === undefined ? undefined : attestationSigner(good.signer);
      return verdictOf({ checks: all, outcome }, signer, said, evidence, good);
    },
  };
}

function saidBy(said: LegacyWords): Said {
  if (said.kind === 'signature') {
    const predicate = Object.fromEntries(said.optional);
    return { predicateType: predicateTypes.signature, predicate, statement: undefined };
  }
  const { predicateType, predicate } = said.statement;
  return { predicateType, predicate, statement: said.bytes };
}

function untrusted(subject: Digest, evidence: readonly [Digest, Digest]) {
  const reason = 'nobody is trusted for it: it proves nothing here';
  const check: Check = {
    check: 'signature',
    subject,
    outcome: 'not applicable',
    reason,
    problem: 'signer-untrusted',
    evidence,
  };
  return { checks: [check], attestation: undefined };
}

/** The retired key that signed what nobody else did. */
function retiredKey(
  { retired }: SignerGroup,
  unknown: boolean,
  judge: (keys: readonly { key: SignerGroup['keys'][number] }[]) => { readonly signer: unknown },
) {
  return unknown ? retired.find(({ key }) => judge([{ key }]).signer !== undefined) : undefined;
}

function old({ key, until }: SignerGroup['retired'][number], subject: Digest, evidence: readonly [Digest, Digest]) {
  const reason = `signed by ${key.fingerprint}, which does not count since ${isoTime(until)}: it proves nothing here`;
  const check: Check = {
    check: 'signature',
    subject,
    outcome: 'not applicable',
    reason,
    problem: 'key-retired',
    evidence,
  };
  return { checks: [check], attestation: undefined };
}
