// Notary Project signatures as evidence: each signs the image, and says nothing else.
import { predicateTypes } from '../../intoto/predicates.ts';
import { keyFingerprint } from '../../keys/public.ts';
import { type Digest, digestOf } from '../../lib/digest.ts';
import type { NotaryFormat, TargetArtifact } from '../../notary/types.ts';
import { certificateName } from '../../x509/certificate.ts';
import { printable } from '../../x509/names.ts';
import type { Evidence } from '../evidence.ts';
import { verdictOf } from '../results.ts';
import type { AttestationSigner } from '../signers.ts';
import type { NotarySigner } from './question.ts';
import { verifyNotary } from './verify.ts';

/** A signature as it was collected. */
export interface CollectedNotary {
  /** The digest of the manifest that refers to the subject. */
  readonly manifest: Digest;
  readonly format: NotaryFormat;
  readonly bytes: Uint8Array;
}

/** @param subject what it hangs on */
export function notaryEvidence(
  { manifest, format, bytes }: CollectedNotary,
  subject: Pick<TargetArtifact, 'mediaType' | 'digest' | 'size'>,
): Evidence {
  const evidence = [manifest, digestOf(bytes)] as const;
  return {
    format: `notation-${format}`,
    claimed: predicateTypes.signature,
    judge: ({ notary, now }) => {
      if (notary === undefined) {
        const reason = 'no certificate is trusted for Notary Project signatures: it proves nothing here';
        const check = { check: 'signature', subject: subject.digest, outcome: 'not applicable', reason } as const;
        return { checks: [{ ...check, problem: 'signer-untrusted', evidence }], attestation: undefined };
      }
      const result = verifyNotary({ bytes, format, subject }, notary, now);
      const said = {
        predicateType: predicateTypes.signature,
        predicate: result.signer?.annotations ?? {},
        statement: undefined,
      };
      return verdictOf(result, result.signer === undefined ? undefined : signerOf(result.signer), said, evidence);
    },
  };
}

/** One subject with several keys is one signer, and so is one key in several certificates. */
function signerOf({ certificates }: NotarySigner): AttestationSigner {
  const [leaf] = certificates;
  if (leaf === undefined) return { fingerprint: 'a certificate' };
  const marks = [keyFingerprint(leaf.spki), `x509.subject:${leaf.subject.toString('hex')}`];
  return { fingerprint: `${printable(certificateName(leaf))} (certificate ${leaf.fingerprint.slice(0, 12)})`, marks };
}
