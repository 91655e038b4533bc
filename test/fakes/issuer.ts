// An OpenID Connect issuer on loopback: tokens for the asking, with its keys, and codes to confirm (RFC 8628, PKCE).
import { generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto';
import { FakeServer, readBody, type Request, type Response } from './server.ts';

export interface TokenClaims {
  readonly sub?: string;
  readonly email?: string;
  readonly email_verified?: unknown;
  readonly aud?: unknown;
  readonly exp?: unknown;
  readonly [claim: string]: unknown;
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token as issuers write them. */
export function signedToken(key: KeyObject, claims: object): string {
  const body = `${part({ alg: 'RS256', kid: 'test', typ: 'JWT' })}.${part(claims)}`;
  return `${body}.${sign('sha256', Buffer.from(body), key).toString('base64url')}`;
}

export class FakeIssuer implements AsyncDisposable {
  /** The code that people confirm. */
  static readonly userCode = 'ABCD-1234';
  /** What its token endpoint answers before it gives the token, in their turn. */
  readonly errors: string[] = [];
  /** Forms that it was sent, by path. */
  readonly asked: { readonly path: string; readonly form: URLSearchParams }[] = [];
  /** Members over those of its discovery document, of the code and of the token. */
  changed: Readonly<Record<'discovery' | 'code' | 'token', object>> = { discovery: {}, code: {}, token: {} };
  readonly #pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  #server: FakeServer | undefined;
  #challenge = '';

  static async start(): Promise<FakeIssuer> {
    const issuer = new FakeIssuer();
    issuer.#server = await FakeServer.start((request, response) => {
      void issuer.#answer(request, response);
    });
    return issuer;
  }

  get url(): string {
    return this.#server?.url ?? '';
  }

  /** A token of now for ten minutes, for `sigstore`, of a verified mail address unless the claims say otherwise. */
  token(claims: TokenClaims = { email: 'dev@acme.example', email_verified: true }): string {
    const now = Math.floor(Date.now() / 1000);
    const usual = { iss: this.url, sub: claims.email ?? 'somebody', aud: 'sigstore', iat: now, nbf: now - 5 };
    return signedToken(this.#pair.privateKey, { ...usual, exp: now + 600, ...claims });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]();
  }

  async #answer(request: Request, response: Response): Promise<void> {
    const path = request.url ?? '/';
    const form = new URLSearchParams((await readBody(request)).toString('utf8'));
    if (request.method === 'POST') this.asked.push({ path, form });
    const [status, body] = this.#body(path, form);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  #body(path: string, form: URLSearchParams): readonly [number, object] {
    switch (path) {
      case '/.well-known/openid-configuration':
        return [200, { ...this.#discovery(), ...this.changed.discovery }];
      case '/keys':
        return [200, { keys: [{ ...this.#pair.publicKey.export({ format: 'jwk' }), ...KEY }] }];
      case '/device':
        this.#challenge = form.get('code_challenge') ?? '';
        return [200, { ...this.#code(), ...this.changed.code }];
      case '/token':
        return this.#tokens(form);
      default:
        return [404, {}];
    }
  }

  #discovery(): object {
    return {
      issuer: this.url,
      jwks_uri: `${this.url}/keys`,
      authorization_endpoint: `${this.url}/auth`,
      token_endpoint: `${this.url}/token`,
      device_authorization_endpoint: `${this.url}/device`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    };
  }

  #code(): object {
    return {
      device_code: 'the device',
      user_code: FakeIssuer.userCode,
      verification_uri: `${this.url}/confirm`,
      expires_in: 60,
      interval: 0,
    };
  }

  #tokens(form: URLSearchParams): readonly [number, object] {
    const error = this.errors.shift();
    if (error !== undefined) return [400, { error }];
    const proven = hash('sha256', form.get('code_verifier') ?? '', 'base64url') === this.#challenge;
    if (!proven || form.get('device_code') !== 'the device') return [400, { error: 'invalid_grant' }];
    return [200, { id_token: this.token(), token_type: 'Bearer', ...this.changed.token }];
  }
}

const KEY = { kid: 'test', alg: 'RS256', use: 'sig' };
