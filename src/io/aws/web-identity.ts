// Credentials of a role for a token of somebody else: what service accounts of EKS and workflows of CI have
// (AWS STS, AssumeRoleWithWebIdentity).
import { Fault } from '../../lib/faults.ts';
import { readXml, xmlChild, xmlText } from '../../lib/xml.ts';
import { readFile } from '../files.ts';
import { Http } from '../http.ts';
import { CREDENTIALS_LIMIT, badAnswer, checkedCredentials } from './answers.ts';
import type { AwsAccess } from './credentials.ts';
import type { AwsProfile } from './profiles.ts';
import { awsEndpoint, awsHost, awsRegion } from './settings.ts';
import type { AwsCredentials } from './signing.ts';

export interface WebIdentity {
  /** Path of the token. */
  readonly file: string | undefined;
  readonly role: string | undefined;
  /** As whom it appears in AWS' own logs. */
  readonly session: string | undefined;
  readonly profile: AwsProfile | undefined;
}

const TOKEN_LIMIT = 64 << 10;

/** @returns `undefined` where no token or no role is named @throws Fault `aws/credentials`, `aws/no-region`, `file/…`, `network/…` */
export async function webIdentityCredentials(
  { environment, offline, signal }: AwsAccess,
  { file, role, session, profile }: WebIdentity,
): Promise<AwsCredentials | undefined> {
  if (!file || !role) return undefined;
  const region = awsRegion(environment, profile);
  const url = awsEndpoint('sts', environment, profile) ?? new URL(`https://${awsHost('sts', region)}/`);
  const asked = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: role,
    RoleSessionName: session || 'temper',
    WebIdentityToken: (await readFile(file, TOKEN_LIMIT)).toString('utf8').trim(),
  });
  const http = new Http({ offline, signal });
  const response = await http.send(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(asked.toString()),
    confined: true,
  });
  return credentialsOf(await response.bytes(CREDENTIALS_LIMIT), response.status, url.host);
}

function credentialsOf(bytes: Buffer, status: number, who: string): AwsCredentials {
  if (status !== 200) throw badAnswer(who, refusalOf(bytes) ?? `it answers with status ${status}`);
  const root = readXml(bytes, `the answer of ${who}`);
  const found = xmlChild(xmlChild(root, 'AssumeRoleWithWebIdentityResult'), 'Credentials');
  const ends = xmlText(found, 'Expiration');
  return checkedCredentials(
    {
      accessKeyId: xmlText(found, 'AccessKeyId') ?? '',
      secretAccessKey: xmlText(found, 'SecretAccessKey') ?? '',
      sessionToken: xmlText(found, 'SessionToken'),
      expires: ends === undefined ? undefined : Date.parse(ends),
    },
    who,
  );
}

/** AWS' code and sentence. */
function refusalOf(bytes: Buffer): string | undefined {
  try {
    const error = xmlChild(readXml(bytes, 'the answer'), 'Error');
    const code = xmlText(error, 'Code');
    return code && `${code}: ${xmlText(error, 'Message') ?? ''}`.slice(0, 300).replace(/\.$/, '');
  } catch (fault) {
    if (fault instanceof Fault) return undefined;
    throw fault;
  }
}
