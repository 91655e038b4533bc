// What Fulcio writes into certificates about whom it issued them to (fulcio, docs/oid-info.md).
import type { Certificate } from './certificate.ts';
import { malformed, readDer, tags } from './der.ts';

const ARC = '1.3.6.1.4.1.57264.1.';

/** Claims by the last number of their extension; those up to 6 are bare text, later ones UTF8Strings. */
const CLAIMS = {
  issuerV1: 1,
  workflowTrigger: 2,
  workflowSha: 3,
  workflowName: 4,
  workflowRepository: 5,
  workflowRef: 6,
  issuer: 8,
  buildSignerUri: 9,
  buildSignerDigest: 10,
  runnerEnvironment: 11,
  sourceRepositoryUri: 12,
  sourceRepositoryDigest: 13,
  sourceRepositoryRef: 14,
  sourceRepositoryIdentifier: 15,
  sourceRepositoryOwnerUri: 16,
  sourceRepositoryOwnerIdentifier: 17,
  buildConfigUri: 18,
  buildConfigDigest: 19,
  buildTrigger: 20,
  runInvocationUri: 21,
  sourceRepositoryVisibility: 22,
} as const;
const LAST_BARE = 6;

export type FulcioClaims = Readonly<Partial<Record<keyof typeof CLAIMS, string>>>;

/** The claims that a certificate has. @throws Fault `x509/malformed` for one that is no UTF8String where it should be */
export function fulcioClaims({ extensions }: Certificate): FulcioClaims {
  const claims: Partial<Record<keyof typeof CLAIMS, string>> = {};
  for (const [name, number] of Object.entries(CLAIMS) as [keyof typeof CLAIMS, number][]) {
    const extension = extensions.get(`${ARC}${number}`);
    if (extension !== undefined) claims[name] = textOf(extension.value, number);
  }
  return claims;
}

/** Who identified the person or machine: the newer extension, else the older one; `undefined` when the two differ. */
export function oidcIssuer(certificate: Certificate): string | undefined {
  const { issuer, issuerV1 } = fulcioClaims(certificate);
  if (issuer !== undefined && issuerV1 !== undefined && issuer !== issuerV1) return undefined;
  return issuer ?? issuerV1;
}

function textOf(value: Buffer, number: number): string {
  if (number <= LAST_BARE) return value.toString('utf8');
  const { tag, content } = readDer(value, 'the claim of the certificate');
  if (tag !== tags.utf8) throw malformed('the claim of the certificate', `extension ${ARC}${number} is no UTF8String`);
  return content.toString('utf8');
}
