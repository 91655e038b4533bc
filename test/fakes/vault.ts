// Vault's transit engine: makes real keys, and signs only what is asked for as Vault wants it.
import { constants, generateKeyPairSync, type KeyObject, privateEncrypt, sign } from 'node:crypto';
import { p256, p384 } from '@noble/curves/nist.js';
import { FakeServer, readBody, type Request, type Response } from './server.ts';

interface VaultKey {
  readonly type: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly exportable: boolean;
}

interface SignRequest {
  readonly input: string;
  readonly key_version: number;
  readonly prehashed?: boolean;
  readonly hash_algorithm?: string;
  readonly marshaling_algorithm?: string;
  readonly signature_algorithm?: string;
  readonly salt_length?: string;
}

export class FakeVault implements AsyncDisposable {
  readonly token = 'hvs.fake';
  readonly keys = new Map<string, VaultKey>();
  /** Signs with another key than the one that it shows. */
  lies = false;
  #server: FakeServer | undefined;

  static async start(): Promise<FakeVault> {
    const vault = new FakeVault();
    vault.#server = await FakeServer.start((request, response) => void vault.#answer(request, response));
    return vault;
  }

  get environment(): Record<string, string> {
    return { VAULT_ADDR: this.#server?.url ?? '', VAULT_TOKEN: this.token };
  }

  add(name: string, type: string, exportable = false): void {
    this.keys.set(name, { type, exportable, ...pairOf(type) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]();
  }

  async #answer(request: Request, response: Response): Promise<void> {
    const body = (await readBody(request)).toString();
    const end = (status: number, value?: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(value === undefined ? '' : JSON.stringify(value));
    };
    if (request.headers['x-vault-token'] !== this.token) return end(403, { errors: ['permission denied'] });
    const [, what, name = ''] = /^\/v1\/transit\/(keys|sign)\/([\w.-]+)$/.exec(request.url ?? '') ?? [];
    const key = this.keys.get(name);
    if (what === 'keys' && request.method === 'POST') {
      const { type, exportable } = JSON.parse(body) as { type: string; exportable: boolean };
      this.add(name, type, exportable);
      return end(200, {});
    }
    if (key === undefined) return end(404, { errors: [] });
    if (what === 'keys') return end(200, { data: shown(key) });
    const signature = signed(this.lies ? { ...key, ...pairOf(key.type) } : key, JSON.parse(body) as SignRequest);
    return signature === undefined ? end(400, { errors: ['bad request'] }) : end(200, { data: { signature } });
  }
}

function pairOf(type: string): { privateKey: KeyObject; publicKey: KeyObject } {
  if (type === 'ed25519') return generateKeyPairSync('ed25519');
  if (type.startsWith('rsa-')) return generateKeyPairSync('rsa', { modulusLength: Number(type.slice(4)) });
  return generateKeyPairSync('ec', { namedCurve: type === 'ecdsa-p384' ? 'P-384' : 'P-256' });
}

function shown({ type, exportable, publicKey }: VaultKey): unknown {
  const pem = publicKey.export({ type: 'spki', format: 'pem' });
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
  return {
    type,
    latest_version: 2,
    exportable,
    allow_plaintext_backup: false,
    // Keys that do not sign have the time of their making alone.
    keys: type.startsWith('aes')
      ? { 1: 1_442_851_412, 2: 1_442_851_412 }
      : { 1: { public_key: 'old' }, 2: { public_key: type === 'ed25519' ? raw : pem } },
  };
}

function signed({ type, privateKey }: VaultKey, request: SignRequest): string | undefined {
  const input = Buffer.from(request.input, 'base64');
  const size = { 'sha2-256': 32, 'sha2-384': 48, 'sha2-512': 64 }[request.hash_algorithm ?? ''];
  if (request.key_version !== 2) return undefined;
  if (type === 'ed25519') {
    return request.prehashed === true ? undefined : `vault:v2:${sign(null, input, privateKey).toString('base64')}`;
  }
  if (request.prehashed !== true || input.length !== size) return undefined;
  if (type.startsWith('ecdsa-')) {
    if (request.marshaling_algorithm !== 'asn1') return undefined;
    return `vault:v2:${signHash(privateKey, input).toString('base64')}`;
  }
  if (request.signature_algorithm !== 'pkcs1v15' || size !== 32) return undefined;
  return `vault:v2:${signHash(privateKey, input).toString('base64')}`;
}

function signHash(privateKey: KeyObject, hash: Buffer): Buffer {
  if (privateKey.asymmetricKeyType === 'rsa') {
    const padded = Buffer.concat([Buffer.from('3031300d060960864801650304020105000420', 'hex'), hash]);
    return privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, padded);
  }
  const { crv, d = '' } = privateKey.export({ format: 'jwk' });
  const curve = crv === 'P-384' ? p384 : p256;
  return Buffer.from(curve.sign(hash, Buffer.from(d, 'base64url'), { prehash: false, lowS: false, format: 'der' }));
}
