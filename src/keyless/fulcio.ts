// Fulcio v2 (fulcio, fulcio.proto): an identity token and a new key in, a certificate of some minutes out.
import { z } from 'zod';
import type { Http } from '../io/http.ts';
import { refusalText } from '../io/http-refusal.ts';
import { publicKeyPem } from '../keys/public.ts';
import type { Signer } from '../keys/types.ts';
import { Fault, messageOf } from '../lib/faults.ts';
import { parseJson } from '../lib/json.ts';
import { limits } from '../lib/limits.ts';
import type { Certificate } from '../x509/certificate.ts';
import { certificatesFromPem } from '../x509/pem.ts';
import { badCertificate } from './faults.ts';
import type { IdentityToken } from './token.ts';

/** Most bytes of an answer: a chain of certificates. */
const ANSWER = 1 << 20;

const Chain = z.object({ chain: z.object({ certificates: z.array(z.string()).min(1).max(10) }) });
const Issued = z.union([
  z.object({ signedCertificateEmbeddedSct: Chain }).transform((one) => one.signedCertificateEmbeddedSct),
  z.object({ signedCertificateDetachedSct: Chain }).transform((one) => one.signedCertificateDetachedSct),
]);

/**
 * Asks for a certificate over the signer's key: the signer's first, then the authorities above it. Nothing of it is checked yet.
 * @throws Fault `fulcio/refused`, `fulcio/unavailable`, `fulcio/certificate`, `network/…`; none shows the token
 */
export async function requestCertificate(
  url: URL,
  http: Http,
  { raw, subject }: IdentityToken,
  signer: Signer,
): Promise<readonly [Certificate, ...Certificate[]]> {
  const proof = await signer.sign(Buffer.from(subject, 'utf8'));
  const request = {
    credentials: { oidcIdentityToken: raw },
    publicKeyRequest: {
      publicKey: { algorithm: 'ECDSA', content: publicKeyPem(signer.publicKey) },
      proofOfPossession: Buffer.from(proof).toString('base64'),
    },
  };
  const endpoint = new URL(url);
  endpoint.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v2/signingCert`;
  const response = await http.send(endpoint, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(request)),
    confined: true,
  });
  const { status } = response;
  if (status >= 200 && status < 300) return chainOf(await response.bytes(ANSWER), url.href);
  throw refusal(url.href, status, refusalText(await response.prefix(limits.errorBody), [raw]));
}

function chainOf(bytes: Buffer, name: string): readonly [Certificate, ...Certificate[]] {
  try {
    const { chain } = Issued.parse(parseJson(bytes, 'the answer'));
    const [leaf, ...above] = chain.certificates.flatMap((pem) => certificatesFromPem(pem, 'the certificate'));
    if (leaf !== undefined) return [leaf, ...above];
  } catch (fault) {
    const why = fault instanceof Fault ? `: ${messageOf(fault).replace(/\.$/, '')}` : '';
    throw badCertificate(name, `what is no certificate${why}`, fault);
  }
  throw badCertificate(name, 'no certificate');
}

function refusal(name: string, status: number, text: string): Fault {
  const said = text === '' ? `status ${status}` : `status ${status}: ${text}`;
  if (status >= 400 && status < 500) {
    const hint = 'Check that it knows the issuer of the identity token, and takes its audience.';
    return new Fault('fulcio/refused', `${name} issues no certificate: ${said}.`, hint);
  }
  return new Fault('fulcio/unavailable', `${name} cannot answer: ${said}.`, 'Try again later.');
}
