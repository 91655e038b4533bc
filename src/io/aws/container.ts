// Credentials of a container's role: Amazon ECS, and EKS Pod Identity.
import { Fault } from '../../lib/faults.ts';
import { readFile } from '../files.ts';
import { Http } from '../http.ts';
import { credentialsIn } from './answers.ts';
import type { AwsAccess } from './credentials.ts';
import type { AwsCredentials } from './signing.ts';

/** Where the agents of ECS and EKS answer, on this machine alone. */
const ECS = '169.254.170.2';
const AGENTS = [ECS, '169.254.170.23', '[fd00:ec2::23]'];
const TOKEN_LIMIT = 64 << 10;

/** @returns `undefined` where the environment names no such place @throws Fault `aws/credentials`, `file/…`, `network/…` */
export async function containerCredentials({
  environment,
  offline,
  signal,
}: AwsAccess): Promise<AwsCredentials | undefined> {
  const relative = environment['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'];
  const address = relative ? `http://${ECS}${relative}` : environment['AWS_CONTAINER_CREDENTIALS_FULL_URI'];
  if (!address) return undefined;
  const url = URL.parse(address);
  if (url === null || (relative && url.host !== ECS)) {
    throw new Fault('aws/credentials', 'The address of the container’s credentials is none.', 'Check the environment.');
  }
  const token = await tokenOf(environment);
  const plain = AGENTS.flatMap((host) => [host, `${host}:${url.port}`]);
  const http = new Http({ offline, signal, plain, idle: 5000 });
  const headers = { accept: 'application/json', ...(token === '' ? {} : { authorization: token }) };
  return await credentialsIn(await http.send(url, { headers }), url.host);
}

async function tokenOf(environment: AwsAccess['environment']): Promise<string> {
  const file = environment['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'];
  if (!file) return environment['AWS_CONTAINER_AUTHORIZATION_TOKEN'] ?? '';
  return (await readFile(file, TOKEN_LIMIT)).toString('utf8').trim();
}
