// SLSA verification summaries (slsa.dev/spec/v1.0/verification_summary): what somebody found who verified.

export const VERIFICATION_SUMMARY = 'https://slsa.dev/verification_summary/v1';

/** What was found, as the statement's predicate is to say it. */
export interface Summary {
  readonly verifier: { readonly id: string; readonly version: string };
  /** RFC 3339. */
  readonly timeVerified: string;
  readonly resourceUri: string;
  readonly policy: { readonly uri: string; readonly sha256: string };
  /** What counted: each by its SHA-256, hexadecimal. */
  readonly inputAttestations: readonly { readonly name: string; readonly sha256: string }[];
  readonly passed: boolean;
  /** The build level that is established, 0 for none; of what failed nothing is. */
  readonly buildLevel: number;
}

/** The predicate: the same for the same findings. */
export function summaryPredicate(summary: Summary): object {
  const { verifier, timeVerified, resourceUri, policy, inputAttestations, passed, buildLevel } = summary;
  return {
    verifier: { id: verifier.id, version: { temper: verifier.version } },
    timeVerified,
    resourceUri,
    policy: { uri: policy.uri, digest: { sha256: policy.sha256 } },
    inputAttestations: inputAttestations.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
    verificationResult: passed ? 'PASSED' : 'FAILED',
    verifiedLevels: passed ? [`SLSA_BUILD_LEVEL_${buildLevel}`] : ['FAILED'],
    slsaVersion: '1.0',
  };
}
