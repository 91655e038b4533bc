// What token endpoints judge: tokens that were issued here, and JWTs that somebody else signed.
import { constants, type KeyObject, randomBytes, verify } from 'node:crypto';
import { z } from 'zod';

const Header = z.looseObject({ alg: z.enum(['RS256', 'PS256']) });
const Claims = z.looseObject({ iss: z.string(), aud: z.string(), exp: z.number(), iat: z.number() });

/** The claims of a JWT whose signature is the key's and whose time is now; `undefined` for any other. */
export function judgedJwt(
  jwt: string,
  key: KeyObject,
): { readonly header: z.infer<typeof Header>; readonly claims: z.infer<typeof Claims> } | undefined {
  const [head = '', body = '', signature = '', ...rest] = jwt.split('.');
  const json = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
  const header = Header.safeParse(json(head));
  const claims = Claims.safeParse(json(body));
  if (!header.success || !claims.success || rest.length > 0) return undefined;
  const padding =
    header.data.alg === 'PS256'
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
      : { padding: constants.RSA_PKCS1_PADDING };
  const valid = verify(
    'sha256',
    Buffer.from(`${head}.${body}`),
    { key, ...padding },
    Buffer.from(signature, 'base64url'),
  );
  const now = Date.now() / 1000;
  const { iat, exp } = claims.data;
  return valid && iat <= now + 5 && now < exp && exp - iat <= 3600
    ? { header: header.data, claims: claims.data }
    : undefined;
}

/** Tokens that were given, each for something. */
export class IssuedTokens {
  readonly #given = new Map<string, string>();

  give(what: string): string {
    const token = `issued.${randomBytes(12).toString('base64url')}`;
    this.#given.set(token, what);
    return token;
  }

  /** What the token of an Authorization header is for. */
  judge(authorization: string | undefined): string | undefined {
    const [, token = ''] = /^Bearer (\S+)$/.exec(authorization ?? '') ?? [];
    return this.#given.get(token);
  }
}
