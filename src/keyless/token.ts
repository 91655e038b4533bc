// OpenID Connect identity tokens (OpenID Connect Core 1.0, 2; RFC 7519), read by the one whom they name: nothing is verified, for
// whoever issues certificates does that.
import { z } from 'zod';
import { Fault } from '../lib/faults.ts';
import { parseJson } from '../lib/json.ts';
import { isoTime } from '../lib/time.ts';

/** Most characters of a token. */
export const TOKEN_LIMIT = 64 << 10;
/** How much clocks may differ, seconds. */
const CLOCK_SKEW = 60;
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

const text = z.string().min(1).max(4000);
const Claims = z.object({
  iss: text,
  sub: text,
  aud: z.union([text.transform((one) => [one]), z.array(text).min(1).max(100)]),
  exp: z.number(),
  nbf: z.number().optional(),
  email: z.string().max(4000).optional(),
  email_verified: z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')]).optional(),
  federated_claims: z.object({ connector_id: z.string().max(4000).optional() }).optional(),
});
export type Claims = z.infer<typeof Claims>;

export interface IdentityToken {
  /** A secret: who has it is whom it names. */
  readonly raw: string;
  /** What the one signs who asks for a certificate, to prove that the key is theirs: a verified mail address, else the subject. */
  readonly subject: string;
  /** Whether {@link subject} is a mail address that the issuer verified. */
  readonly isMail: boolean;
  readonly claims: Claims;
}

/** Whether a text may be a token: three parts in base64url. */
export function isTokenText(content: string): boolean {
  return content.length <= TOKEN_LIMIT && JWT.test(content);
}

/**
 * Reads a token that is to be used now.
 * @param audience for whom it must be
 * @param now seconds since 1970
 * @throws Fault `identity/malformed`, `identity/expired`, `identity/not-yet-valid`, `identity/audience`; none shows the token
 */
export function parseIdentityToken(raw: string, audience: string, now: number): IdentityToken {
  const claims = claimsOf(raw);
  if (!claims.aud.includes(audience)) {
    throw new Fault(
      'identity/audience',
      `The identity token is for ${shown(claims.aud.join(', '))}, not for ${audience}.`,
      `Ask ${shown(claims.iss)} for a token whose audience is ${audience}.`,
    );
  }
  if (claims.exp <= now) {
    const when = timeOf(claims.exp);
    throw new Fault('identity/expired', `The identity token expired at ${when}.`, 'Get a new one, and sign at once.');
  }
  if (claims.nbf !== undefined && claims.nbf > now + CLOCK_SKEW) {
    const when = timeOf(claims.nbf);
    throw new Fault('identity/not-yet-valid', `The identity token is valid only from ${when} on.`, 'Check the clock.');
  }
  const verified = claims.email_verified === true && claims.email ? claims.email : undefined;
  return { raw, subject: verified ?? claims.sub, isMail: verified !== undefined, claims };
}

/** The years 0 to 9999. */
const [FIRST_TIME, LAST_TIME] = [-62_167_219_200, 253_402_300_799];

function timeOf(seconds: number): string {
  return isoTime(Math.max(FIRST_TIME, Math.min(seconds, LAST_TIME)));
}

function claimsOf(raw: string): Claims {
  if (!isTokenText(raw)) throw malformed('it has not the three parts of a JWT');
  let body: unknown;
  try {
    body = parseJson(Buffer.from(raw.split('.')[1] ?? '', 'base64url'), 'the token');
  } catch {
    throw malformed('its claims are no JSON');
  }
  const parsed = Claims.safeParse(body);
  if (parsed.success) return parsed.data;
  throw malformed(`its claim ${parsed.error.issues[0]?.path.join('.') ?? ''} is missing or of another kind`);
}

function malformed(problem: string): Fault {
  return new Fault(
    'identity/malformed',
    `The identity token cannot be read: ${problem}.`,
    'Give an OpenID Connect ID token, as it was issued.',
  );
}

function shown(said: string): string {
  return said.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?').slice(0, 200);
}
