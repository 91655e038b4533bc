// Credentials of the role of an EC2 instance, by its metadata service, version 2.
import { Fault } from '../../lib/faults.ts';
import { Http } from '../http.ts';
import { CREDENTIALS_LIMIT, badAnswer, credentialsIn } from './answers.ts';
import type { AwsAccess } from './credentials.ts';
import type { AwsCredentials } from './signing.ts';

const SERVICE = 'http://169.254.169.254';
const ROLES = '/latest/meta-data/iam/security-credentials/';
/** Milliseconds that are waited where there may be no such service, and seconds that a token is to last. */
const PATIENCE = 1000;
const TOKEN_AGE = 300;

/** @returns `undefined` where this is no such machine, or it has no role @throws Fault `aws/credentials` */
export async function instanceCredentials(access: AwsAccess): Promise<AwsCredentials | undefined> {
  const { environment, offline, signal } = access;
  if (offline === true || environment['AWS_EC2_METADATA_DISABLED']?.toLowerCase() === 'true') return undefined;
  const base = (environment['AWS_EC2_METADATA_SERVICE_ENDPOINT'] || SERVICE).replace(/\/+$/, '');
  const plain = [URL.parse(base)?.host ?? ''];
  const http = new Http({ offline, signal, plain, idle: PATIENCE, tries: 1 });
  const token = await tokenOf(http, base);
  if (token === undefined) return undefined;
  const headers = { 'x-aws-ec2-metadata-token': token };
  const roles = await http.send(`${base}${ROLES}`, { headers });
  const text = (await roles.bytes(CREDENTIALS_LIMIT)).toString('latin1');
  if (roles.status === 404) return undefined;
  const [role = ''] = text.split('\n').map((line) => line.trim());
  if (roles.status !== 200 || !/^[\w+=,.@-]{1,128}$/.test(role)) throw badAnswer(base, 'it names no role');
  return await credentialsIn(await http.send(`${base}${ROLES}${encodeURIComponent(role)}`, { headers }), base);
}

async function tokenOf(http: Http, base: string): Promise<string | undefined> {
  try {
    const response = await http.send(`${base}/latest/api/token`, {
      method: 'PUT',
      headers: { 'x-aws-ec2-metadata-token-ttl-seconds': String(TOKEN_AGE) },
    });
    const text = (await response.bytes(CREDENTIALS_LIMIT)).toString('latin1').trim();
    return response.status === 200 && /^[\x21-\x7e]{1,4096}$/.test(text) ? text : undefined;
  } catch (fault) {
    if (fault instanceof Fault && fault.code !== 'network/aborted') return undefined;
    throw fault;
  }
}
