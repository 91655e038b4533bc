// How a registry is told who asks: Basic (RFC 7617) or Docker's token flow (distribution, spec/auth/token.md, oauth.md).
import { z } from 'zod';
import type { Http, HttpRequest } from '../io/http.ts';
import { Fault } from '../lib/faults.ts';
import { parseJson } from '../lib/json.ts';
import type { Credential, Credentials } from './credentials.ts';
import { registryFault } from './registry-faults.ts';

export type Action = 'pull' | 'push' | 'delete';

/** What a token is asked for. */
const SCOPES: Readonly<Record<Action, string>> = { pull: 'pull', push: 'pull,push', delete: 'pull,push,delete' };

interface Challenge {
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const TokenAnswer = z.object({ token: z.string().optional(), access_token: z.string().optional() });
/** Most bytes of a token server's answer. */
const TOKEN_ANSWER = 256 << 10;
/** Most characters of a WWW-Authenticate header. */
const CHALLENGE = 8192;

/** The challenges of a WWW-Authenticate header (RFC 9110, 11.6.1); schemes and parameter names in lower case. */
export function parseChallenges(header: string): Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  const token = /([A-Za-z][\w-]*)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/g;
  for (const [, name = '', quoted, plain] of header.slice(0, CHALLENGE).matchAll(token)) {
    const value = quoted?.replace(/\\(.)/g, '$1') ?? plain;
    if (value === undefined) challenges.push({ scheme: name.toLowerCase(), parameters: {} });
    else Object.assign(challenges.at(-1)?.parameters ?? {}, { [name.toLowerCase()]: value });
  }
  return challenges;
}

/** The Authorization header for one repository, kept until the registry refuses it. */
export class Authorization {
  readonly #http: Http;
  readonly #host: string;
  readonly #repository: string;
  readonly #credentials: Credentials;
  readonly #headers = new Map<Action, string>();

  constructor(http: Http, host: string, repository: string, credentials: Credentials) {
    this.#http = http;
    this.#host = host;
    this.#repository = repository;
    this.#credentials = credentials;
  }

  header(action: Action): string | undefined {
    return this.#headers.get(action);
  }

  /**
   * Finds the answer to a 401.
   * @returns false when there is none: no credentials for Basic, or a scheme that is not known.
   * @throws Fault `registry/unauthorized` when the token server refuses the credentials.
   */
  async answer(challenge: string, action: Action): Promise<boolean> {
    const challenges = parseChallenges(challenge);
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    const credential = await this.#credentials(this.#host);
    if (bearer !== undefined) {
      this.#headers.set(action, `Bearer ${await this.#token(bearer.parameters, credential, action)}`);
      return true;
    }
    if (credential?.kind !== 'password' || !challenges.some(({ scheme }) => scheme === 'basic')) return false;
    this.#headers.set(action, basic(credential));
    return true;
  }

  async #token(
    parameters: Readonly<Record<string, string>>,
    credential: Credential | undefined,
    action: Action,
  ): Promise<string> {
    const realm = URL.parse(parameters['realm'] ?? '');
    if (realm === null) throw this.#fault('names no token server');
    const scope = parameters['scope'] ?? `repository:${this.#repository}:${SCOPES[action]}`;
    const query = new URLSearchParams({ scope });
    if (parameters['service'] !== undefined) query.set('service', parameters['service']);
    const response = await this.#http.send(...tokenRequest(realm, query, credential));
    if (response.status !== 200) throw await registryFault(this.#host, 'GET', response);
    const answer = TokenAnswer.safeParse(parseJson(await response.bytes(TOKEN_ANSWER), 'The token'));
    const token = answer.data?.token ?? answer.data?.access_token ?? '';
    if (!/^[\x21-\x7e]+$/.test(token)) throw this.#fault('got no token from its token server');
    return token;
  }

  #fault(what: string): Fault {
    return new Fault(
      'registry/unauthorized',
      `The registry ${this.#host} ${what}.`,
      'Check the address of the registry.',
    );
  }
}

function tokenRequest(realm: URL, query: URLSearchParams, credential: Credential | undefined): [URL, HttpRequest] {
  if (credential?.kind === 'token') {
    query.set('grant_type', 'refresh_token');
    query.set('client_id', 'temper');
    query.set('refresh_token', credential.token);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return [realm, { method: 'POST', headers, confined: true, body: Buffer.from(query.toString()) }];
  }
  const url = new URL(realm);
  for (const [name, value] of query) url.searchParams.set(name, value);
  return [url, credential === undefined ? {} : { headers: { authorization: basic(credential) } }];
}

function basic(credential: { user: string; password: string }): string {
  return `Basic ${Buffer.from(`${credential.user}:${credential.password}`, 'utf8').toString('base64')}`;
}
