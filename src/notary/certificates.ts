// What the certificates of a signature have to be, whoever trusts them (signature-specification, Certificate Requirements).
import { isoTime } from '../lib/time.ts';
import { type Certificate, certificateName, isSignedBy } from '../x509/certificate.ts';
import {
  allowsUsage,
  basicConstraints,
  extensionIds,
  forbiddingExtension,
  type keyUsages,
  purposes,
  purposesOf,
} from '../x509/extensions.ts';

/** Usages that a signer's key must not have. */
const OTHER_USAGES = [
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const satisfies readonly (keyof typeof keyUsages)[];

const OTHER_PURPOSES: readonly string[] = [
  purposes.any,
  purposes.serverAuth,
  purposes.clientAuth,
  purposes.emailProtection,
  purposes.timeStamping,
  purposes.ocspSigning,
];

/**
 * What is wrong with a chain, for people; `undefined` when it is whole: from the signer's certificate over each issuer in order to
 * a root, each fit for its place. Beyond the specification, extensions that are critical and not understood, and name constraints,
 * are refused, and purposes bind the authorities that have them.
 * @throws Fault `x509/malformed` for an extension that cannot be read
 */
export function chainProblem(chain: readonly Certificate[]): string | undefined {
  const [leaf, ...authorities] = chain;
  if (leaf === undefined) return 'there is no certificate';
  return (
    leafProblem(leaf) ??
    authorities
      .map((authority, below) => authorityProblem(authority, below))
      .find((problem) => problem !== undefined) ??
    orderProblem(chain)
  );
}

function orderProblem(chain: readonly Certificate[]): string | undefined {
  for (const [index, certificate] of chain.entries()) {
    const issuer = chain[index + 1];
    const ownIssuer = certificate.issuer.equals(certificate.subject);
    const name = certificateName(certificate);
    if (issuer === undefined) {
      if (ownIssuer && isSignedBy(certificate, certificate)) return undefined;
      return `the last certificate, ${name}, is no root`;
    }
    if (ownIssuer && isSignedBy(certificate, certificate)) return `the root ${name} is not the last certificate`;
    if (!certificate.issuer.equals(issuer.subject) || !isSignedBy(certificate, issuer)) {
      return `the certificate ${name} is not issued by the next one, ${certificateName(issuer)}`;
    }
  }
  return undefined;
}

function leafProblem(leaf: Certificate): string | undefined {
  const name = certificateName(leaf);
  const usage = usageProblem(leaf, 'digitalSignature');
  if (usage !== undefined) return usage;
  const other = OTHER_USAGES.find((one) => allowsUsage(leaf, one));
  if (other !== undefined) return `the key of the certificate ${name} is for ${other}, too`;
  if (basicConstraints(leaf).ca) return `the signer's certificate, ${name}, is one of an authority`;
  const allowed = purposesOf(leaf);
  if (allowed === undefined) return undefined;
  if (!allowed.includes(purposes.codeSigning)) return `the certificate ${name} is not for signing code`;
  if (OTHER_PURPOSES.some((purpose) => allowed.includes(purpose))) {
    return `the certificate ${name} is for other purposes than signing code`;
  }
  return undefined;
}

/** @param below how many authorities stand between it and the signer */
function authorityProblem(authority: Certificate, below: number): string | undefined {
  const name = certificateName(authority);
  const { ca, pathLength } = basicConstraints(authority);
  if (!ca || authority.extensions.get(extensionIds.basicConstraints)?.critical !== true) {
    return `the certificate ${name} is none of an authority`;
  }
  if (pathLength !== undefined && below > pathLength) {
    return `the authority ${name} may not have ${below} authorities below it`;
  }
  const allowed = purposesOf(authority);
  if (allowed !== undefined && !allowed.includes(purposes.codeSigning) && !allowed.includes(purposes.any)) {
    return `the authority ${name} is not for signing code`;
  }
  return usageProblem(authority, 'keyCertSign');
}

function usageProblem(certificate: Certificate, usage: keyof typeof keyUsages): string | undefined {
  const name = certificateName(certificate);
  if (certificate.extensions.get(extensionIds.keyUsage)?.critical !== true) {
    return `the certificate ${name} has no critical key usage`;
  }
  if (!allowsUsage(certificate, usage)) return `the key of the certificate ${name} is not for ${usage}`;
  const extension = forbiddingExtension(certificate);
  return extension === undefined
    ? undefined
    : `the certificate ${name} has extension ${extension}, which is not understood`;
}

export interface ValidityProblem {
  readonly problem: 'expired' | 'not-yet-valid';
  readonly reason: string;
}

/** The first certificate that was not valid at a time, in seconds since 1970. */
export function validityProblem(chain: readonly Certificate[], time: number): ValidityProblem | undefined {
  for (const certificate of chain) {
    const { notBefore, notAfter } = certificate;
    const name = certificateName(certificate);
    if (time > notAfter) {
      return { problem: 'expired', reason: `the certificate ${name} expired at ${isoTime(notAfter)}` };
    }
    if (time < notBefore) {
      return {
        problem: 'not-yet-valid',
        reason: `the certificate ${name} is valid only from ${isoTime(notBefore)} on`,
      };
    }
  }
  return undefined;
}
