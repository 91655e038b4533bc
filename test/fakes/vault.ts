// Vault's transit engine: makes real keys, and signs only what is asked for as Vault wants it.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { KeyType } from '../../src/keys/key-type.ts';
import { type FakeKms, type Hash, newPair, signEcdsa, signMessage, signPkcs1, signPss } from './remote-key.ts';
import { FakeServer, readBody, type Request, type Response } from './server.ts';

interface VaultKey {
  readonly type: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly exportable: boolean;
  readonly version: number;
}

const TYPES: Readonly<Record<KeyType, string>> = {
  p256: 'ecdsa-p256',
  p384: 'ecdsa-p384',
  rsa3072: 'rsa-3072',
  ed25519: 'ed25519',
};

interface SignRequest {
  readonly input: string;
  readonly key_version: number;
  readonly prehashed?: boolean;
  readonly hash_algorithm?: string;
  readonly marshaling_algorithm?: string;
  readonly signature_algorithm?: string;
  readonly salt_length?: string;
}

export class FakeVault implements FakeKms {
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

  reference(name: string): string {
    return `hashivault://${name}`;
  }

  /** @param type one of ours, or Vault's name of it */
  add(name: string, type: string, exportable = false): void {
    const own = Object.hasOwn(TYPES, type) ? TYPES[type as KeyType] : type;
    this.keys.set(name, { type: own, exportable, version: 2, ...pairOf(own) });
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
    const [, what, name = '', rotate] =
      /^\/v1\/transit\/(keys|sign)\/([\w.-]+)(\/rotate)?$/.exec(request.url ?? '') ?? [];
    const key = this.keys.get(name);
    if (rotate !== undefined) {
      if (key === undefined) return end(404, { errors: [] });
      this.keys.set(name, { ...key, ...pairOf(key.type), version: key.version + 1 });
      return end(204);
    }
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
  if (type === 'rsa-3072') return newPair('rsa3072');
  return generateKeyPairSync('ec', { namedCurve: type === 'ecdsa-p384' ? 'P-384' : 'P-256' });
}

function shown({ type, exportable, publicKey, version }: VaultKey): unknown {
  const pem = publicKey.export({ type: 'spki', format: 'pem' });
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
  return {
    type,
    latest_version: version,
    exportable,
    allow_plaintext_backup: false,
    // Keys that do not sign have the time of their making alone.
    keys: type.startsWith('aes')
      ? { 1: 1_442_851_412, 2: 1_442_851_412 }
      : { 1: { public_key: 'old' }, [version]: { public_key: type === 'ed25519' ? raw : pem } },
  };
}

function signed({ type, privateKey, version }: VaultKey, request: SignRequest): string | undefined {
  const input = Buffer.from(request.input, 'base64');
  const hash = (request.hash_algorithm ?? '').replace('sha2-', 'sha') as Hash;
  if (request.key_version !== version) return undefined;
  const given = (signature: Buffer): string => `vault:v${version}:${signature.toString('base64')}`;
  if (type === 'ed25519') return request.prehashed === true ? undefined : given(signMessage(privateKey, input));
  if (request.prehashed !== true || input.length * 8 !== Number(hash.slice('sha'.length))) return undefined;
  if (type.startsWith('ecdsa-')) {
    return request.marshaling_algorithm === 'asn1' ? given(signEcdsa(privateKey, input)) : undefined;
  }
  if (request.signature_algorithm === 'pss') {
    return request.salt_length === 'hash' ? given(signPss(privateKey, input, hash)) : undefined;
  }
  return request.signature_algorithm === 'pkcs1v15' ? given(signPkcs1(privateKey, input, hash)) : undefined;
}
