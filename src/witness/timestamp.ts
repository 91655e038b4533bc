// RFC 3161 timestamp authorities over HTTP (3.4): the hash of a signature out, a time that somebody signed in.
import { hash, randomBytes } from 'node:crypto';
import { Fault, messageOf } from '../lib/faults.ts';
import { isoTime } from '../lib/time.ts';
import type { SignedContent, Testimony, Witness } from '../sign/witness.ts';
import { parseTimestampResponse, TIMESTAMP_LIMIT, timestampRefusal, type TimestampToken } from '../timestamp/token.ts';
import { type TimestampAuthority, verifyTimestamp } from '../timestamp/verify.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { tags, writeDer } from '../x509/der.ts';
import { inWindow } from '../x509/window.ts';
import { ask } from './ask.ts';
import { malformedAnswer, otherAnswer, unproven, untrustedAnswer } from './faults.ts';
import type { WitnessOptions } from './types.ts';

/** An authority at an address, which is asked for a time of the signature's bytes. */
export class TimestampWitness implements Witness {
  readonly gives = 'timestamp';
  readonly name: string;
  readonly #url: URL;
  readonly #options: WitnessOptions;

  constructor(url: URL, options: WitnessOptions) {
    this.name = url.href;
    this.#url = url;
    this.#options = options;
  }

  /**
   * The authority's answer, once it is about this signature and this request, signed by the certificate that it brings and, with a
   * trusted root, by one of its authorities; and says a time at which the signer's certificate is valid.
   * @throws Fault `witness/…`, `network/…`
   */
  async witness({ signature, certificate }: SignedContent): Promise<Testimony> {
    const { token, response } = await this.stamp(signature);
    if (certificate !== undefined) this.#checkTime(token, certificate);
    return { kind: 'timestamp', response };
  }

  /** A timestamp over bytes, and the response that it came in; both are checked. @throws Fault `witness/…`, `network/…` */
  async stamp(message: Uint8Array): Promise<{ readonly token: TimestampToken; readonly response: Buffer }> {
    const nonce = newNonce();
    const { bytes } = await ask(this.#options.http, {
      name: this.name,
      url: this.#url,
      body: { type: 'application/timestamp-query', bytes: timestampRequest(message, nonce) },
      accept: 'application/timestamp-reply',
      limit: TIMESTAMP_LIMIT,
    });
    const token = this.#read(bytes);
    if (token.nonce === undefined || !token.nonce.equals(nonce)) {
      throw otherAnswer(this.name, 'a timestamp for another request: its nonce is not ours');
    }
    this.#verify(token, message);
    return { token, response: bytes };
  }

  #read(bytes: Buffer): TimestampToken {
    let refused: string | undefined;
    try {
      refused = timestampRefusal(bytes);
      if (refused === undefined) return parseTimestampResponse(bytes);
    } catch (fault) {
      throw malformedAnswer(this.name, `what is no timestamp: ${messageOf(fault).replace(/\.$/, '')}`, fault);
    }
    throw new Fault(
      'witness/refused',
      `${this.name} makes no timestamp: ${refused}.`,
      'Check that it takes requests with SHA-256 and without a policy.',
    );
  }

  #verify(token: TimestampToken, message: Uint8Array): void {
    const { root } = this.#options;
    const own = token.signed.certificates.map(
      (leaf): TimestampAuthority => ({ name: this.name, chain: [leaf], validFor: {} }),
    );
    // By whom it says that it is signed; whether that is somebody, the trusted root says.
    const verdict = this.#judged(token, message, own);
    if (!verdict.valid && verdict.problem === 'other-bytes') {
      throw otherAnswer(this.name, 'a timestamp over other bytes than our signature');
    }
    const needed = own.length > 0 || root === undefined;
    if (!verdict.valid && needed) throw unproven(this.name, verdict.reason);
    if (root === undefined) return;
    const trusted = this.#judged(token, message, root.timestampAuthorities);
    if (!trusted.valid) throw untrustedAnswer(this.name, trusted.reason);
  }

  #judged(token: TimestampToken, message: Uint8Array, authorities: readonly TimestampAuthority[]) {
    try {
      return verifyTimestamp(token, message, authorities);
    } catch (fault) {
      throw malformedAnswer(this.name, 'a certificate that cannot be read', fault);
    }
  }

  #checkTime({ time }: TimestampToken, der: Uint8Array): void {
    const { notBefore, notAfter } = parseCertificate(der);
    if (inWindow(time, { start: notBefore, end: notAfter })) return;
    throw new Fault(
      'witness/time',
      `${this.name} says that it is ${isoTime(time)}, when the signer's certificate is not valid.`,
      `The certificate is valid from ${isoTime(notBefore)} to ${isoTime(notAfter)}: sign again, or ask another authority.`,
    );
  }
}

const SHA256 = Buffer.from('300b0609608648016503040201', 'hex');

/** TimeStampReq (2.4.1): version 1, SHA-256, the nonce, and the wish for the certificate. */
function timestampRequest(message: Uint8Array, nonce: Buffer): Buffer {
  const imprint = writeDer(
    tags.sequence,
    Buffer.concat([SHA256, writeDer(tags.octetString, hash('sha256', message, 'buffer'))]),
  );
  const parts = [
    writeDer(tags.integer, Buffer.from([1])),
    imprint,
    writeDer(tags.integer, nonce),
    writeDer(tags.boolean, Buffer.from([0xff])),
  ];
  return writeDer(tags.sequence, Buffer.concat(parts));
}

/** 128 bits at random, a positive integer as short as DER has it. */
function newNonce(): Buffer {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40, 0);
  return bytes;
}
