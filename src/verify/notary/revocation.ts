// Whether nothing of a signature is revoked, as far as the trust itself says.
import { keyFingerprint } from '../../keys/public.ts';
import type { Digest } from '../../lib/digest.ts';
import type { NotaryEnvelope } from '../../notary/types.ts';
import { type Certificate, certificateName } from '../../x509/certificate.ts';
import { alternativeNames } from '../../x509/names.ts';
import type { CheckList, WitnessedTime } from '../sigstore/question.ts';
import { earliest } from '../sigstore/times.ts';
import type { Revocation } from '../sigstore/trust.ts';
import { ValidationList } from './question.ts';
import { actionOf, type NotaryTrust } from './trust.ts';

/** Where a certificate says who knows of its revocation (RFC 5280, 4.2.1.13; RFC 6960, 4.2.2.1). */
const CRL_DISTRIBUTION_POINTS = '2.5.29.31';
const AUTHORITY_INFORMATION = '1.3.6.1.5.5.7.1.1';
/** id-ad-ocsp, DER. */
const OCSP = Buffer.from('06082b06010505073001', 'hex');

/**
 * Refutes what the trust names as revoked, unless it is proven to be older. A certificate that names lists of revoked ones or an
 * OCSP server, which nobody asks here, leaves it open; one that names none counts as not revoked (Certificate Revocation Evaluation).
 */
export function checkRevocation(
  { certificates }: NotaryEnvelope,
  subject: Digest,
  times: readonly WitnessedTime[],
  trust: NotaryTrust,
  checks: CheckList,
): void {
  const list = new ValidationList(checks, trust, 'revocation');
  const signed = earliest(times);
  const hit = trust.revocations.find(
    (one) =>
      isNamed(one, certificates, subject) && (one.from === undefined || signed === undefined || signed >= one.from),
  );
  // What the trust itself names is no lookup that could fail: it counts at every level.
  if (hit !== undefined) {
    checks.refuted('revocation', 'revoked', `the ${hit.kind} is revoked: ${hit.reason}`);
    return;
  }
  if (actionOf(trust, 'revocation') === 'skip') {
    list.notApplicable('revocation', 'the trust does not ask for it');
    return;
  }
  const open = certificates.find(namesServers);
  if (open === undefined) list.established('revocation', 'nothing of it is revoked, and no certificate names a list');
  else {
    const reason = `whether ${certificateName(open)} is revoked, the lists and servers that it names were not asked`;
    list.missing('revocation', 'revocation-unknown', reason);
  }
}

function isNamed({ kind, id }: Revocation, certificates: readonly Certificate[], subject: Digest): boolean {
  switch (kind) {
    case 'certificate':
      return certificates.some(({ fingerprint }) => fingerprint === id);
    case 'key':
      return certificates.some(({ spki }) => keyFingerprint(spki) === id);
    case 'artifact':
      return subject === id;
    case 'identity':
      return certificates.slice(0, 1).some((leaf) => namesOf(leaf).includes(id));
    default:
      return false;
  }
}

/** The whole name, as it is told, and the alternative ones. */
function namesOf(leaf: Certificate): string[] {
  return [certificateName(leaf), ...alternativeNames(leaf).map(({ value }) => value)];
}

function namesServers({ extensions }: Certificate): boolean {
  const information = extensions.get(AUTHORITY_INFORMATION);
  return extensions.has(CRL_DISTRIBUTION_POINTS) || (information !== undefined && information.value.includes(OCSP));
}
