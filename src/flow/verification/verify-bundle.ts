// Verifies a file, or what has a digest, with the Sigstore bundle beside it: offline, with a trusted root or keys.
import { now } from '../../io/clock.ts';
import { fileExists, readFile, readFileIfThere } from '../../io/files.ts';
import { writeFile } from '../../io/pending-file.ts';
import { environment } from '../../io/environment.ts';
import { openPublicKey } from '../../keys/open.ts';
import { type Digest, digestOf, isDigest } from '../../lib/digest.ts';
import { limits } from '../../lib/limits.ts';
import type { BundleVersion } from '../../sigstore/bundle.ts';
import type { TrustedIdentity } from '../../verify/sigstore/identity.ts';
import type { BundleQuestion } from '../../verify/sigstore/question.ts';
import { emptyState, parseState, stateBytes, type VerifierState } from '../../verify/sigstore/state.ts';
import { type BundleTrust, type Revocation, type Thresholds, usualThresholds } from '../../verify/sigstore/trust.ts';
import { type BundleResult, verify } from '../../verify/sigstore/verify.ts';
import { loadTrustedRoot } from './trusted-root.ts';

export interface BundleRequest {
  /** Path of the bundle. */
  readonly bundle: string;
  /** Path of what was signed, at most 256 MiB; or its digest, `sha256:…`, where there is no file of that name. */
  readonly artifact: string;
  /** Public keys: paths, or where they are in a token (`pkcs11:…`). */
  readonly keys: readonly string[];
  readonly identities: readonly TrustedIdentity[];
  /** Path; unless given, Sigstore's public instance is trusted about certificates, logs and times. */
  readonly trustedRoot: string | undefined;
  /** Unless given, what Sigstore's clients ask for. */
  readonly thresholds?: Partial<Thresholds> | undefined;
  readonly revocations?: readonly Revocation[] | undefined;
  readonly minimumVersion?: BundleVersion | undefined;
  /** Path of the verifier's state: read if it is there, written when nothing is refuted. */
  readonly state?: string | undefined;
}

const BUNDLE_LIMIT = 64 << 20;
const STATE_LIMIT = 64 << 20;

/**
 * Verifies a bundle.
 * @throws Fault `file/…`, `key/…`, `sigstore/root`, `verify/state`, `x509/malformed`: the question could not be answered
 */
export async function verifyBundle(request: BundleRequest): Promise<BundleResult> {
  const [question, trust, before] = await Promise.all([questionOf(request), trustOf(request), stateOf(request.state)]);
  const { result, state } = verify(question, trust, before, Math.floor(now().getTime() / 1000));
  if (request.state !== undefined && state !== before) await writeFile(request.state, stateBytes(state));
  return result;
}

async function questionOf({ bundle, artifact }: BundleRequest): Promise<BundleQuestion> {
  const bytes = await readFile(bundle, BUNDLE_LIMIT);
  const digest = await digestNamed(artifact);
  if (digest === undefined) {
    const content = await readFile(artifact, limits.envelope);
    return { bytes, subject: digestOf(content), artifact: content };
  }
  const { verifyHash } = await import('../../dsse/verify-hash.ts');
  return { bytes, subject: digest, verifyHash };
}

async function digestNamed(text: string): Promise<Digest | undefined> {
  const lower = text.toLowerCase();
  return isDigest(lower) && text.startsWith('sha256:') && !(await fileExists(text)) ? lower : undefined;
}

async function trustOf(request: BundleRequest): Promise<BundleTrust> {
  const root = await loadTrustedRoot(request.trustedRoot);
  const options = { password: '', environment: environment(), offline: true };
  const keys = await Promise.all(request.keys.map(async (key) => await openPublicKey(key, options)));
  return {
    keys: keys.map((key) => ({ key })),
    identities: request.identities,
    root,
    thresholds: { ...usualThresholds(root), ...request.thresholds },
    revocations: request.revocations ?? [],
    minimumVersion: request.minimumVersion ?? '0.1',
  };
}

async function stateOf(path: string | undefined): Promise<VerifierState> {
  const bytes = path === undefined ? undefined : await readFileIfThere(path, STATE_LIMIT);
  return bytes === undefined ? emptyState : parseState(bytes, path ?? '');
}
