// Tokens that let one ask a service (RFC 6750), and how OAuth's token endpoints give them (RFC 6749).
import { z } from 'zod';
import { now } from '../../io/clock.ts';
import { refusalText } from '../../io/http-refusal.ts';
import type { Http } from '../../io/http.ts';
import { Fault } from '../../lib/faults.ts';
import { parseJson } from '../../lib/json.ts';
import type { KmsFaults } from './faults.ts';

export interface Bearer {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** Where tokens come from; each call asks for a new one. */
export type BearerSource = () => Promise<Bearer>;

/** Most bytes of an answer with a token. */
const ANSWER = 256 << 10;
/** Milliseconds before its end from which a token is not used any more. */
const MARGIN = 60_000;

const seconds = z.union([
  z.number(),
  z
    .string()
    .regex(/^\d{1,12}$/)
    .transform(Number),
]);
const Answer = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  expires_in: seconds.optional(),
  expires_on: seconds.optional(),
});

/** The same source, which keeps its token while that lasts. */
export function keptBearer(source: BearerSource): () => Promise<string> {
  let kept: Promise<Bearer> | undefined;
  return async () => {
    const held = await kept;
    if (held === undefined || held.expires - MARGIN < now().getTime()) kept = source();
    try {
      return (await (kept as Promise<Bearer>)).token;
    } catch (fault) {
      kept = undefined;
      throw fault;
    }
  };
}

export interface TokenRequest {
  readonly url: string | URL;
  /** Sent as a form; a GET unless given. */
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the user can do where no token is given. */
  readonly hint: string;
}

/**
 * Asks a token endpoint, which is given secrets that no other host sees.
 * @throws Fault `key/kms-denied` where it refuses, `key/kms-failed`, `network/…`
 */
export async function askToken(http: Http, asked: TokenRequest, faults: KmsFaults): Promise<Bearer> {
  const { url, form, headers, hint } = asked;
  const body = form === undefined ? undefined : Buffer.from(new URLSearchParams(form).toString());
  const type = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
  const response = await http.send(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { accept: 'application/json', ...type, ...headers },
    body,
    confined: true,
  });
  const bytes = await response.bytes(ANSWER);
  if (response.status !== 200) {
    const said = refusalText(bytes, [...Object.values(form ?? {}), ...Object.values(headers ?? {})]);
    throw faults.denied(`a token, with status ${response.status} from ${response.url.host}`, said, hint);
  }
  const answer = Answer.safeParse(parseToken(bytes, response.url.host));
  if (!answer.success) throw faults.strange(`no token from ${response.url.host}`, hint);
  const { access_token: token, expires_in = 0, expires_on } = answer.data;
  return { token, expires: expires_on === undefined ? now().getTime() + expires_in * 1000 : expires_on * 1000 };
}

function parseToken(bytes: Buffer, host: string): unknown {
  try {
    return parseJson(bytes, `the answer of ${host}`);
  } catch (fault) {
    if (fault instanceof Fault) return undefined;
    throw fault;
  }
}
