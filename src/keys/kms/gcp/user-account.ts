// A person, as `gcloud auth application-default login` writes it: a refresh token (RFC 6749, 6; https://google.aip.dev/auth/4113).
import { z } from 'zod';
import { askToken, type Bearer } from '../bearer.ts';
import type { GoogleAccess } from './access.ts';

export const UserAccount = z.object({
  type: z.literal('authorized_user'),
  client_id: z.string().min(1),
  client_secret: z.string().min(1),
  refresh_token: z.string().min(1),
  token_uri: z.url({ protocol: /^https?$/ }).default('https://oauth2.googleapis.com/token'),
});
export type UserAccount = z.infer<typeof UserAccount>;

/** @throws Fault `key/kms-denied`, `network/…` */
export async function userToken(account: UserAccount, { http, faults }: GoogleAccess): Promise<Bearer> {
  const { client_id, client_secret, refresh_token, token_uri: url } = account;
  const form = { grant_type: 'refresh_token', client_id, client_secret, refresh_token };
  const hint = 'Log in again: `gcloud auth application-default login`.';
  return await askToken(http, { url, form, hint }, faults);
}
