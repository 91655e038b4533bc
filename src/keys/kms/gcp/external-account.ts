// Workload identity federation: somebody else's token, in a file or at an address, is exchanged for Google's
// (RFC 8693; https://google.aip.dev/auth/4117).
import { z } from 'zod';
import { readFile } from '../../../io/files.ts';
import { parseJson } from '../../../lib/json.ts';
import { askToken, type Bearer } from '../bearer.ts';
import { CLOUD_SCOPE, type GoogleAccess, KMS_SCOPE } from './access.ts';
import { tokenInName } from './impersonation.ts';

const Format = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text') }),
  z.object({ type: z.literal('json'), subject_token_field_name: z.string().min(1) }),
]);

export const ExternalAccount = z.object({
  type: z.literal('external_account'),
  audience: z.string().min(1),
  subject_token_type: z.string().min(1),
  token_url: z.url({ protocol: /^https?$/ }),
  service_account_impersonation_url: z.url({ protocol: /^https?$/ }).optional(),
  credential_source: z.object({
    file: z.string().min(1).optional(),
    url: z.url({ protocol: /^https?$/ }).optional(),
    headers: z.record(z.string(), z.string()).optional(),
    format: Format.default({ type: 'text' }),
  }),
});
export type ExternalAccount = z.infer<typeof ExternalAccount>;

const TOKEN_LIMIT = 256 << 10;
const HINT = 'Check the pool and the provider of workload identities, and whom they let in.';

/** @throws Fault `key/kms-settings` for a source that is neither a file nor an address, `key/kms-denied`, `file/…`, `network/…` */
export async function externalToken(account: ExternalAccount, access: GoogleAccess): Promise<Bearer> {
  const { audience, subject_token_type, token_url: url, service_account_impersonation_url: inName } = account;
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    audience,
    scope: inName === undefined ? KMS_SCOPE : CLOUD_SCOPE,
    subject_token_type,
    subject_token: await subjectToken(account, access),
  };
  const own = await askToken(access.http, { url, form, hint: HINT }, access.faults);
  return inName === undefined ? own : await tokenInName(inName, own, access);
}

async function subjectToken({ credential_source: source }: ExternalAccount, access: GoogleAccess): Promise<string> {
  const { file, url, format } = source;
  const { faults } = access;
  if (file === undefined && url === undefined) {
    throw faults.settings(
      'its credentials come neither from a file nor from an address',
      'Of workload identity federation, credential_source.file and credential_source.url are known; write the token to a file.',
    );
  }
  const from = file ?? redacted(url ?? '');
  const bytes = file === undefined ? await fetched(source, access) : await readFile(file, TOKEN_LIMIT);
  const text = format.type === 'text' ? bytes.toString('utf8') : field(bytes, format.subject_token_field_name, from);
  const token = text?.trim() ?? '';
  if (token === '')
    throw faults.settings(`${from} holds no token`, 'Check credential_source.format in the credentials.');
  return token;
}

async function fetched(
  { url = '', headers = {} }: ExternalAccount['credential_source'],
  { http, faults }: GoogleAccess,
): Promise<Buffer> {
  const response = await http.send(url, { headers, confined: true });
  const bytes = await response.bytes(TOKEN_LIMIT);
  if (response.status === 200) return bytes;
  throw faults.denied('a token', `status ${response.status} from ${response.url.host}`, HINT);
}

function field(bytes: Buffer, name: string, from: string): string | undefined {
  const document = parseJson(bytes, from);
  if (typeof document !== 'object' || document === null) return undefined;
  const value = new Map<string, unknown>(Object.entries(document)).get(name);
  return typeof value === 'string' ? value : undefined;
}

function redacted(url: string): string {
  return URL.parse(url)?.host ?? 'its address';
}
