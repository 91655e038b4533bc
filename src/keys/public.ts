// Public keys: SubjectPublicKeyInfo (RFC 5280, 4.1.2.7), as PEM (RFC 7468, 13) or from a private key.
import type { KeyObject } from 'node:crypto';
import { Fault } from '../lib/faults.ts';
import { sha256Hex } from '../lib/digest.ts';
import type { PublicKey } from './types.ts';
import { crypto } from '../lib/crypto.ts';

const PEM = /^-----BEGIN PUBLIC KEY-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END PUBLIC KEY-----\s*$/;

/**
 * The key of a `PUBLIC KEY` PEM block, alone in its text: a second block would be a key that nobody sees.
 * @param what names the file in the message
 * @throws Fault `key/private` when it is a private key, `key/malformed` when it is none, `key/unsupported` when it is
 * not ECDSA P-256, P-384 or P-521, RSA of 2048 to 16384 bits, or Ed25519.
 */
export function publicKeyFromPem(pem: string, what: string): PublicKey {
  const text = pem.trim();
  if (text.includes('PRIVATE KEY-----')) {
    throw new Fault('key/private', `${what} holds a private key.`, 'Name the public key, the .pub file beside it.');
  }
  if (!PEM.test(text)) {
    throw new Fault(
      'key/malformed',
      `${what} is not one PEM public key.`,
      'Give a file that begins with -----BEGIN PUBLIC KEY-----.',
    );
  }
  try {
    return publicKeyOf(crypto().createPublicKey(text), what);
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new Fault('key/malformed', `${what} is not a readable public key.`, 'Export it again as PEM.', { cause });
  }
}

/**
 * The public half of a key.
 * @throws Fault `key/unsupported`
 */
export function publicKeyOf(key: KeyObject, what: string): PublicKey {
  const half = key.type === 'public' ? key : crypto().createPublicKey(key);
  const spki = normalSpki(half);
  return { spki, fingerprint: fingerprintOf(spki), algorithm: algorithmOf(half, what) };
}

/** `SHA256:` and the hexadecimal SHA-256 of a SubjectPublicKeyInfo. */
export function fingerprintOf(spki: Uint8Array): string {
  return `SHA256:${sha256Hex(spki)}`;
}

/** Bytes of a point that is written whole (SEC 1, 2.3.3). */
const POINTS: Readonly<Record<string, number>> = { prime256v1: 65, secp384r1: 97, secp521r1: 133 };

/** One key has several encodings: points may be compressed or hybrid (RFC 5480, 2.2). This is the one that everybody writes. */
function normalSpki(key: KeyObject): Buffer {
  const spki = key.export({ type: 'spki', format: 'der' });
  const length = POINTS[key.asymmetricKeyDetails?.namedCurve ?? ''];
  if (length === undefined || spki.at(-length) === 4) return spki;
  return crypto()
    .createPublicKey({ key: key.export({ format: 'jwk' }), format: 'jwk' })
    .export({ type: 'spki', format: 'der' });
}

/** {@link fingerprintOf} the key that a SubjectPublicKeyInfo holds, however it is written there; of one that is unreadable, its own. */
export function keyFingerprint(spki: Uint8Array): string {
  try {
    return fingerprintOf(normalSpki(crypto().createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })));
  } catch {
    return fingerprintOf(spki);
  }
}

/** A key as a `PUBLIC KEY` PEM block with a final newline. */
export function publicKeyPem(key: Pick<PublicKey, 'spki'>): string {
  const lines =
    Buffer.from(key.spki)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN PUBLIC KEY-----\n${lines.join('\n')}\n-----END PUBLIC KEY-----\n`;
}

function algorithmOf(key: KeyObject, what: string): PublicKey['algorithm'] {
  const details = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case 'ec':
      if (details.namedCurve === 'prime256v1') return 'ecdsa-p256';
      if (details.namedCurve === 'secp384r1') return 'ecdsa-p384';
      if (details.namedCurve === 'secp521r1') return 'ecdsa-p521';
      break;
    case 'rsa': {
      const bits = details.modulusLength ?? 0;
      if (bits >= 2048 && bits <= 16_384) return 'rsa';
      break;
    }
    case 'ed25519':
      return 'ed25519';
    default:
  }
  throw new Fault(
    'key/unsupported',
    `${what} is a kind of key that is not supported (${[key.asymmetricKeyType, details.namedCurve, details.modulusLength].filter(Boolean).join(' ')}).`,
    'Use ECDSA P-256, P-384 or P-521, RSA of at least 2048 bits, or Ed25519.',
  );
}
