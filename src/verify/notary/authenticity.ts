// Whether somebody who is trusted signed: a whole chain of fit certificates to a trusted one, of a trusted name.
import { printable } from '../../x509/names.ts';
import { certificateName } from '../../x509/certificate.ts';
import { chainProblem } from '../../notary/certificates.ts';
import type { NotaryEnvelope } from '../../notary/types.ts';
import type { CheckList } from '../sigstore/question.ts';
import { isTrustedIdentity } from './identity.ts';
import { ValidationList } from './question.ts';
import type { NotaryTrust } from './trust.ts';

/** @throws Fault `x509/malformed` for an extension or a name that cannot be read */
export function checkAuthenticity(
  { certificates, scheme }: NotaryEnvelope,
  trust: NotaryTrust,
  checks: CheckList,
): void {
  const list = new ValidationList(checks, trust, 'authenticity');
  const problem = chainProblem(certificates);
  const anchors = scheme === 'notary.x509' ? trust.certificates : trust.signingAuthorities;
  const trusted = certificates.find(({ fingerprint }) => anchors.some((anchor) => anchor.fingerprint === fingerprint));
  if (problem !== undefined) list.refuted('certificate', 'certificate-unfit', problem);
  else if (trusted === undefined) {
    const reason = `none of its certificates is trusted for signatures of the scheme ${scheme}`;
    list.missing('certificate', 'certificate-untrusted', reason);
  } else list.established('certificate', `the chain leads to ${certificateName(trusted)}`);
  const [leaf] = certificates;
  if (leaf === undefined) return;
  const name = printable(certificateName(leaf));
  if (trust.identities === 'any') list.notApplicable('identity', `any identity is trusted; it is ${name}`);
  else if (isTrustedIdentity(leaf, trust.identities)) list.established('identity', name);
  else if (trust.identities.length === 0)
    list.missing('identity', 'signer-untrusted', `no identity is trusted; it is ${name}`);
  else list.missing('identity', 'identity-other', `${name} is not trusted`);
}
