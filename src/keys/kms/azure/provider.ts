// Keys of Azure Key Vault and Managed HSM: azurekms://….
import { z } from 'zod';
import { Http } from '../../../io/http.ts';
import { ecdsaDer } from '../../ecdsa-der.ts';
import type { KeyType } from '../../key-type.ts';
import type { PublicKey, SignatureScheme, Signer } from '../../types.ts';
import { KmsFaults } from '../faults.ts';
import type { DescribedKey, KmsProvider } from '../provider.ts';
import type { ServiceOptions } from '../providers.ts';
import { type RemoteInput, remoteSigner } from '../remote-signer.ts';
import { AzureClient } from './client.ts';
import { isManagedHsm } from './cloud.ts';
import { type AzureVersion, readBundle, versionOf } from './key-bundle.ts';
import { type AzureKey, azureKey } from './reference.ts';

const Signed = z.object({ kid: z.string(), value: z.base64url().transform((text) => Buffer.from(text, 'base64url')) });

const MADE: Readonly<Record<Exclude<KeyType, 'ed25519'>, object>> = {
  p256: { kty: 'EC', crv: 'P-256' },
  p384: { kty: 'EC', crv: 'P-384' },
  rsa3072: { kty: 'RSA', key_size: 3072 },
};

/** Names of RFC 7518, 3.1, for how a key signs. */
const RSA: Partial<Record<SignatureScheme, string>> = {
  'rsa-pkcs1-sha256': 'RS256',
  'rsa-pss-sha256': 'PS256',
  'rsa-pss-sha384': 'PS384',
  'rsa-pss-sha512': 'PS512',
};
/** And for ECDSA, with the bytes of r and s. */
const ECDSA: Partial<Record<PublicKey['algorithm'], readonly [string, number]>> = {
  'ecdsa-p256': ['ES256', 64],
  'ecdsa-p384': ['ES384', 96],
  'ecdsa-p521': ['ES512', 132],
};

export class AzureKeyVault implements KmsProvider {
  readonly #key: AzureKey;
  readonly #client: AzureClient;
  readonly #faults: KmsFaults;

  private constructor(key: AzureKey, client: AzureClient, faults: KmsFaults) {
    this.#key = key;
    this.#client = client;
    this.#faults = faults;
  }

  /** @throws Fault `key/kms-settings` */
  static of(name: string, { environment, offline, signal }: ServiceOptions): AzureKeyVault {
    const key = azureKey(name);
    const faults = new KmsFaults('Azure Key Vault', `azurekms://${name.replace(/\/$/, '')}`);
    const http = new Http({ offline, signal });
    const access = { environment, http, faults, vault: key.vault, offline, signal };
    return new AzureKeyVault(key, new AzureClient(access), faults);
  }

  async describe(): Promise<DescribedKey> {
    return this.#described(await this.#load());
  }

  async open(allowExtractable: boolean): Promise<Signer> {
    const loaded = await this.#load();
    const { leaves, idle } = loaded;
    const { reference } = this.#faults;
    if (leaves !== undefined && !allowExtractable) {
      throw this.#faults.extractable(`Azure Key Vault hands out the private key of ${reference} (${leaves})`);
    }
    if (idle !== undefined) throw this.#faults.denied(reference, idle, 'Enable the key for signing, or name another.');
    const sign = async (input: RemoteInput) => await this.#sign(input, loaded);
    return remoteSigner({ ...this.#described(loaded), sign }, this.#faults);
  }

  async create(type: KeyType): Promise<Signer> {
    if (type === 'ed25519') {
      throw this.#faults.unsupported(
        'Azure Key Vault makes no Ed25519 keys.',
        'Make one of --type p256, p384 or rsa3072.',
      );
    }
    if (this.#key.version !== undefined) throw this.#namesVersion();
    const { key } = this.#key;
    if ((await this.#client.ask({ path: key, permission: 'keys/get' })) !== undefined) throw this.#faults.exists();
    const kind = MADE[type];
    const hsm = isManagedHsm(this.#key.vault) && 'kty' in kind ? { kty: `${String(kind.kty)}-HSM` } : {};
    const body = { ...kind, ...hsm, key_ops: ['sign', 'verify'], attributes: { enabled: true } };
    const asked = { path: `${key}/create`, body, permission: 'keys/create', repeatable: false };
    if ((await this.#client.ask(asked)) === 'exists') {
      throw this.#faults.exists('A deleted key has this name: recover or purge it, or choose another name.');
    }
    return await this.open(false);
  }

  async renew(): Promise<DescribedKey> {
    if (this.#key.version !== undefined) throw this.#namesVersion();
    const path = `${this.#key.key}/rotate`;
    const answer = await this.#client.ask({ path, body: {}, permission: 'keys/rotate', repeatable: false });
    if (answer === undefined) throw this.#missing();
    return this.#described(readBundle(answer, this.#faults));
  }

  async #load(): Promise<AzureVersion> {
    const { key, version } = this.#key;
    const path = version === undefined ? key : `${key}/${version}`;
    const answer = await this.#client.ask({ path, permission: 'keys/get' });
    if (answer === undefined) throw this.#missing();
    const loaded = readBundle(answer, this.#faults);
    if (version === undefined || loaded.version === version) return loaded;
    throw this.#faults.strange('another version of the key');
  }

  #described({ publicKey, version, protection }: AzureVersion): DescribedKey {
    return { publicKey, origin: { kind: 'kms', reference: this.#faults.reference, version, protection } };
  }

  /** Azure gives r and s of ECDSA side by side. */
  async #sign({ scheme, bytes }: RemoteInput, { publicKey, version }: AzureVersion): Promise<Uint8Array> {
    const [ecdsa, length] = ECDSA[publicKey.algorithm] ?? [];
    const body = { alg: ecdsa ?? RSA[scheme], value: bytes.toString('base64url') };
    const path = `${this.#key.key}/${version}/sign`;
    const answer = Signed.safeParse(await this.#client.ask({ path, body, permission: 'keys/sign' }));
    if (!answer.success || versionOf(answer.data.kid) !== version) {
      throw this.#faults.strange('no signature of that version');
    }
    const { value } = answer.data;
    if (length === undefined) return value;
    if (value.length !== length) throw this.#faults.strange('an ECDSA signature of an odd length');
    return ecdsaDer(value);
  }

  #missing() {
    const hint = 'Check the vault’s host and the name; `temper key create` makes a key there.';
    return this.#faults.missing(`key ${this.#key.key} at ${this.#key.vault.host}`, hint);
  }

  #namesVersion() {
    return this.#faults.unsupported(
      `${this.#faults.reference} names one version of a key.`,
      'Leave out the version: Azure names new versions itself.',
    );
  }
}
