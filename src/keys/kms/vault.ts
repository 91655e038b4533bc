// Keys of HashiCorp Vault's and OpenBao's transit engine: hashivault://NAME, with cosign's environment variables.
import { createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { Http } from '../../io/http.ts';
import { parseJson } from '../../lib/json.ts';
import { beneath } from '../../lib/urls.ts';
import type { KeyType } from '../key-type.ts';
import { publicKeyOf } from '../public.ts';
import type { PublicKey, Signer } from '../types.ts';
import { KmsFaults } from './faults.ts';
import type { DescribedKey, KmsProvider } from './provider.ts';
import { type RemoteInput, remoteSigner } from './remote-signer.ts';

/** Most bytes of an answer. */
const ANSWER = 1 << 20;

const Key = z.object({
  data: z.object({
    type: z.string(),
    latest_version: z.int().min(1),
    exportable: z.boolean().optional(),
    allow_plaintext_backup: z.boolean().optional(),
    keys: z.record(z.string(), z.unknown()),
  }),
});
const Version = z.object({ public_key: z.string().min(1) });
const Signed = z.object({ data: z.object({ signature: z.string() }) });

const TYPES: Readonly<Record<KeyType, string>> = {
  p256: 'ecdsa-p256',
  p384: 'ecdsa-p384',
  rsa3072: 'rsa-3072',
  ed25519: 'ed25519',
};

interface Loaded {
  readonly publicKey: PublicKey;
  readonly version: string;
  readonly mayLeave: boolean;
}

export class VaultTransit implements KmsProvider {
  readonly #name: string;
  readonly #engine: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #http: Http;
  readonly #faults: KmsFaults;

  private constructor(name: string, engine: URL, headers: Readonly<Record<string, string>>, http: Http) {
    this.#name = name;
    this.#engine = engine;
    this.#headers = headers;
    this.#http = http;
    this.#faults = new KmsFaults('Vault', `hashivault://${name}`);
  }

  /**
   * @param environment `VAULT_ADDR`, `VAULT_TOKEN`, `VAULT_NAMESPACE`, `TRANSIT_SECRET_ENGINE_PATH` (`transit` unless given)
   * @throws Fault `key/kms-settings`
   */
  static of(name: string, environment: Readonly<Record<string, string | undefined>>, http: Http): VaultTransit {
    const { VAULT_ADDR, VAULT_TOKEN, VAULT_NAMESPACE, TRANSIT_SECRET_ENGINE_PATH } = environment;
    if (!/^\w(?:[\w.-]*\w)?$/.test(name)) throw settings(`hashivault://${name} has no plain name`);
    const address = URL.parse(VAULT_ADDR ?? '');
    if (address === null || !/^https?:$/.test(address.protocol)) {
      throw settings('VAULT_ADDR is not set to an http or https address');
    }
    if (!VAULT_TOKEN) throw settings('VAULT_TOKEN is not set');
    const mount = (TRANSIT_SECRET_ENGINE_PATH || 'transit').split('/').map(encodeURIComponent).join('/');
    const engine = beneath(address, `v1/${mount}/`);
    const namespace = VAULT_NAMESPACE ? { 'x-vault-namespace': VAULT_NAMESPACE } : {};
    return new VaultTransit(name, engine, { 'x-vault-token': VAULT_TOKEN, ...namespace }, http);
  }

  async describe(): Promise<DescribedKey> {
    return this.#described(await this.#load());
  }

  async open(allowExtractable: boolean): Promise<Signer> {
    const loaded = await this.#load();
    if (loaded.mayLeave && !allowExtractable) {
      throw this.#faults.extractable(
        `Vault hands out the private key of ${this.#faults.reference} (exportable or allow_plaintext_backup)`,
      );
    }
    const sign = async (input: RemoteInput) => await this.#sign(input, loaded.version);
    return remoteSigner({ ...this.#described(loaded), sign }, this.#faults);
  }

  async create(type: KeyType): Promise<Signer> {
    const there = await this.#ask(`keys/${this.#name}`);
    if (there !== undefined) throw this.#faults.exists();
    await this.#ask(`keys/${this.#name}`, { type: TYPES[type], exportable: false });
    return await this.open(false);
  }

  async renew(): Promise<DescribedKey> {
    const before = await this.#load();
    await this.#ask(`keys/${this.#name}/rotate`, {});
    const after = await this.#load();
    if (after.publicKey.fingerprint !== before.publicKey.fingerprint) return this.#described(after);
    throw this.#faults.strange('the same key after it was rotated');
  }

  #described({ publicKey, version }: Loaded): DescribedKey {
    return { publicKey, origin: { kind: 'kms', reference: this.#faults.reference, version } };
  }

  async #load(): Promise<Loaded> {
    const answer = await this.#ask(`keys/${this.#name}`);
    if (answer === undefined) {
      throw this.#faults.missing(
        `key ${this.#name} at ${this.#engine.href}`,
        'Check the name and TRANSIT_SECRET_ENGINE_PATH; `temper key create` makes one there.',
      );
    }
    const key = Key.safeParse(answer);
    if (!key.success) throw this.#strange('no key');
    const { type, latest_version, exportable, allow_plaintext_backup, keys } = key.data.data;
    const version = String(latest_version);
    const newest = Version.safeParse(Object.hasOwn(keys, version) ? keys[version] : undefined);
    if (!newest.success) throw this.#strange(`no public key, for its type is ${type.slice(0, 40)}`);
    const publicKey = publicKeyOf(this.#read(newest.data.public_key, type), `hashivault://${this.#name}`);
    return { publicKey, version, mayLeave: exportable === true || allow_plaintext_backup === true };
  }

  #read(text: string, type: string): KeyObject {
    try {
      if (type !== 'ed25519') return createPublicKey(text);
      const x = Buffer.from(text, 'base64').toString('base64url');
      return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    } catch (cause) {
      throw this.#strange('an unreadable public key', cause);
    }
  }

  async #sign({ scheme, hash, bytes }: RemoteInput, version: string): Promise<Buffer> {
    const answer = await this.#ask(`sign/${this.#name}`, {
      input: bytes.toString('base64'),
      key_version: Number(version),
      ...(hash === null ? {} : { prehashed: true, hash_algorithm: hash.replace('sha', 'sha2-') }),
      ...(scheme === 'ecdsa' ? { marshaling_algorithm: 'asn1' } : {}),
      ...(scheme.startsWith('rsa-pkcs1') ? { signature_algorithm: 'pkcs1v15' } : {}),
      ...(scheme.startsWith('rsa-pss') ? { signature_algorithm: 'pss', salt_length: 'hash' } : {}),
    });
    const signed = Signed.safeParse(answer);
    const [, of, text] = /^vault:v(\d+):([A-Za-z0-9+/=]+)$/.exec(signed.data?.data.signature ?? '') ?? [];
    if (of !== version || text === undefined) throw this.#strange('no signature of that version');
    return Buffer.from(text, 'base64');
  }

  /** `undefined` for 404. The token is confined to Vault's origin. */
  async #ask(path: string, body?: object): Promise<unknown> {
    const response = await this.#http.send(new URL(path, this.#engine), {
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...this.#headers, 'content-type': 'application/json' },
      body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
      repeatable: body === undefined,
      confined: true,
    });
    const text = await response.bytes(ANSWER);
    if (response.status === 404) return undefined;
    if (response.status === 403) {
      const hint = 'Check VAULT_TOKEN, VAULT_NAMESPACE and the policy of the token.';
      throw this.#faults.denied(`${path} to this token`, '', hint);
    }
    if (response.status >= 300) throw this.#strange(`status ${response.status}`);
    return text.length === 0 ? {} : parseJson(text, 'the answer of Vault');
  }

  #strange(what: string, cause?: unknown) {
    const hint = 'Check that it is a signing key of the transit engine (ECDSA, RSA, Ed25519).';
    return this.#faults.strange(what, hint, cause);
  }
}

function settings(problem: string) {
  const hint = 'Write hashivault://NAME, and set VAULT_ADDR, such as to https://vault.example:8200, and VAULT_TOKEN.';
  return new KmsFaults('Vault', 'hashivault://').settings(problem, hint);
}
