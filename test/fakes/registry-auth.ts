import type { Request, Response } from './server.ts';

export type AuthKind = 'none' | 'basic' | 'bearer';

export const USER = 'ann';
export const PASSWORD = 'pass:word';
export const REFRESH_TOKEN = 'refresh-token';

const basicHeader = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}`;

/** Docker's token flow and Basic, as a registry and its token server see them. */
export class FakeAuth {
  readonly kind: AuthKind;
  /** Tokens that were given out, with the scope each is good for. */
  readonly tokens = new Map<string, string>();
  /** A token is good for so many requests. */
  tokenUses = Number.POSITIVE_INFINITY;
  readonly #uses = new Map<string, number>();

  constructor(kind: AuthKind) {
    this.kind = kind;
  }

  /** Answers 401 and returns false unless the request may do what it asks for. */
  allows(request: Request, response: Response, repository: string, action: 'pull' | 'push'): boolean {
    if (this.kind === 'none') return true;
    const header = request.headers.authorization;
    if (this.kind === 'basic' && header === basicHeader) return true;
    const wanted = `repository:${repository}:${action === 'pull' ? 'pull' : 'pull,push'}`;
    if (this.kind === 'bearer' && this.#tokenAllows(header, wanted)) return true;
    const realm = `http://${request.headers.host}/token`;
    response.setHeader(
      'www-authenticate',
      this.kind === 'basic' ? 'Basic realm="fake"' : `Bearer realm="${realm}",service="fake",scope="${wanted}"`,
    );
    response.statusCode = 401;
    response.end(JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] }));
    return false;
  }

  #tokenAllows(header: string | undefined, wanted: string): boolean {
    const token = header?.replace(/^Bearer /, '') ?? '';
    const scope = this.tokens.get(token);
    if (scope === undefined || !scope.startsWith(wanted)) return false;
    const uses = (this.#uses.get(token) ?? 0) + 1;
    this.#uses.set(token, uses);
    return uses <= this.tokenUses;
  }

  /** The token server: GET with Basic, or POST with a refresh token. */
  token(request: Request, response: Response, query: URLSearchParams, body: Buffer): void {
    const form = new URLSearchParams(body.toString());
    const known =
      request.headers.authorization === basicHeader ||
      (form.get('grant_type') === 'refresh_token' && form.get('refresh_token') === REFRESH_TOKEN);
    const scope = query.get('scope') ?? form.get('scope') ?? '';
    if (!known || (query.get('service') ?? form.get('service')) !== 'fake') {
      response.statusCode = 401;
      response.end(JSON.stringify({ errors: [{ code: 'DENIED', message: 'wrong user or password' }] }));
      return;
    }
    const token = `token-${this.tokens.size}`;
    this.tokens.set(token, scope);
    response.end(JSON.stringify({ token, expires_in: 60 }));
  }
}
