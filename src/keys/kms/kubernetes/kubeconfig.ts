// kubeconfig files: which cluster, and who asks (Kubernetes, kubeconfig (v1)).
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { folderOf, joinPath, isAbsolute, readFile, readFileIfThere, resolvePath } from '../../../io/files.ts';
import { userFolders } from '../../../io/user-folders.ts';
import { messageOf } from '../../../lib/faults.ts';
import type { KmsFaults } from '../faults.ts';

/** Empty is as if it were not there. */
const text = z
  .string()
  .nullish()
  .transform((value) => value || undefined);
const Cluster = z.object({
  server: z.string().min(1),
  'certificate-authority': text,
  'certificate-authority-data': text,
  'tls-server-name': text,
  'insecure-skip-tls-verify': z.boolean().optional(),
  'proxy-url': text,
});
export const Exec = z.object({
  command: z.string().min(1),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  apiVersion: z.string().min(1),
  provideClusterInfo: z.boolean().optional(),
});
export type Exec = z.infer<typeof Exec>;
const User = z.object({
  token: text,
  tokenFile: text,
  'client-certificate': text,
  'client-certificate-data': text,
  'client-key': text,
  'client-key-data': text,
  exec: Exec.optional(),
  as: text,
  'auth-provider': z.unknown().optional(),
  username: text,
});
const Context = z.object({ cluster: z.string(), user: z.string().default('') });
const Named = z.array(z.looseObject({ name: z.string() })).nullish();
const Config = z.object({ 'current-context': text, clusters: Named, users: Named, contexts: Named });
type Config = z.infer<typeof Config>;

/** A cluster and a user, with the folder that relative paths of each begin at. */
export interface KubeContext {
  readonly cluster: z.infer<typeof Cluster>;
  readonly clusterFolder: string;
  readonly user: z.infer<typeof User>;
  readonly userFolder: string;
}

const FILE_LIMIT = 4 << 20;
const HINT = 'Check KUBECONFIG; `kubectl config view` shows what it says.';

/**
 * The current context of `KUBECONFIG`, a list of files of which the first that says something counts, else of `~/.kube/config`.
 * @returns `undefined` where there is no such file, or it names no context
 * @throws Fault `key/kms-settings`, `file/…`
 */
export async function currentContext(list: string | undefined, faults: KmsFaults): Promise<KubeContext | undefined> {
  const files = list ? list.split(':').filter((file) => file !== '') : [joinPath(userFolders.kubernetes(), 'config')];
  const read = (await Promise.all(files.map(async (file) => await readConfig(file, faults)))).flat();
  const name = read.map(({ config }) => config['current-context']).find((current) => current !== undefined);
  if (name === undefined) return undefined;
  const context = entry(read, { list: 'contexts', member: 'context', name }, Context, faults).value;
  const cluster = entry(read, { list: 'clusters', member: 'cluster', name: context.cluster }, Cluster, faults);
  const { value: user, folder: userFolder } =
    context.user === ''
      ? { value: User.parse({}), folder: '' }
      : entry(read, { list: 'users', member: 'user', name: context.user }, User, faults);
  return { cluster: cluster.value, clusterFolder: cluster.folder, user, userFolder };
}

interface Read {
  readonly config: Config;
  readonly folder: string;
}

/** The first of that name. */
function entry<T>(
  read: readonly Read[],
  asked: { readonly list: 'clusters' | 'users' | 'contexts'; readonly member: string; readonly name: string },
  shape: z.ZodType<T>,
  faults: KmsFaults,
): { readonly value: T; readonly folder: string } {
  for (const { config, folder } of read) {
    const found = config[asked.list]?.find(({ name }) => name === asked.name);
    if (found === undefined) continue;
    const value = shape.safeParse(found[asked.member]);
    if (value.success) return { value: value.data, folder };
  }
  throw faults.settings(`the kubeconfig has no readable ${asked.member} ${asked.name.slice(0, 100)}`, HINT);
}

async function readConfig(file: string, faults: KmsFaults): Promise<Read[]> {
  const bytes = await readFileIfThere(file, FILE_LIMIT);
  if (bytes === undefined) return [];
  const config = Config.safeParse(yamlIn(bytes.toString('utf8'), file, faults) ?? {});
  if (config.success) return [{ config: config.data, folder: folderOf(resolvePath(file)) }];
  throw faults.settings(`${file} is no kubeconfig: ${config.error.issues[0]?.path.join('.') ?? ''} is wrong`, HINT);
}

function yamlIn(content: string, file: string, faults: KmsFaults): unknown {
  try {
    const lineCounter = new LineCounter();
    const document = parseDocument(content, { lineCounter, uniqueKeys: true, prettyErrors: false });
    const [error] = document.errors;
    if (error !== undefined) throw error;
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw faults.settings(`${file} is no readable YAML: ${messageOf(cause).split('\n')[0] ?? ''}`, HINT, cause);
  }
}

/** What stands in the file in base64, else in the file that it names. @throws Fault `file/…` */
export async function dataOrFile(
  data: string | undefined,
  path: string | undefined,
  folder: string,
): Promise<string | undefined> {
  if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8');
  if (path === undefined) return undefined;
  return (await readFile(isAbsolute(path) ? path : joinPath(folder, path), FILE_LIMIT)).toString('utf8');
}
