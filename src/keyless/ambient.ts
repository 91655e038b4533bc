// Identity tokens that lie ready where a program runs: in a file, a variable, or at a service of the machine.
import { readFile } from '../io/files.ts';
import type { Http } from '../io/http.ts';
import { refusalText } from '../io/http-refusal.ts';
import { limits } from '../lib/limits.ts';
import { parseJson } from '../lib/json.ts';
import { redactUrl } from '../lib/urls.ts';
import { noToken } from './faults.ts';
import { isTokenText, TOKEN_LIMIT } from './token.ts';

/** How every token begins: base64url of `{"`. */
const LIKE_TOKEN = /^\s*eyJ(?:[\w-]{8,100}\.|[\w-]{20})/;

export type Environment = Readonly<Record<string, string | undefined>>;

/** The token that an option names: the token itself, or a file that holds it. @throws Fault `file/…`, `identity/unavailable` */
export async function namedToken(text: string): Promise<string> {
  if (isTokenText(text)) return text;
  // A damaged token is no path: it would stand in a message.
  if (LIKE_TOKEN.test(text)) throw noToken('What is given is no whole identity token', 'Give it as it was issued.');
  const content = (await readFile(text, TOKEN_LIMIT)).toString('latin1').trim();
  if (isTokenText(content)) return content;
  throw noToken(`${text} holds no identity token`, 'Name a file that holds an OpenID Connect ID token alone.');
}

/**
 * The token of the place where this program runs: `SIGSTORE_ID_TOKEN`, which GitLab's `id_tokens` and other systems set, else that
 * of GitHub Actions, where the job may ask for one. `undefined` elsewhere.
 * @throws Fault `identity/unavailable`, `network/…`
 */
export async function ambientToken(
  environment: Environment,
  audience: string,
  http: Http,
): Promise<string | undefined> {
  const { SIGSTORE_ID_TOKEN, ACTIONS_ID_TOKEN_REQUEST_URL, ACTIONS_ID_TOKEN_REQUEST_TOKEN } = environment;
  if (SIGSTORE_ID_TOKEN) return SIGSTORE_ID_TOKEN.trim();
  if (ACTIONS_ID_TOKEN_REQUEST_URL && ACTIONS_ID_TOKEN_REQUEST_TOKEN) {
    return await gitHubToken(ACTIONS_ID_TOKEN_REQUEST_URL, ACTIONS_ID_TOKEN_REQUEST_TOKEN, audience, http);
  }
  if (environment['GITHUB_ACTIONS'] === 'true') {
    throw noToken('This job may not ask GitHub for an identity token', 'Give it `permissions: id-token: write`.');
  }
  return undefined;
}

/** GitHub Actions: the address of the job's tokens, with the audience that one is wanted for. */
async function gitHubToken(address: string, bearer: string, audience: string, http: Http): Promise<string> {
  const url = URL.parse(address);
  if (url === null) throw noToken('ACTIONS_ID_TOKEN_REQUEST_URL is no address', 'GitHub Actions sets it.');
  url.searchParams.set('audience', audience);
  const headers = { authorization: `Bearer ${bearer}`, accept: 'application/json' };
  const response = await http.send(url, { headers, confined: true });
  const { status } = response;
  if (status !== 200) {
    const said = refusalText(await response.prefix(limits.errorBody), [bearer]);
    throw noToken(
      `${redactUrl(url)} gives no identity token: status ${status}${said === '' ? '' : `: ${said}`}`,
      'Give the job `permissions: id-token: write`.',
    );
  }
  const body = parseJson(await response.bytes(2 * TOKEN_LIMIT), 'the answer of GitHub Actions');
  const value = typeof body === 'object' && body !== null && 'value' in body ? body.value : undefined;
  if (typeof value === 'string' && isTokenText(value)) return value;
  throw noToken(`${redactUrl(url)} answers with no identity token`, 'Check what runs the job.');
}
