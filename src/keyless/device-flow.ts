// A person's identity token: shown a code here, which they confirm in any browser (RFC 8628, with PKCE, RFC 7636).
import { hash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { now, sleep } from '../io/clock.ts';
import type { Http } from '../io/http.ts';
import { refusalText } from '../io/http-refusal.ts';
import { parseJson } from '../lib/json.ts';
import { redactUrl } from '../lib/urls.ts';
import { noToken } from './faults.ts';
import { isTokenText, TOKEN_LIMIT } from './token.ts';

/** Most bytes of an answer. */
const ANSWER = 1 << 20;
/** Seconds between two questions whether it is confirmed, unless the issuer says how many; and how many it may say. */
const [USUAL_INTERVAL, LONGEST_INTERVAL, SLOWER] = [5, 60, 5];
/** Seconds that a code is waited for, whatever the issuer says. */
const LONGEST_WAIT = 1800;

export interface DeviceFlow {
  /** Where the issuer's discovery document is. */
  readonly issuer: URL;
  readonly clientId: string;
  readonly http: Http;
  /** Told what the person has to do, one sentence. */
  readonly say: (sentence: string) => void;
  readonly signal?: AbortSignal | undefined;
}

const address = z.url({ protocol: /^https?$/ }).max(2000);
const Discovery = z.object({ issuer: address, token_endpoint: address, device_authorization_endpoint: address });
const Code = z.object({
  device_code: z.string().min(1).max(4000),
  user_code: z.string().min(1).max(100),
  verification_uri: address,
  verification_uri_complete: address.optional(),
  expires_in: z.number().min(1),
  interval: z.number().min(0).optional(),
});
const Outcome = z.union([z.object({ id_token: z.string() }), z.object({ error: z.string() })]);

/**
 * The identity token of whoever confirms the code.
 * @throws Fault `identity/unavailable` when the issuer knows no such codes, or nobody confirmed it in time; `network/…`
 */
export async function deviceToken(flow: DeviceFlow): Promise<string> {
  const { token_endpoint: tokens, device_authorization_endpoint: codes } = await discover(flow);
  const verifier = randomBytes(32).toString('base64url');
  const asked = {
    client_id: flow.clientId,
    scope: 'openid email',
    code_challenge: hash('sha256', verifier, 'base64url'),
    code_challenge_method: 'S256',
  };
  const { status, body } = await post(flow, new URL(codes), asked);
  const code = Code.safeParse(body);
  if (status !== 200 || !code.success) throw unwilling(flow, 'gives no code for this client', body);
  const { user_code, verification_uri, verification_uri_complete } = code.data;
  flow.say(`Open ${verification_uri_complete ?? verification_uri} and confirm the code ${printable(user_code)}.`);
  return await confirmed(flow, new URL(tokens), code.data, verifier);
}

async function discover(flow: DeviceFlow): Promise<z.infer<typeof Discovery>> {
  const url = new URL(flow.issuer);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/.well-known/openid-configuration`;
  const response = await flow.http.send(url, { headers: { accept: 'application/json' } });
  const body = response.status === 200 ? json(await response.bytes(ANSWER)) : await discarded(response);
  const found = Discovery.safeParse(body);
  const same = found.success && trimmed(found.data.issuer) === trimmed(flow.issuer.href);
  if (found.success && same) return found.data;
  throw noToken(
    `${redactUrl(flow.issuer)} is no issuer of identities by codes`,
    'Check the address of the issuer, or give a token with --identity-token.',
  );
}

async function confirmed(flow: DeviceFlow, tokens: URL, code: z.infer<typeof Code>, verifier: string): Promise<string> {
  const until = now().getTime() + Math.min(code.expires_in, LONGEST_WAIT) * 1000;
  let interval = Math.min(code.interval ?? USUAL_INTERVAL, LONGEST_INTERVAL);
  const asked = {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    client_id: flow.clientId,
    device_code: code.device_code,
    scope: 'openid email',
    code_verifier: verifier,
  };
  while (now().getTime() < until) {
    await sleep(interval * 1000, flow.signal);
    const { body } = await post(flow, tokens, asked);
    const outcome = Outcome.safeParse(body);
    if (!outcome.success) throw unwilling(flow, 'answers with no token', body);
    if ('id_token' in outcome.data) {
      if (isTokenText(outcome.data.id_token)) return outcome.data.id_token;
      throw unwilling(flow, 'answers with no token', undefined);
    }
    const { error } = outcome.data;
    if (error === 'slow_down') interval = Math.min(interval + SLOWER, LONGEST_INTERVAL);
    else if (error !== 'authorization_pending') throw unwilling(flow, 'gives no token', body);
  }
  throw noToken('Nobody confirmed the code in time', 'Run the command again and confirm its code.');
}

async function post(
  { http }: DeviceFlow,
  url: URL,
  fields: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await http.send(url, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(new URLSearchParams(fields).toString()),
    confined: true,
  });
  return { status: response.status, body: json(await response.bytes(ANSWER + 2 * TOKEN_LIMIT)) };
}

function unwilling({ issuer }: DeviceFlow, problem: string, body: unknown) {
  const said = body === undefined ? '' : refusalText(Buffer.from(JSON.stringify(body) ?? ''));
  const sentence = `${redactUrl(issuer)} ${problem}${said === '' ? '' : `: ${said}`}`;
  return noToken(sentence, 'Check the address of the issuer and the client id, or give a token with --identity-token.');
}

/** `undefined` for what is no JSON. */
function json(bytes: Buffer): unknown {
  try {
    return parseJson(bytes, 'the answer');
  } catch {
    return undefined;
  }
}

async function discarded(response: { discard(): Promise<void> }): Promise<undefined> {
  await response.discard();
  return undefined;
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, '');
}

function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}
