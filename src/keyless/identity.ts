// A signing identity out of an identity token: a key that never leaves memory, with a certificate that says whose it is.
import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { Http } from '../io/http.ts';
import { signerOf } from '../keys/private.ts';
import { digestOf } from '../lib/digest.ts';
import { isoTime } from '../lib/time.ts';
import type { SigningIdentity } from '../sign/bundle.ts';
import { checkCertificate } from '../verify/sigstore/certificate.ts';
import { type CertificateIdentity, identityOf } from '../verify/sigstore/identity.ts';
import { CheckList } from '../verify/sigstore/question.ts';
import { type PreparedRoot, usualThresholds } from '../verify/sigstore/trust.ts';
import type { Certificate } from '../x509/certificate.ts';
import { printable } from '../x509/names.ts';
import { badCertificate } from './faults.ts';
import { requestCertificate } from './fulcio.ts';
import type { IdentityToken } from './token.ts';

/** Whom a certificate of some minutes names. */
export interface KeylessIdentity extends SigningIdentity {
  readonly certificate: Certificate;
  /** The authorities above it, as they came along: bundles leave them out, cosign's older format does not. */
  readonly above: readonly Certificate[];
  readonly identity: CertificateIdentity;
}

export interface KeylessRequest {
  /** Fulcio's address. */
  readonly fulcio: URL;
  readonly http: Http;
  readonly token: IdentityToken;
  /** With one, the certificate must be by one of its authorities, and shown to its certificate logs. */
  readonly root?: PreparedRoot | undefined;
  /** Seconds since 1970. */
  readonly now: () => number;
}

/** How far Fulcio's clock may be ahead, seconds. */
const CLOCK_SKEW = 60;

/**
 * Makes a key (P-256), has it certified, and checks the certificate: over this key, valid now, of whom the token names.
 * @throws Fault `fulcio/…`, `network/…`
 */
export async function keylessIdentity(request: KeylessRequest): Promise<KeylessIdentity> {
  const { privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  const signer = signerOf(privateKey, 'the new key');
  const [certificate, ...above] = await requestCertificate(request.fulcio, request.http, request.token, signer);
  const name = request.fulcio.href;
  if (!certificate.spki.equals(signer.publicKey.spki)) throw badCertificate(name, "a certificate of another's key");
  checkTime(certificate, request);
  const identity = readIdentity(certificate, name);
  checkIdentity(identity, request.token, name);
  if (request.root !== undefined) checkTrust({ certificate, above, identity }, request.root, request);
  return { signer, certificate, above, identity };
}

function checkTime({ notBefore, notAfter }: Certificate, { fulcio, now }: KeylessRequest): void {
  const time = now();
  if (notBefore <= time + CLOCK_SKEW && time <= notAfter) return;
  const when = `valid from ${isoTime(notBefore)} to ${isoTime(notAfter)}; it is ${isoTime(time)}`;
  throw badCertificate(fulcio.href, `a certificate that is not valid now (${when})`);
}

function readIdentity(certificate: Certificate, name: string): CertificateIdentity {
  try {
    return identityOf(certificate);
  } catch (fault) {
    throw badCertificate(name, 'a certificate whose names cannot be read', fault);
  }
}

/**
 * Of a person the verified mail address, of a workload that has one the URI: these stand in the certificate as in the token. Others
 * Fulcio names by rules of its own. Whoever issued the token, or whom that says it relies on, stands in the certificate.
 */
function checkIdentity(
  { subjects, issuer }: CertificateIdentity,
  { claims, subject, isMail }: IdentityToken,
  name: string,
): void {
  const isSame = isMail || /^[a-z][a-z0-9+.-]*:\/\//i.test(subject);
  const named = subjects.map(printable).join(', ').slice(0, 300);
  if (subjects.length === 0 || (isSame && !subjects.includes(subject))) {
    throw badCertificate(name, `a certificate of ${named || 'nobody'}, not of ${printable(subject)}`);
  }
  if (issuer !== claims.iss && (issuer === undefined || issuer !== claims.federated_claims?.connector_id)) {
    const said = printable(issuer ?? 'nobody').slice(0, 300);
    throw badCertificate(name, `a certificate for which ${said} vouches, not ${printable(claims.iss)}`);
  }
}

function checkTrust(
  { certificate, above, identity }: Pick<KeylessIdentity, 'certificate' | 'above' | 'identity'>,
  root: PreparedRoot,
  { fulcio, now }: KeylessRequest,
): void {
  // What the certificate says of itself was looked at: who vouches for it is the question.
  const [subject = ''] = identity.subjects;
  const trust = {
    keys: [],
    identities: [{ subject: { exact: subject }, issuer: { exact: identity.issuer ?? '' } }],
    root,
    thresholds: usualThresholds(root),
    revocations: [],
    minimumVersion: '0.3' as const,
  };
  // A root that comes along proves nothing, and a verifier would refuse it.
  const between = above.filter((one) => !one.subject.equals(one.issuer));
  const list = new CheckList(digestOf(certificate.der), []);
  // The clock of Fulcio may be a little ahead of this one.
  const time = Math.max(now(), certificate.notBefore);
  const times = [{ by: 'timestamp' as const, name: 'the clock', time }];
  checkCertificate({ kind: 'certificate', certificate, between, identity }, times, trust, time, list);
  const bad = list.checks.find(({ outcome }) => outcome === 'refuted' || outcome === 'not established');
  if (bad !== undefined)
    throw badCertificate(fulcio.href, `a certificate that the trusted root does not bear out (${bad.reason})`);
}
