// Where Kubernetes is asked, and by whom: the kubeconfig's current context, else the service account of the pod.
import { joinPath, readFile } from '../../../io/files.ts';
import type { OwnTls } from '../../../io/own-https.ts';
import type { KmsFaults } from '../faults.ts';
import type { ServiceOptions } from '../providers.ts';
import { execCredential, type ExecStatus } from './credential-program.ts';
import { currentContext, dataOrFile, type KubeContext } from './kubeconfig.ts';

export interface ClusterAccess {
  readonly server: URL;
  readonly tls: OwnTls;
  readonly headers: Readonly<Record<string, string>>;
}

/** Where a pod finds its service account (Kubernetes, "Accessing the Kubernetes API from a Pod"). */
const POD = '/var/run/secrets/kubernetes.io/serviceaccount';
const FILE_LIMIT = 1 << 20;
const HINT = 'Set KUBECONFIG to a kubeconfig with a current context, or run in a pod.';

/**
 * @param pod the folder of the pod's service account
 * @throws Fault `key/kms-settings`, `key/kms-denied`, `file/…`
 */
export async function clusterAccess(options: ServiceOptions, faults: KmsFaults, pod = POD): Promise<ClusterAccess> {
  const context = await currentContext(options.environment['KUBECONFIG'], faults);
  return context === undefined ? await podAccess(options, faults, pod) : await contextAccess(context, options, faults);
}

async function podAccess({ environment }: ServiceOptions, faults: KmsFaults, pod: string): Promise<ClusterAccess> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = environment;
  const server = host && port ? URL.parse(`https://${host.includes(':') ? `[${host}]` : host}:${port}/`) : null;
  if (server === null) throw faults.settings('no kubeconfig names a cluster, and this is no pod', HINT);
  const [token, authorities] = await Promise.all(
    ['token', 'ca.crt'].map(async (name) => (await readFile(joinPath(pod, name), FILE_LIMIT)).toString('utf8').trim()),
  );
  return { server, tls: { authorities }, headers: bearer(token ?? '', faults) };
}

async function contextAccess(
  { cluster, clusterFolder, user, userFolder }: KubeContext,
  { offline }: ServiceOptions,
  faults: KmsFaults,
): Promise<ClusterAccess> {
  const server = URL.parse(cluster.server);
  if (server === null) throw faults.settings('the server of the kubeconfig is no address', HINT);
  refuseUnsafe(cluster, user, faults);
  const data = cluster['certificate-authority-data'];
  const authorities = await dataOrFile(data, cluster['certificate-authority'], clusterFolder);
  const told = { server: cluster.server, 'certificate-authority-data': data };
  const given =
    user.exec === undefined ? undefined : await execCredential(user.exec, userFolder, told, { faults, offline });
  const own = given ?? (await ownCredentials(user, userFolder));
  return {
    server: new URL(server.href.replace(/\/*$/, '/')),
    tls: {
      authorities,
      serverName: cluster['tls-server-name'],
      certificate: own.clientCertificateData,
      key: own.clientKeyData,
    },
    headers: own.token === undefined ? {} : bearer(own.token, faults),
  };
}

async function ownCredentials(user: KubeContext['user'], folder: string): Promise<ExecStatus> {
  const token = user.token ?? (await dataOrFile(undefined, user.tokenFile, folder))?.trim();
  return {
    token,
    clientCertificateData: await dataOrFile(user['client-certificate-data'], user['client-certificate'], folder),
    clientKeyData: await dataOrFile(user['client-key-data'], user['client-key'], folder),
  };
}

/** What would send a secret where nobody knows who reads it, or in another name than is meant. */
function refuseUnsafe(cluster: KubeContext['cluster'], user: KubeContext['user'], faults: KmsFaults): void {
  const found = [
    cluster['insecure-skip-tls-verify'] === true && 'insecure-skip-tls-verify',
    cluster['proxy-url'] !== undefined && 'proxy-url',
    user.as !== undefined && 'as',
    user['auth-provider'] !== undefined && 'auth-provider',
    user.username !== undefined && 'username',
  ].find((name) => name !== false);
  if (found === undefined) return;
  throw faults.settings(
    `its kubeconfig says ${found}, which is not followed here`,
    'Give the cluster certificate-authority-data, and the user a token, a client certificate or exec.',
  );
}

function bearer(token: string, faults: KmsFaults): Record<string, string> {
  if (/^[\x21-\x7e]+$/.test(token)) return { authorization: `Bearer ${token}` };
  throw faults.settings('the token in its kubeconfig or pod is none', HINT);
}
