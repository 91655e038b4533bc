// Azure Key Vault's keys over TLS (REST 7.4), and Microsoft's token endpoints: an application's by secret, certificate or
// federated token, a machine's by IMDS and by App Service.
import { createHash, type KeyObject, randomBytes, type X509Certificate } from 'node:crypto';
import type { KeyType } from '../../src/keys/key-type.ts';
import { IssuedTokens, judgedJwt } from './oauth-tokens.ts';
import { type FakeKms, type FakePair, type Hash, newPair, signEcdsa, signPkcs1, signPss } from './remote-key.ts';
import { FakeServer, readBody, type Request, type Response } from './server.ts';
import { TlsAuthority, TlsServer } from './tls-server.ts';

export interface AzureVersion extends FakePair {
  readonly version: string;
  readonly kty: string;
  readonly attributes: { enabled: boolean; exportable?: boolean };
  readonly release_policy?: object;
  key_ops: string[];
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}
const refusal = (status: number, code: string, message: string): Answer => ({
  status,
  body: { error: { code, message } },
});
const ok = (body: unknown): Answer => ({ status: 200, body });

const HASHES: Readonly<Record<string, Hash>> = { 256: 'sha256', 384: 'sha384', 512: 'sha512' };

export class FakeAzureVault implements FakeKms {
  lies = false;
  readonly keys = new Map<string, AzureVersion[]>();
  /** Names of keys that were deleted and can be recovered. */
  readonly deleted = new Set<string>();
  readonly tokens = new IssuedTokens();
  /** Forms and queries that tokens were given for. */
  readonly given: Readonly<Record<string, unknown>>[] = [];
  readonly federated = new Set<string>();
  /** The application's certificate, whose thumbprint and key it is told by. */
  certificate: X509Certificate | undefined;
  readonly authority = new TlsAuthority();
  #vault: TlsServer | undefined;
  #login: FakeServer | undefined;
  #trust: Disposable | undefined;

  static async start(): Promise<FakeAzureVault> {
    const fake = new FakeAzureVault();
    fake.#trust = fake.authority.trusted();
    fake.#vault = await TlsServer.start(fake.authority, (request, response) => void fake.#serve(request, response));
    fake.#login = await FakeServer.start((request, response) => void fake.#serveTokens(request, response));
    return fake;
  }

  get host(): string {
    return this.#vault?.host ?? '';
  }

  get login(): string {
    return this.#login?.url ?? '';
  }

  get environment(): Record<string, string> {
    return {
      AZURE_AUTHORITY_HOST: this.login,
      AZURE_TENANT_ID: 'tenant',
      AZURE_CLIENT_ID: 'client',
      AZURE_CLIENT_SECRET: 'secret',
    };
  }

  reference(name: string): string {
    return `azurekms://${this.host}/${name}`;
  }

  add(name: string, type: KeyType, mayLeave = false): void {
    const { kty = '' } = newPair(type).publicKey.export({ format: 'jwk' });
    this.#put(name, type, {
      kty: `${kty}-HSM`,
      attributes: { enabled: true, ...(mayLeave ? { exportable: true } : {}) },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#vault?.[Symbol.asyncDispose]();
    await this.#login?.[Symbol.asyncDispose]();
    this.#trust?.[Symbol.dispose]();
  }

