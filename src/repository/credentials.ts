// Who the user is at a registry, from Docker's config.json: `auths`, `credHelpers`, `credsStore`.
import { z } from 'zod';
import { joinPath, readFileIfThere } from '../io/files.ts';
import { run } from '../io/processes.ts';
import { accountNames } from './docker-hub.ts';
import { Fault } from '../lib/faults.ts';
import { parseJson } from '../lib/json.ts';
import { limits } from '../lib/limits.ts';

export type Credential =
  | { readonly kind: 'password'; readonly user: string; readonly password: string }
  /** An OAuth2 refresh token ("identity token"). */
  | { readonly kind: 'token'; readonly token: string };

/** The credential for a host (`localhost:5000`); `undefined` when there is none. */
export type Credentials = (host: string) => Promise<Credential | undefined>;

const Auth = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
});
const DockerConfig = z.object({
  auths: z.record(z.string(), Auth).optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
  credsStore: z.string().optional(),
});
type DockerConfig = z.infer<typeof DockerConfig>;
const HelperAnswer = z.object({ Username: z.string(), Secret: z.string() });

/** The user name by which a credential helper says that the secret is a refresh token. */
const TOKEN_USER = '<token>';
const HELPER_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * Credentials as `docker login` keeps them in `folder`/config.json: a host's own helper first, then the store, then the
 * file. Nothing is read before a registry asks.
 * @throws Fault (when called) `credentials/malformed`, `credentials/helper`, `process/missing`.
 */
export function dockerCredentials(folder: string): Credentials {
  const path = joinPath(folder, 'config.json');
  let config: Promise<DockerConfig> | undefined;
  return async (host) => {
    config ??= readConfig(path);
    const { auths, credHelpers, credsStore } = await config;
    const names = accountNames(host);
    const helper = lookUp(credHelpers, names) ?? credsStore;
    const kept = helper === undefined || helper === '' ? undefined : await askHelper(helper, names[0]);
    return kept ?? decode(lookUp(auths, names), path);
  };
}

async function readConfig(path: string): Promise<DockerConfig> {
  const bytes = await readFileIfThere(path, limits.document);
  if (bytes === undefined) return {};
  const result = DockerConfig.safeParse(parseJson(bytes, path));
  if (!result.success) throw malformed(path);
  return result.data;
}

/** Keys are hosts, or URLs of them as old versions of Docker wrote: `https://HOST/v1/`. */
function lookUp<T>(entries: Readonly<Record<string, T>> | undefined, names: readonly string[]): T | undefined {
  const hosts = new Set(names.map(hostIn));
  return Object.entries(entries ?? {}).find(([key]) => hosts.has(hostIn(key)))?.[1];
}

function hostIn(key: string): string | undefined {
  return key.replace(/^https?:\/\//, '').split('/')[0];
}

function decode(auth: z.infer<typeof Auth> | undefined, path: string): Credential | undefined {
  if (auth?.identitytoken !== undefined && auth.identitytoken !== '')
    return { kind: 'token', token: auth.identitytoken };
  if (auth?.username !== undefined && auth.password !== undefined) {
    return { kind: 'password', user: auth.username, password: auth.password };
  }
  if (auth?.auth === undefined || auth.auth === '') return undefined;
  const text = Buffer.from(auth.auth, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) throw malformed(path);
  return { kind: 'password', user: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, '') };
}

/** docker-credential-helpers: `docker-credential-NAME get`, the host on stdin, JSON on stdout. */
async function askHelper(name: string, host: string): Promise<Credential | undefined> {
  if (!HELPER_NAME.test(name)) throw helperFault(name.slice(0, 60), host, 'it has no proper name');
  const program = `docker-credential-${name}`;
  const result = await run(program, ['get'], { input: host });
  const text = result.stdout.toString('utf8');
  if (result.status !== 0) {
    if (text.includes('credentials not found')) return undefined;
    throw helperFault(program, host, `it ended with status ${result.status}`);
  }
  const answer = HelperAnswer.safeParse(parseJson(text, `The answer of ${program}`));
  if (!answer.success) throw helperFault(program, host, 'it answered something else than a user and a secret');
  const { Username: user, Secret: secret } = answer.data;
  return user === TOKEN_USER ? { kind: 'token', token: secret } : { kind: 'password', user, password: secret };
}

function helperFault(program: string, host: string, why: string): Fault {
  return new Fault(
    'credentials/helper',
    `The credential helper "${program}" gave nothing for ${host}: ${why}.`,
    `Run \`docker login ${host}\` again, or take the helper out of Docker's config.json.`,
  );
}

function malformed(path: string): Fault {
  return new Fault('credentials/malformed', `${path} is not as Docker writes it.`, 'Run `docker login` again.');
}
