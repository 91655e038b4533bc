// Whom a verifier of bundles believes, and how much it asks for.
import type { PublicKey } from '../../keys/types.ts';
import type { BundleVersion } from '../../sigstore/bundle.ts';
import type { TrustedAuthority, TrustedLog, TrustedRoot } from '../../sigstore/trusted-root.ts';
import { type Certificate, parseCertificate } from '../../x509/certificate.ts';
import type { Window } from '../../x509/window.ts';
import type { TrustedIdentity } from './identity.ts';

/** A key, and when signatures by it count: a retired one has an end. */
export interface TrustedKey {
  readonly key: PublicKey;
  readonly validFor?: Window | undefined;
}

/** Something that must not count any more. */
export interface Revocation {
  readonly kind: 'key' | 'certificate' | 'identity' | 'log' | 'artifact';
  /**
   * Of a key its fingerprint (`SHA256:…`), of a certificate the SHA-256 of its DER, of an identity its name as the certificate has
   * it, of a log its id: hexadecimal in lower case; of an artifact its digest.
   */
  readonly id: string;
  /** Signatures that are proven to be older still count; unless given, none does. Seconds since 1970. */
  readonly from?: number | undefined;
  /** For people, fitting behind a colon. */
  readonly reason: string;
}

/** How many distinct witnesses a bundle needs, at least. */
export interface Thresholds {
  /** Logs that prove or promise the entry. */
  readonly logs: number;
  /** RFC 3161 authorities. */
  readonly timestamps: number;
  /** Sources of time: promises of logs and timestamps together. Certificates need one in any case. */
  readonly times: number;
  /** Logs that promised to show the certificate; of bundles with keys none is asked for. */
  readonly certificateLogs: number;
}

/** An authority with its certificates read. */
export interface Authority {
  readonly name: string;
  /** The root is the last. */
  readonly chain: readonly Certificate[];
  readonly validFor: Window;
}

/** A trusted root with its certificates read, to be used for many bundles. */
export interface PreparedRoot {
  readonly logs: readonly TrustedLog[];
  readonly certificateLogs: readonly TrustedLog[];
  readonly certificateAuthorities: readonly Authority[];
  readonly timestampAuthorities: readonly Authority[];
}

export interface BundleTrust {
  readonly keys: readonly TrustedKey[];
  readonly identities: readonly TrustedIdentity[];
  readonly root: PreparedRoot;
  readonly thresholds: Thresholds;
  readonly revocations: readonly Revocation[];
  /** Older bundles are refused: they prove less. */
  readonly minimumVersion: BundleVersion;
}

/** @throws Fault `x509/malformed` for a certificate that cannot be read */
export function prepareRoot(root: TrustedRoot): PreparedRoot {
  return {
    logs: root.logs,
    certificateLogs: root.certificateLogs,
    certificateAuthorities: root.certificateAuthorities.map(prepareAuthority),
    timestampAuthorities: root.timestampAuthorities.map(prepareAuthority),
  };
}

function prepareAuthority({ name, chain, validFor }: TrustedAuthority): Authority {
  return { name, chain: chain.map((der) => parseCertificate(der, `a certificate of ${name}`)), validFor };
}

/** No root: keys alone. */
export const noRoot: PreparedRoot = {
  logs: [],
  certificateLogs: [],
  certificateAuthorities: [],
  timestampAuthorities: [],
};

/** What Sigstore's clients ask for: one log, and of certificates a promise of a certificate log where the root names one. */
export function usualThresholds(root: PreparedRoot): Thresholds {
  return { logs: 1, timestamps: 0, times: 0, certificateLogs: root.certificateLogs.length > 0 ? 1 : 0 };
}
