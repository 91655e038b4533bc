// Cloud KMS and Google's token endpoints, as their references describe them (Cloud KMS REST v1; OAuth 2.0; Security Token Service;
// IAM Credentials): tokens are given to who proves who he is, and keys sign for who has one.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { crc32c } from '../../src/lib/crc32c.ts';
import type { KeyType } from '../../src/keys/key-type.ts';
import { IssuedTokens, judgedJwt } from './oauth-tokens.ts';
import {
  type FakeKms,
  type FakePair,
  type Hash,
  newPair,
  signEcdsa,
  signMessage,
  signPkcs1,
  signPss,
} from './remote-key.ts';
import { FakeServer, readBody, type Request, type Response } from './server.ts';

const RING = 'projects/p/locations/global/keyRings/r';
const ALGORITHMS: Readonly<Record<KeyType, string>> = {
  p256: 'EC_SIGN_P256_SHA256',
  p384: 'EC_SIGN_P384_SHA384',
  rsa3072: 'RSA_SIGN_PKCS1_3072_SHA256',
  ed25519: 'EC_SIGN_ED25519',
};

export interface GoogleVersion extends FakePair {
  readonly algorithm: string;
  readonly protectionLevel: string;
  readonly importJob?: string;
  state: string;
  /** How often it is looked at before it is there. */
  pending: number;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}
const refusal = (status: number, word: string, message: string): Answer => ({
  status,
  body: { error: { code: status, message, status: word } },
});
const ok = (body: unknown): Answer => ({ status: 200, body });

export class FakeGoogleKms implements FakeKms {
  lies = false;
  damages: FakeKms['damages'];
  /** Versions by the name of their key. */
  readonly keys = new Map<string, GoogleVersion[]>();
  readonly rings = new Set([RING]);
  /** Forms and claims that tokens were given for. */
  readonly given: Readonly<Record<string, unknown>>[] = [];
  /** The subject tokens of others that are exchanged. */
  readonly federated = new Set<string>();
  readonly refreshTokens = new Set(['refresh']);
  /** Whether this is a machine of Google's. */
  isMachine = true;
  readonly account = generateKeyPairSync('rsa', { modulusLength: 2048 });
  readonly tokens = new IssuedTokens();
  readonly quotaProjects: unknown[] = [];
  #server: FakeServer | undefined;

  static async start(): Promise<FakeGoogleKms> {
    const fake = new FakeGoogleKms();
    fake.#server = await FakeServer.start((request, response) => void fake.#serve(request, response));
    return fake;
  }

  get url(): string {
    return this.#server?.url ?? '';
  }

  get environment(): Record<string, string> {
    return {
      CLOUDSDK_CONFIG: '/nonexistent',
      GCE_METADATA_HOST: this.#server?.host ?? '',
      CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS: this.url,
    };
  }

  /** A service account's key file. */
  get serviceAccount(): Record<string, string> {
    return {
      type: 'service_account',
      client_email: 'robot@p.iam.gserviceaccount.com',
      private_key_id: 'kid-1',
      private_key: this.account.privateKey.export({ type: 'pkcs8', format: 'pem' }),
      token_uri: `${this.url}/token`,
    };
  }

  reference(name: string): string {
    return `gcpkms://${RING}/cryptoKeys/${name}`;
  }

