// Verifies a file with the Sigstore bundle beside it, by the same trust as images.
import { type Decision, decide } from '../decide/decision.ts';
import { readFile } from '../io/files.ts';
import { type Digest, digestOf } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';
import { isoTime } from '../lib/time.ts';
import type { Check } from '../verify/check.ts';
import { attestationSigner } from '../verify/signers.ts';
import { emptyState } from '../verify/sigstore/state.ts';
import { type BundleResult, verify } from '../verify/sigstore/verify.ts';
import { loadTrust, type LoadedTrust } from './trust.ts';
import { withState } from './verifier-state.ts';
import type { ReferenceOptions, VerifyOptions } from './verify-reference.ts';

export interface BlobAnswer {
  readonly blob: string;
  readonly digest: Digest;
  readonly time: string;
  readonly origin: LoadedTrust['origin'];
  readonly signers: readonly string[];
  readonly checks: readonly Check[];
  readonly decision: Decision;
}

const BUNDLE_LIMIT = 64 << 20;

/**
 * Verifies a file of at most 256 MiB by the signers that the command line names.
 * @throws Fault `verify/no-trust` where it names none; `file/…`, `key/…`, `sigstore/root`, `verify/state`
 */
export async function verifyBlob(
  { blob, bundle }: { readonly blob: string; readonly bundle: string },
  request: VerifyOptions,
  { offline }: ReferenceOptions,
): Promise<BlobAnswer> {
  if (request.keys.length === 0 && request.identity === undefined) {
    throw new Fault(
      'verify/no-trust',
      `Nobody is trusted for ${blob}: a policy speaks of images.`,
      'Name the signer with --key FILE.pub, or with --certificate-identity and --certificate-oidc-issuer.',
    );
  }
  const [bytes, artifact] = await Promise.all([readFile(bundle, BUNDLE_LIMIT), readFile(blob, limits.envelope)]);
  const { groups, origin, now } = await loadTrust({ ...request, offline, repository: '' });
  const trust = groups[0]?.bundleTrust;
  if (trust === undefined) throw new Error('no trust');
  const subject = digestOf(artifact);
  const question = { bytes, subject, artifact, scope: 'blobs' };
  const older = { ...trust, minimumVersion: '0.1' } as const;
  const judged = await withState(request.state, async (before) => {
    const { result, state } = verify(question, older, before ?? emptyState, now);
    return await Promise.resolve({ value: result, state: before === undefined ? undefined : state });
  });
  return answerOf(blob, subject, judged, { origin, now });
}

function answerOf(
  blob: string,
  digest: Digest,
  { checks, signer, outcome }: BundleResult,
  { origin, now }: Pick<LoadedTrust, 'origin' | 'now'>,
): BlobAnswer {
  const signers = signer === undefined || outcome !== 'established' ? [] : [attestationSigner(signer).fingerprint];
  return { blob, digest, time: isoTime(now), origin, signers, checks, decision: decide(checks) };
}
