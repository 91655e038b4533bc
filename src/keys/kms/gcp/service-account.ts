// A service account's key file: a JWT that it signs is exchanged for a token (https://google.aip.dev/auth/4112).
import { z } from 'zod';
import { now } from '../../../io/clock.ts';
import { askToken, type Bearer } from '../bearer.ts';
import { rsaPrivateKey, signedJwt } from '../jwt.ts';
import { type GoogleAccess, KMS_SCOPE } from './access.ts';

export const ServiceAccount = z.object({
  type: z.literal('service_account'),
  client_email: z.string().min(1),
  private_key: z.string().min(1),
  private_key_id: z.string().min(1).optional(),
  token_uri: z.url({ protocol: /^https?$/ }),
});
export type ServiceAccount = z.infer<typeof ServiceAccount>;

const LIFE = 3600;

/** @throws Fault `key/kms-settings`, `key/kms-denied`, `network/…` */
export async function serviceAccountToken(
  account: ServiceAccount,
  { http, faults }: GoogleAccess,
  scope = KMS_SCOPE,
): Promise<Bearer> {
  const { client_email: issuer, private_key, private_key_id, token_uri } = account;
  const key = rsaPrivateKey(private_key);
  const hint =
    'Check the key file of the service account in GOOGLE_APPLICATION_CREDENTIALS, and that its key is not revoked.';
  if (key === undefined) throw faults.settings(`the private key of ${issuer} is unreadable`, hint);
  const issued = Math.floor(now().getTime() / 1000);
  const assertion = signedJwt('RS256', key, {
    header: private_key_id === undefined ? {} : { kid: private_key_id },
    claims: { iss: issuer, scope, aud: token_uri, iat: issued, exp: issued + LIFE },
  });
  const form = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
  return await askToken(http, { url: token_uri, form, hint }, faults);
}
