// Certificates in PEM (RFC 7468, 5).
import { type Certificate, parseCertificate } from './certificate.ts';
import { malformed } from './der.ts';

/** Most certificates of one text. */
const MOST_CERTIFICATES = 1000;

const BLOCK = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----/g;

/**
 * The certificates of a PEM text in their order, at most 1,000; what stands between them is left out.
 * @param what names the text in the message
 * @throws Fault `x509/malformed` when there is none, or one that cannot be read
 */
export function certificatesFromPem(text: string, what: string): Certificate[] {
  const blocks = [...text.matchAll(BLOCK)];
  if (blocks.length !== text.split('-----BEGIN CERTIFICATE-----').length - 1)
    throw malformed(what, 'a PEM block is cut short');
  if (blocks.length === 0) throw malformed(what, 'it has no certificate in PEM');
  if (blocks.length > MOST_CERTIFICATES) throw malformed(what, `it has more than ${MOST_CERTIFICATES} certificates`);
  return blocks.map(([, body = '']) => parseCertificate(Buffer.from(body, 'base64'), `a certificate of ${what}`));
}

/** A certificate as a PEM block with a final newline. */
export function certificatePem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
