// A token's description of a public key (PKCS #11 2.40 mechanisms, 2.1.2, 2.3.3) as SubjectPublicKeyInfo.
import { createPublicKey, type KeyObject } from 'node:crypto';
import { Fault } from '../../lib/faults.ts';
import { publicKeyOf } from '../public.ts';
import type { PublicKey } from '../types.ts';
import type { PublicParts } from './messages.ts';

/** CKA_EC_PARAMS, hexadecimal DER: an object identifier, or of Edwards curves a name. */
const CURVES: ReadonlyMap<string, { readonly crv: string; readonly size: number }> = new Map([
  ['06082a8648ce3d030107', { crv: 'P-256', size: 32 }],
  ['06052b81040022', { crv: 'P-384', size: 48 }],
  ['06052b81040023', { crv: 'P-521', size: 66 }],
  ['06032b6570', { crv: 'Ed25519', size: 32 }],
  ['130c656477617264733235353139', { crv: 'Ed25519', size: 32 }],
]);

/** @throws Fault `key/unsupported` for other curves and sizes, `key/malformed` when it makes no key */
export function publicKeyOfParts(parts: PublicParts | undefined, what: string): PublicKey {
  if (parts === undefined) {
    throw new Fault(
      'key/public-missing',
      `The token does not tell the public key of ${what}.`,
      'Put the public key beside it, with the same CKA_ID.',
    );
  }
  let key: KeyObject;
  try {
    key = keyObject(parts, what);
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new Fault('key/malformed', `The public key of ${what} is none.`, 'Look at it with pkcs11-tool.', { cause });
  }
  return publicKeyOf(key, what);
}

function keyObject(parts: PublicParts, what: string): KeyObject {
  if (parts.kind === 'spki') return createPublicKey({ key: Buffer.from(parts.spki), format: 'der', type: 'spki' });
  if (parts.kind === 'rsa') {
    return createPublicKey({
      key: { kty: 'RSA', n: base64url(parts.modulus), e: base64url(parts.exponent) },
      format: 'jwk',
    });
  }
  const curve = CURVES.get(Buffer.from(parts.parameters).toString('hex'));
  if (curve === undefined) {
    throw new Fault(
      'key/unsupported',
      `${what} is on a curve that is not supported.`,
      'Use ECDSA P-256, P-384 or P-521, RSA of at least 2048 bits, or Ed25519.',
    );
  }
  const { crv, size } = curve;
  if (parts.kind === 'edwards') {
    const x = unwrapped(parts.point, size);
    return createPublicKey({ key: { kty: 'OKP', crv, x: base64url(x) }, format: 'jwk' });
  }
  const point = unwrapped(parts.point, 1 + 2 * size);
  if (point[0] !== 4) throw new Error('the point is compressed');
  const [x, y] = [point.subarray(1, 1 + size), point.subarray(1 + size)];
  return createPublicKey({ key: { kty: 'EC', crv, x: base64url(x), y: base64url(y) }, format: 'jwk' });
}

/** CKA_EC_POINT is a DER OCTET STRING; some libraries leave out its head. */
function unwrapped(point: Uint8Array, length: number): Uint8Array {
  if (point.length === length) return point;
  const head = length < 0x80 ? [0x04, length] : [0x04, 0x81, length];
  const fits = point.length === head.length + length && head.every((byte, at) => point[at] === byte);
  if (!fits) throw new Error('the point has another length');
  return point.subarray(head.length);
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
