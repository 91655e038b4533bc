// Whom a verifier of Notary Project signatures believes, and how much it asks for (trust-store-trust-policy).
import type { NotaryFormat } from '../../notary/types.ts';
import type { TimestampAuthority } from '../../timestamp/verify.ts';
import type { Certificate } from '../../x509/certificate.ts';
import type { Revocation } from '../sigstore/trust.ts';
import type { NotaryIdentity } from './identity.ts';

/** `audit` asks for integrity alone; `skip`, which asks for nothing, is for those who do not call. */
export type NotaryLevel = 'strict' | 'permissive' | 'audit';

/** What is validated, beside integrity, which always decides. */
export type Validation = 'authenticity' | 'authenticTimestamp' | 'expiry' | 'revocation';

/** Whether a failure counts, is only told, or is not looked for. */
export type Action = 'enforce' | 'log' | 'skip';

export interface NotaryTrust {
  /** The trust stores `ca`: signatures of the scheme `notary.x509` lead to one of these. */
  readonly certificates: readonly Certificate[];
  /** The trust stores `signingAuthority`: signatures of the scheme `notary.x509.signingAuthority` lead to one of these. */
  readonly signingAuthorities: readonly Certificate[];
  /** The trust stores `tsa`. */
  readonly timestampAuthorities: readonly TimestampAuthority[];
  /** `any` for every certificate that the authorities issue. */
  readonly identities: readonly NotaryIdentity[] | 'any';
  readonly level: NotaryLevel;
  /** Other actions than the level's. */
  readonly override?: Partial<Readonly<Record<Validation, Action>>> | undefined;
  /** When a timestamp is needed: always, or only after a certificate has expired. */
  readonly verifyTimestamp: 'always' | 'afterCertExpiry';
  /** Formats that count; unless given, both. */
  readonly formats?: readonly NotaryFormat[] | undefined;
  readonly revocations: readonly Revocation[];
}

const LEVELS: Readonly<Record<NotaryLevel, Readonly<Record<Validation, Action>>>> = {
  strict: { authenticity: 'enforce', authenticTimestamp: 'enforce', expiry: 'enforce', revocation: 'enforce' },
  permissive: { authenticity: 'enforce', authenticTimestamp: 'log', expiry: 'log', revocation: 'log' },
  audit: { authenticity: 'log', authenticTimestamp: 'log', expiry: 'log', revocation: 'log' },
};

export function actionOf({ level, override }: Pick<NotaryTrust, 'level' | 'override'>, validation: Validation): Action {
  return override?.[validation] ?? LEVELS[level][validation];
}

/** A root certificate of a timestamp authority, trusted at any time. @param name for people */
export function timestampRoot(certificate: Certificate, name: string): TimestampAuthority {
  return { name, chain: [certificate], validFor: {} };
}
