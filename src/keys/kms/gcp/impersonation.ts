// In the name of a service account: a token is exchanged for one of its own (IAM Credentials API, generateAccessToken).
import { z } from 'zod';
import { refusalText } from '../../../io/http-refusal.ts';
import { parseJson } from '../../../lib/json.ts';
import type { Bearer } from '../bearer.ts';
import { CLOUD_SCOPE, type GoogleAccess, KMS_SCOPE } from './access.ts';
import { ServiceAccount, serviceAccountToken } from './service-account.ts';
import { UserAccount, userToken } from './user-account.ts';

export const ImpersonatedAccount = z.object({
  type: z.literal('impersonated_service_account'),
  service_account_impersonation_url: z.url({ protocol: /^https?$/ }),
  delegates: z.array(z.string()).default([]),
  source_credentials: z.discriminatedUnion('type', [ServiceAccount, UserAccount]),
});
export type ImpersonatedAccount = z.infer<typeof ImpersonatedAccount>;

const Answer = z.object({
  accessToken: z.string().regex(/^[\x21-\x7e]+$/),
  expireTime: z.iso.datetime({ offset: true }),
});
const ANSWER = 64 << 10;

/** @throws Fault `key/kms-denied`, `network/…` */
export async function impersonated(account: ImpersonatedAccount, access: GoogleAccess): Promise<Bearer> {
  const { source_credentials: source, service_account_impersonation_url: url, delegates } = account;
  const own =
    source.type === 'service_account'
      ? await serviceAccountToken(source, access, CLOUD_SCOPE)
      : await userToken(source, access);
  return await tokenInName(url, own, access, delegates);
}

/** @throws Fault `key/kms-denied`, `key/kms-failed`, `network/…` */
export async function tokenInName(
  url: string,
  own: Bearer,
  { http, faults }: GoogleAccess,
  delegates: readonly string[] = [],
): Promise<Bearer> {
  const response = await http.send(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${own.token}`, 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ scope: [KMS_SCOPE], delegates })),
    confined: true,
  });
  const bytes = await response.bytes(ANSWER);
  if (response.status !== 200) {
    const hint = 'Who asks needs roles/iam.serviceAccountTokenCreator of the service account.';
    throw faults.denied(`a token of the service account`, refusalText(bytes, [own.token]), hint);
  }
  const answer = Answer.safeParse(parseJson(bytes, `the answer of ${response.url.host}`));
  if (!answer.success) throw faults.strange(`no token from ${response.url.host}`);
  return { token: answer.data.accessToken, expires: Date.parse(answer.data.expireTime) };
}
