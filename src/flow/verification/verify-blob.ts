// Verifies a file with the Sigstore bundle beside it, by the same trust as images.
import { type Decision, decide } from '../../decide/decision.ts';
import { readFile, resolvePath } from '../../io/files.ts';
import { type Digest, digestOf } from '../../lib/digest.ts';
import { limits } from '../../lib/limits.ts';
import { isoTime } from '../../lib/time.ts';
import { judgeBlob } from '../../verify/blob.ts';
import type { Check } from '../../verify/check.ts';
import { emptyState } from '../../verify/sigstore/state.ts';
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
 * Verifies a file of at most 256 MiB by the signers that the command line names, else by the policy's entries that cover the file.
 * @throws Fault `verify/no-trust` where nobody is trusted for it; `policy/…`, `file/…`, `key/…`, `sigstore/root`, `verify/state`
 */
export async function verifyBlob(
  { blob, bundle }: { readonly blob: string; readonly bundle: string },
  request: VerifyOptions,
  { offline }: ReferenceOptions,
): Promise<BlobAnswer> {
  // What is read is what the policy is asked about: behind a link to a folder, `..` is another one for the file system.
  const path = resolvePath(blob);
  const [bytes, artifact] = await Promise.all([readFile(bundle, BUNDLE_LIMIT), readFile(path, limits.envelope)]);
  const subject = digestOf(artifact);
  const named = { path, digest: subject };
  const { groups, origin, now } = await loadTrust({ ...request, offline, repository: named });
  const question = { bytes, subject, artifact, scope: 'blobs' };
  // What the command line names counts for bundles of every version, as cosign has it; a policy says which do.
  const asked = origin === 'policy' ? groups : groups.map((group) => ({ ...group, ...OLDER }));
  const judged = await withState(request.state, async (before) => {
    const judgement = judgeBlob(question, asked, before ?? emptyState, now);
    return await Promise.resolve({ value: judgement, state: before === undefined ? undefined : judgement.state });
  });
  const { checks } = judged;
  return {
    blob,
    digest: subject,
    time: isoTime(now),
    origin,
    signers: judged.signers,
    checks,
    decision: decide(checks),
  };
}

const OLDER = { minimumVersion: '0.1' } as const;