  #put(name: string, type: KeyType, more: Pick<AzureVersion, 'kty' | 'attributes'>): AzureVersion {
    const version = {
      ...newPair(type),
      version: randomBytes(16).toString('hex'),
      key_ops: ['sign', 'verify'],
      ...more,
    };
    this.keys.set(name, [...(this.keys.get(name) ?? []), version]);
    return version;
  }

  async #serve(request: Request, response: Response): Promise<void> {
    const body = (await readBody(request)).toString();
    const url = new URL(request.url ?? '', `https://${this.host}`);
    const { status, body: answer } = this.#answer(request, url, body);
    const challenge = `Bearer authorization="${this.login}/tenant", resource="https://${this.host}"`;
    response
      .writeHead(status, {
        'content-type': 'application/json',
        ...(status === 401 ? { 'www-authenticate': challenge } : {}),
      })
      .end(JSON.stringify(answer));
  }

  #answer(request: Request, url: URL, body: string): Answer {
    const audience = this.tokens.judge(request.headers.authorization);
    if (audience === undefined) return refusal(401, 'Unauthorized', 'AKV10000: Request is missing a Bearer token.');
    if (audience !== `https://${this.host}`) return refusal(401, 'Unauthorized', 'AKV10022: Invalid audience.');
    if (!/^\d/.test(url.searchParams.get('api-version') ?? '')) return refusal(400, 'BadParameter', 'no api-version');
    const [, name = '', part = '', verb] = /^\/keys\/([\w-]+)(?:\/([\w-]*))?(?:\/(\w+))?$/.exec(url.pathname) ?? [];
    if (part === 'create') return this.#create(name, JSON.parse(body) as Record<string, unknown>);
    const versions = this.keys.get(name);
    const newest = versions?.at(-1);
    const missing = refusal(
      404,
      'KeyNotFound',
      `A key with (name/id) ${name}/${part} was not found in this key vault.`,
    );
    if (newest === undefined) return missing;
    if (part === 'rotate') {
      return ok(
        this.#shown(
          name,
          this.#put(name, typeOf(newest.privateKey), { kty: newest.kty, attributes: { enabled: true } }),
        ),
      );
    }
    const version = part === '' ? newest : versions?.find((one) => one.version === part);
    if (version === undefined) return missing;
    if (verb === undefined) return ok(this.#shown(name, version));
    return this.#sign(name, version, JSON.parse(body) as { alg: string; value: string });
  }

  #create(name: string, { kty, crv, key_size }: Readonly<Record<string, unknown>>): Answer {
    if (this.deleted.has(name))
      return refusal(409, 'Conflict', `Key ${name} is currently in a deleted but recoverable state.`);
    const type = kty === 'RSA' ? (key_size === 3072 ? 'rsa3072' : undefined) : crv === 'P-384' ? 'p384' : 'p256';
    if (type === undefined || (kty !== 'EC' && kty !== 'RSA')) return refusal(400, 'BadParameter', 'Invalid kty value');
    return ok(this.#shown(name, this.#put(name, type, { kty, attributes: { enabled: true } })));
  }

  #shown(name: string, { publicKey, version, kty, key_ops, attributes, release_policy }: AzureVersion): object {
    const kid = `https://${this.host}/keys/${name}/${version}`;
    const policy = release_policy === undefined ? {} : { release_policy };
    const times = { created: 1, updated: 1, recoveryLevel: 'Recoverable+Purgeable', recoverableDays: 90 };
    return {
      key: { ...publicKey.export({ format: 'jwk' }), kid, kty, key_ops },
      attributes: { ...attributes, ...times },
      ...policy,
    };
  }

  #sign(
    name: string,
    { privateKey, version, attributes, key_ops }: AzureVersion,
    { alg, value }: { alg: string; value: string },
  ): Answer {
    if (!attributes.enabled || !key_ops.includes('sign'))
      return refusal(403, 'Forbidden', 'Operation sign is not allowed.');
    const digest = Buffer.from(value, 'base64url');
    const hash = HASHES[alg.slice(2)];
    const kind =
      privateKey.asymmetricKeyType === 'rsa'
        ? /^[RP]S/
        : privateKey.asymmetricKeyDetails?.namedCurve === 'secp384r1'
          ? /^ES384/
          : /^ES256/;
    if (hash === undefined || !kind.test(alg) || digest.length * 8 !== Number(alg.slice(2))) {
      return refusal(400, 'BadParameter', `Key and signing key algorithm are incompatible: ${alg}.`);
    }
    const key = this.lies ? newPair(typeOf(privateKey)).privateKey : privateKey;
    const signature = alg.startsWith('ES')
      ? signEcdsa(key, digest, 'compact')
      : (alg.startsWith('PS') ? signPss : signPkcs1)(key, digest, hash);
    return ok({ kid: `https://${this.host}/keys/${name}/${version}`, value: signature.toString('base64url') });
  }

  async #serveTokens(request: Request, response: Response): Promise<void> {
    const form = Object.fromEntries(new URLSearchParams((await readBody(request)).toString()));
    const url = new URL(request.url ?? '', this.login);
    const { status, body } = this.#token(request, url, form);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  #token(request: Request, url: URL, form: Readonly<Record<string, string>>): Answer {
    const query = Object.fromEntries(url.searchParams);
    const { metadata, 'x-identity-header': header } = request.headers;
    const isMachine = url.pathname === '/metadata/identity/oauth2/token' ? metadata === 'true' : header === 'header';
    if (request.method === 'GET') {
      if (!isMachine)
        return {
          status: 400,
          body: { error: 'invalid_request', error_description: 'Required metadata header not specified' },
        };
      this.given.push({ by: 'machine', ...query });
      const ends = String(Math.floor(Date.now() / 1000) + 3600);
      return ok({ access_token: this.tokens.give(query['resource'] ?? ''), expires_on: ends, token_type: 'Bearer' });
    }
    const by = url.pathname === '/tenant/oauth2/v2.0/token' ? this.#proof(form) : undefined;
    if (by === undefined || form['client_id'] !== 'client' || form['grant_type'] !== 'client_credentials') {
      return {
        status: 401,
        body: { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid client secret provided.' },
      };
    }
    this.given.push({ by, ...form });
    const audience = (form['scope'] ?? '').replace(/\/\.default$/, '');
    return ok({ token_type: 'Bearer', expires_in: 3599, access_token: this.tokens.give(audience) });
  }

  #proof({
    client_secret,
    client_assertion = '',
    client_assertion_type,
  }: Readonly<Record<string, string>>): string | undefined {
    if (client_secret !== undefined) return client_secret === 'secret' ? 'secret' : undefined;
    if (client_assertion_type !== 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer') return undefined;
    if (this.federated.has(client_assertion)) return 'federated';
    if (this.certificate === undefined) return undefined;
    const jwt = judgedJwt(client_assertion, this.certificate.publicKey);
    const thumbprint = createHash('sha256').update(this.certificate.raw).digest('base64url');
    const { iss, aud } = jwt?.claims ?? {};
    const fits = iss === 'client' && aud === `${this.login}/tenant/oauth2/v2.0/token`;
    return fits && jwt?.header['x5t#S256'] === thumbprint ? 'certificate' : undefined;
  }
}

function typeOf(key: KeyObject): KeyType {
  if (key.asymmetricKeyType === 'rsa') return 'rsa3072';
  return key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 'p384' : 'p256';
}
