import { Fault } from '../../lib/faults.ts';
import { parseJson } from '../../lib/json.ts';
import type { HttpResponse } from '../http-response.ts';
import type { AwsCredentials } from './signing.ts';

/** The largest answer with credentials that is read. */
export const CREDENTIALS_LIMIT = 64 << 10;

/**
 * The JSON that containers and instances get: `AccessKeyId`, `SecretAccessKey`, `Token`, `Expiration`.
 * @param who gave it, as it stands in messages
 * @throws Fault `aws/credentials`
 */
export async function credentialsIn(response: HttpResponse, who: string): Promise<AwsCredentials> {
  const bytes = await response.bytes(CREDENTIALS_LIMIT);
  if (response.status !== 200) throw badAnswer(who, `it answers with status ${response.status}`);
  const answer = parseJson(bytes, `the answer of ${who}`);
  const members = new Map(typeof answer === 'object' && answer !== null ? Object.entries(answer) : []);
  const text = (name: string): string => {
    const value: unknown = members.get(name);
    return typeof value === 'string' ? value : '';
  };
  return checkedCredentials(
    {
      accessKeyId: text('AccessKeyId'),
      secretAccessKey: text('SecretAccessKey'),
      sessionToken: text('Token') || undefined,
      expires: text('Expiration') === '' ? undefined : Date.parse(text('Expiration')),
    },
    who,
  );
}

/** @throws Fault `aws/credentials` where something is missing */
export function checkedCredentials(found: AwsCredentials, who: string): AwsCredentials {
  const { accessKeyId, secretAccessKey, expires = 0 } = found;
  if (accessKeyId !== '' && secretAccessKey !== '' && !Number.isNaN(expires)) return found;
  throw badAnswer(who, 'its answer has no credentials');
}

export function badAnswer(who: string, why: string): Fault {
  return new Fault(
    'aws/credentials',
    `${who} gives no credentials for AWS: ${why}.`,
    'Check the role of this machine, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  );
}
