// Private keys in PEM: cosign's own, PKCS#8 (RFC 5958) plain and encrypted, SEC 1 (RFC 5915) and PKCS#1.
import { createPrivateKey, sign as signBytes, type KeyObject, type SignKeyObjectInput } from 'node:crypto';
import { promisify } from 'node:util';
import { Fault } from '../lib/faults.ts';
import { isCosignPem, openCosignPem } from './cosign-pem.ts';
import { pbkdf2Iterations } from './pkcs8.ts';
import { publicKeyOf } from './public.ts';
import { hashOfScheme, paddingOf, schemeFor } from './scheme.ts';
import type { Signer } from './types.ts';

/** Most rounds of PBKDF2 that a key file may ask for: about five seconds. */
const MOST_ITERATIONS = 10_000_000;

/**
 * The private key in a PEM text.
 * @param what names the file in the message
 * @throws Fault `key/malformed`, `key/wrong-password`, `key/public` when it is a public key.
 */
export async function privateKeyFromPem(pem: string, password: string, what: string): Promise<KeyObject> {
  if (pem.trimStart().startsWith('-----BEGIN PUBLIC KEY-----')) {
    throw new Fault('key/public', `${what} holds a public key, which cannot sign.`, 'Name the private key file.');
  }
  if (isCosignPem(pem)) {
    const pkcs8 = await openCosignPem(pem, password, what);
    return parse(() => createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }), what);
  }
  const encrypted = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(pem);
  if (encrypted) boundDerivation(pem, what);
  return parse(() => createPrivateKey(encrypted ? { key: pem, passphrase: password } : pem), what, encrypted);
}

/** Signs with a private key: ECDSA with the curve's hash, RSA PKCS #1 v1.5 and PSS, Ed25519. */
export function signerOf(key: KeyObject, what: string): Signer {
  const publicKey = publicKeyOf(key, what);
  const sign = promisify<string | null, Uint8Array, SignKeyObjectInput, Buffer>(signBytes);
  return {
    publicKey,
    sign: async (message, named) => {
      const scheme = schemeFor(publicKey, named);
      return await sign(hashOfScheme(scheme, publicKey.algorithm), message, { key, ...paddingOf(scheme) });
    },
  };
}

function boundDerivation(pem: string, what: string): void {
  const body = /-----BEGIN ENCRYPTED PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/.exec(pem)?.[1];
  if (body === undefined) return;
  const iterations = pbkdf2Iterations(Buffer.from(body.replace(/\s/g, ''), 'base64'));
  if (iterations !== undefined && iterations > MOST_ITERATIONS) {
    throw new Fault(
      'key/malformed',
      `${what} asks for ${iterations} rounds of key derivation.`,
      'Encrypt the key again with fewer rounds.',
    );
  }
}

// One wrong password in 256 leaves valid padding around nonsense: whatever an encrypted key fails at, it may be that.
function parse(read: () => KeyObject, what: string, encrypted = false): KeyObject {
  try {
    return read();
  } catch (cause) {
    if (encrypted) {
      throw new Fault(
        'key/wrong-password',
        `The password of ${what} is wrong, or the file is damaged.`,
        'Put the right password into COSIGN_PASSWORD.',
        { cause },
      );
    }
    throw new Fault(
      'key/malformed',
      `${what} is not a readable private key.`,
      'Give a PEM key that cosign, OpenSSL or `temper key create` wrote.',
      { cause },
    );
  }
}
