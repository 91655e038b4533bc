// What one signs to be given a token: a JWT (RFC 7523) by RS256 or PS256 (RFC 7518, 3.3 and 3.5).
import { constants, createPrivateKey, type KeyObject, sign } from 'node:crypto';

/**
 * A signed JWT.
 * @param header its other members; `alg` and `typ` are added
 */
export function signedJwt(
  algorithm: 'RS256' | 'PS256',
  key: KeyObject,
  { header, claims }: { readonly header: object; readonly claims: object },
): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${part({ alg: algorithm, typ: 'JWT', ...header })}.${part(claims)}`;
  const padding =
    algorithm === 'PS256'
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
      : { padding: constants.RSA_PKCS1_PADDING };
  return `${input}.${sign('sha256', Buffer.from(input), { key, ...padding }).toString('base64url')}`;
}

/** An RSA private key in PEM; `undefined` for anything else. */
export function rsaPrivateKey(pem: string, passphrase?: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(passphrase === undefined ? pem : { key: pem, passphrase });
    return key.asymmetricKeyType === 'rsa' ? key : undefined;
  } catch {
    return undefined;
  }
}
