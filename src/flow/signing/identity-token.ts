// Where the identity token of who signs comes from.
import type { Http } from '../../io/http.ts';
import { ambientToken, type Environment, namedToken } from '../../keyless/ambient.ts';
import { deviceToken } from '../../keyless/device-flow.ts';
import { type IdentityToken, parseIdentityToken } from '../../keyless/token.ts';
import { Fault } from '../../lib/faults.ts';

export interface TokenRequest {
  /** The token, or the path of a file that holds it; where neither is given, the place where this program runs is asked. */
  readonly identityToken?: string | undefined;
  /** Where there is none, a person is shown a code, which they confirm in a browser; but not in a pipeline (`CI`). */
  readonly device?: boolean | undefined;
  /** The issuer that knows such codes. */
  readonly issuer: URL | undefined;
  /** Under which this program is known to the issuer, and for whom tokens are: `sigstore` unless given. */
  readonly clientId?: string | undefined;
  readonly environment: Environment;
  readonly http: Http;
  /** Told what the person has to do, one sentence. */
  readonly say: (sentence: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** Seconds since 1970. */
  readonly now: () => number;
}

const USUAL_CLIENT = 'sigstore';

/**
 * A token that can be used now.
 * @throws Fault `identity/none` when there is none, `identity/…`, `file/…`, `network/…`
 */
export async function identityToken(request: TokenRequest): Promise<IdentityToken> {
  const audience = request.clientId ?? USUAL_CLIENT;
  const raw = await rawToken(request, audience);
  return parseIdentityToken(raw, audience, request.now());
}

async function rawToken(request: TokenRequest, clientId: string): Promise<string> {
  const { identityToken: named, environment, http, issuer, device, say, signal } = request;
  if (named !== undefined) return await namedToken(named);
  const ambient = await ambientToken(environment, clientId, http);
  if (ambient !== undefined) return ambient;
  // Nobody looks at a pipeline, which would wait until the code expires.
  const isPipeline = !['', 'false'].includes(environment['CI'] ?? '');
  if (device === true && issuer !== undefined && !isPipeline)
    return await deviceToken({ issuer, clientId, http, say, signal });
  throw new Fault(
    'identity/none',
    'There is no identity token to sign with.',
    'Give --identity-token FILE, set SIGSTORE_ID_TOKEN, or run where GitHub Actions gives the job `id-token: write`.',
  );
}
