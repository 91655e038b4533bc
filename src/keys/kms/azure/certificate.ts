// An application's certificate: a JWT that its key signs (Microsoft identity platform, "certificate credentials").
import { createHash, randomUUID, X509Certificate } from 'node:crypto';
import { now } from '../../../io/clock.ts';
import { readFile } from '../../../io/files.ts';
import { rsaPrivateKey, signedJwt } from '../jwt.ts';
import type { AzureAccess } from './access.ts';

const FILE_LIMIT = 1 << 20;
const LIFE = 600;
const KEY = /-----BEGIN (?:ENCRYPTED |RSA )?PRIVATE KEY-----[^-]{1,65536}-----END (?:ENCRYPTED |RSA )?PRIVATE KEY-----/;
const HINT =
  'Name a PEM file with the certificate and its RSA key in AZURE_CLIENT_CERTIFICATE_PATH; the password is AZURE_CLIENT_CERTIFICATE_PASSWORD.';

/**
 * @param path PEM: the certificate and its RSA key, which may be encrypted
 * @throws Fault `key/kms-settings`, `file/…`
 */
export async function certificateAssertion(
  path: string,
  { url, client }: { readonly url: URL; readonly client: string },
  { environment, faults }: AzureAccess,
): Promise<string> {
  const pem = (await readFile(path, FILE_LIMIT)).toString('latin1');
  const key = rsaPrivateKey(KEY.exec(pem)?.[0] ?? '', environment['AZURE_CLIENT_CERTIFICATE_PASSWORD']);
  const certificate = certificateIn(pem);
  if (key === undefined || certificate?.checkPrivateKey(key) !== true) {
    throw faults.settings(`${path} holds no certificate with its RSA key`, HINT);
  }
  const issued = Math.floor(now().getTime() / 1000);
  return signedJwt('PS256', key, {
    header: { 'x5t#S256': createHash('sha256').update(certificate.raw).digest('base64url') },
    claims: {
      aud: url.href,
      iss: client,
      sub: client,
      jti: randomUUID(),
      iat: issued,
      nbf: issued,
      exp: issued + LIFE,
    },
  });
}

function certificateIn(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem.slice(Math.max(0, pem.indexOf('-----BEGIN CERTIFICATE-----'))));
  } catch {
    return undefined;
  }
}