  add(name: string, type: KeyType, mayLeave = false, algorithm = ALGORITHMS[type]): void {
    const importJob = mayLeave ? { importJob: `${RING}/importJobs/j` } : {};
    const versions = this.keys.get(`${RING}/cryptoKeys/${name}`) ?? [];
    versions.push({ ...newPair(type), algorithm, protectionLevel: 'HSM', state: 'ENABLED', pending: 0, ...importJob });
    this.keys.set(`${RING}/cryptoKeys/${name}`, versions);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]();
  }

  async #serve(request: Request, response: Response): Promise<void> {
    const body = (await readBody(request)).toString();
    const url = new URL(request.url ?? '', this.url);
    const { status, body: answer } = this.#answer(request, url, body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  #answer(request: Request, url: URL, body: string): Answer {
    const { authorization, 'metadata-flavor': flavor, 'x-goog-user-project': quota } = request.headers;
    if (url.pathname.startsWith('/computeMetadata/')) {
      if (!this.isMachine || flavor !== 'Google') return refusal(403, 'PERMISSION_DENIED', 'Missing Metadata-Flavor');
      return this.#token({ by: 'machine' });
    }
    if (url.pathname === '/token' || url.pathname === '/sts') return this.#exchange(new URLSearchParams(body));
    const what = this.tokens.judge(authorization);
    if (what === undefined) return refusal(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
    if (url.pathname.endsWith(':generateAccessToken')) {
      this.given.push({ by: 'impersonation', for: what, ...(JSON.parse(body) as object) });
      const expireTime = new Date(Date.now() + 3_600_000).toISOString();
      return ok({ accessToken: this.tokens.give('kms'), expireTime });
    }
    if (what !== 'kms') return refusal(403, 'PERMISSION_DENIED', 'Request had insufficient authentication scopes.');
    this.quotaProjects.push(quota);
    return this.#kms(url, request.method === 'POST' ? (JSON.parse(body) as Record<string, never>) : undefined);
  }

  #token(given: Readonly<Record<string, unknown>>, what = 'kms'): Answer {
    this.given.push(given);
    return ok({ access_token: this.tokens.give(what), expires_in: 3599, token_type: 'Bearer' });
  }

  #exchange(form: URLSearchParams): Answer {
    const refused = { status: 400, body: { error: 'invalid_grant', error_description: 'It is not who it says.' } };
    const asked = Object.fromEntries(form);
    switch (asked['grant_type']) {
      case 'urn:ietf:params:oauth:grant-type:jwt-bearer': {
        const jwt = judgedJwt(asked['assertion'] ?? '', this.account.publicKey);
        // Google's own clients name either.
        const audiences = [`${this.url}/token`, 'https://oauth2.googleapis.com/token'];
        if (jwt === undefined || !audiences.includes(jwt.claims.aud) || jwt.header['kid'] !== 'kid-1') return refused;
        const scope = String(jwt.claims['scope']);
        return this.#token({ by: 'jwt', ...jwt.claims }, scope.endsWith('/cloudkms') ? 'kms' : 'cloud');
      }
      case 'refresh_token':
        if (!this.refreshTokens.has(asked['refresh_token'] ?? '')) return refused;
        return this.#token({ by: 'refresh', ...asked });
      case 'urn:ietf:params:oauth:grant-type:token-exchange':
        if (!this.federated.has(asked['subject_token'] ?? '')) return refused;
        return this.#token(
          { by: 'exchange', ...asked },
          asked['scope']?.endsWith('/cloudkms') === true ? 'kms' : 'cloud',
        );
      default:
        return refused;
    }
  }

  #kms(url: URL, body: Record<string, never> | undefined): Answer {
    const path = decodeURIComponent(url.pathname.replace(/^\/v1\//, ''));
    const [, name = '', number, verb] =
      /^(.*?\/cryptoKeys\/[^/:]+)(?:\/cryptoKeyVersions(?:\/(\d+))?)?([/:]\w+)?$/.exec(path) ?? [];
    if (body !== undefined && number === undefined) return this.#make(url, path, body);
    const versions = this.keys.get(name);
    if (versions === undefined) return refusal(404, 'NOT_FOUND', `CryptoKey ${name} not found.`);
    if (number === undefined) {
      const all = versions.map((version, index) => shown(version, `${name}/cryptoKeyVersions/${index + 1}`));
      return ok({
        cryptoKeyVersions: all.filter(({ state }) => state === 'ENABLED').toReversed(),
        totalSize: all.length,
      });
    }
    const version = versions[Number(number) - 1];
    const full = `${name}/cryptoKeyVersions/${number}`;
    if (version === undefined) return refusal(404, 'NOT_FOUND', `CryptoKeyVersion ${full} not found.`);
    if (verb === undefined) {
      if (version.pending-- <= 0 && version.state === 'PENDING_GENERATION') version.state = 'ENABLED';
      return ok(shown(version, full));
    }
    if (version.state !== 'ENABLED') return refusal(400, 'FAILED_PRECONDITION', `${full} is not enabled.`);
    return verb === '/publicKey' ? this.#publicKey(version, full) : this.#sign(version, full, body ?? {});
  }

  #make(url: URL, path: string, body: Readonly<Record<string, unknown>>): Answer {
    const ring = url.searchParams.get('keyRingId');
    if (ring !== null) {
      this.rings.add(`${path}/${ring}`);
      return ok({ name: `${path}/${ring}` });
    }
    const id = url.searchParams.get('cryptoKeyId');
    const name = id === null ? path.replace(/\/cryptoKeyVersions$/, '') : `${path}/${id}`;
    if (id !== null && !this.rings.has(path.replace(/\/cryptoKeys$/, ''))) return refusal(404, 'NOT_FOUND', 'no ring');
    const before = this.keys.get(name);
    if (id !== null && before !== undefined) return refusal(409, 'ALREADY_EXISTS', `CryptoKey ${name} already exists.`);
    if (id === null && before === undefined) return refusal(404, 'NOT_FOUND', `CryptoKey ${name} not found.`);
    const template = body['versionTemplate'] as { algorithm: string; protectionLevel: string } | undefined;
    const { algorithm, protectionLevel } = template ?? before?.[0] ?? { algorithm: '', protectionLevel: '' };
    const type = Object.entries(ALGORITHMS).find(([, value]) => value === algorithm)?.[0] as KeyType;
    const made = { ...newPair(type), algorithm, protectionLevel, state: 'PENDING_GENERATION', pending: 1 };
    this.keys.set(name, [...(before ?? []), made]);
    const version = shown(made, `${name}/cryptoKeyVersions/${(before?.length ?? 0) + 1}`);
    return ok(id === null ? version : { name, purpose: 'ASYMMETRIC_SIGN', versionTemplate: template });
  }

  #publicKey({ publicKey, algorithm, protectionLevel }: GoogleVersion, name: string): Answer {
    const pem = publicKey.export({ type: 'spki', format: 'pem' });
    const crc = crc32c(Buffer.from(pem)) + (this.damages === 'public key' ? 1 : 0);
    return ok({ name, pem, algorithm, protectionLevel, pemCrc32c: String(crc) });
  }

  #sign(version: GoogleVersion, name: string, body: Readonly<Record<string, unknown>>): Answer {
    const { algorithm, protectionLevel } = version;
    const key = this.lies ? newPair(typeOf(version.privateKey)).privateKey : version.privateKey;
    const [hash, encoded] = Object.entries((body['digest'] ?? {}) as Record<string, string>)[0] ?? [];
    const { data = '' } = body as { readonly data?: string };
    const input = Buffer.from(encoded ?? data, 'base64');
    const crc = String(body[hash === undefined ? 'dataCrc32c' : 'digestCrc32c']);
    const wants = hash === undefined ? algorithm === 'EC_SIGN_ED25519' : algorithm.endsWith(hash.toUpperCase());
    if (!wants || (hash !== undefined && input.length * 8 !== Number(hash.slice(3)))) {
      return refusal(400, 'INVALID_ARGUMENT', `The digest does not fit ${algorithm}.`);
    }
    const signature = signedBy(key, algorithm, input, hash as Hash | undefined);
    const whole = crc === String(crc32c(input)) && this.damages !== 'request';
    const verified = hash === undefined ? { verifiedDataCrc32c: whole } : { verifiedDigestCrc32c: whole };
    const signatureCrc32c = String(crc32c(signature) + (this.damages === 'signature' ? 1 : 0));
    return ok({
      name,
      protectionLevel,
      signature: signature.toString('base64'),
      signatureCrc32c,
      ...(whole ? verified : {}),
    });
  }
}

function shown({ algorithm, state, protectionLevel, importJob }: GoogleVersion, name: string) {
  return {
    name,
    state,
    protectionLevel,
    algorithm,
    createTime: '2026-01-01T00:00:00Z',
    ...(importJob === undefined ? {} : { importJob }),
  };
}

function signedBy(key: KeyObject, algorithm: string, input: Buffer, hash: Hash | undefined): Buffer {
  if (hash === undefined) return signMessage(key, input);
  if (algorithm.startsWith('EC_')) return signEcdsa(key, input);
  return algorithm.includes('PSS') ? signPss(key, input, hash) : signPkcs1(key, input, hash);
}

function typeOf(key: KeyObject): KeyType {
  if (key.asymmetricKeyType === 'rsa') return 'rsa3072';
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519';
  return key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 'p384' : 'p256';
}
