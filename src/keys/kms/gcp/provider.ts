// Keys of Google Cloud KMS and Cloud HSM: gcpkms://….
import { z } from 'zod';
import { Http } from '../../../io/http.ts';
import { crc32c } from '../../../lib/crc32c.ts';
import type { KeyType } from '../../key-type.ts';
import { publicKeyFromPem } from '../../public.ts';
import type { PublicKey, SignatureScheme, Signer } from '../../types.ts';
import { KmsFaults } from '../faults.ts';
import type { DescribedKey, KmsProvider } from '../provider.ts';
import type { ServiceOptions } from '../providers.ts';
import { type RemoteInput, remoteSigner } from '../remote-signer.ts';
import { MADE, schemeOfAlgorithm } from './algorithms.ts';
import { GoogleClient } from './client.ts';
import { type GoogleKey, googleKey } from './reference.ts';
import { type GoogleVersion, GoogleVersions } from './versions.ts';

const number = z.union([z.string(), z.number()]).transform(Number);
const Public = z.object({ name: z.string(), pem: z.string(), pemCrc32c: number });
const Signed = z.object({
  name: z.string(),
  signature: z.base64().transform((text) => Buffer.from(text, 'base64')),
  signatureCrc32c: number,
  verifiedDigestCrc32c: z.boolean().optional(),
  verifiedDataCrc32c: z.boolean().optional(),
});

/** Most bytes of a message that Cloud KMS signs as it is. */
const MESSAGE = 64 << 10;
const TRANSPORT = 'Try again: what was sent and what arrived are not the same bytes.';

interface Loaded extends DescribedKey {
  readonly name: string;
  readonly scheme: SignatureScheme;
}

export class GoogleKms implements KmsProvider {
  readonly #key: GoogleKey;
  readonly #client: GoogleClient;
  readonly #versions: GoogleVersions;
  readonly #faults: KmsFaults;

  private constructor(key: GoogleKey, client: GoogleClient, versions: GoogleVersions, faults: KmsFaults) {
    this.#key = key;
    this.#client = client;
    this.#versions = versions;
    this.#faults = faults;
  }

  /** @throws Fault `key/kms-settings`, `file/…` */
  static async of(name: string, { environment, offline, signal }: ServiceOptions): Promise<GoogleKms> {
    const key = googleKey(name);
    const faults = new KmsFaults('Google Cloud KMS', `gcpkms://${name}`);
    const http = new Http({ offline, signal });
    const client = await GoogleClient.open({ environment, http, faults, offline, signal });
    return new GoogleKms(key, client, new GoogleVersions(key, client, faults, signal), faults);
  }

  async describe(): Promise<DescribedKey> {
    const { publicKey, origin } = await this.#load();
    return { publicKey, origin };
  }

  async open(allowExtractable: boolean): Promise<Signer> {
    const loaded = await this.#load();
    if (loaded.origin.imported === true && !allowExtractable) {
      throw this.#faults.extractable(`The private key of ${this.#faults.reference} was made elsewhere and imported`);
    }
    const sign = async (input: RemoteInput) => await this.#sign(input, loaded.name);
    return remoteSigner({ ...loaded, schemes: [loaded.scheme], sign }, this.#faults);
  }

  async create(type: KeyType): Promise<Signer> {
    if (this.#key.version !== undefined) throw this.#namesVersion();
    await this.#versions.createKey(MADE[type]);
    return await this.open(false);
  }

  async renew(): Promise<DescribedKey> {
    if (this.#key.version !== undefined) throw this.#namesVersion();
    const { publicKey, origin } = await this.#loadVersion(await this.#versions.createVersion());
    return { publicKey, origin };
  }

  async #load(): Promise<Loaded> {
    return await this.#loadVersion(await this.#versions.current());
  }

  async #loadVersion({ name, algorithm, protectionLevel, importJob }: GoogleVersion): Promise<Loaded> {
    const scheme = schemeOfAlgorithm(algorithm);
    if (scheme === undefined) {
      throw this.#faults.strange(`a key of the kind ${algorithm}`, 'Make a key with the purpose ASYMMETRIC_SIGN.');
    }
    const version = name.slice(name.lastIndexOf('/') + 1);
    const imported = importJob !== undefined && importJob !== '';
    const origin = { kind: 'kms', reference: this.#faults.reference, version, protection: protectionLevel } as const;
    return {
      name,
      scheme,
      publicKey: await this.#publicKey(name),
      origin: imported ? { ...origin, imported } : origin,
    };
  }

  async #publicKey(name: string): Promise<PublicKey> {
    const permission = 'cloudkms.cryptoKeyVersions.viewPublicKey';
    const answer = Public.safeParse(await this.#client.ask({ path: `${name}/publicKey`, permission }));
    if (!answer.success || answer.data.name !== name) throw this.#faults.strange('no public key of that version');
    const { pem, pemCrc32c } = answer.data;
    if (crc32c(Buffer.from(pem)) !== pemCrc32c) throw this.#faults.strange('a damaged public key', TRANSPORT);
    return publicKeyFromPem(pem, this.#faults.reference);
  }

  /** With the checks of Google's "Verifying end-to-end data integrity". */
  async #sign({ hash, bytes }: RemoteInput, name: string): Promise<Uint8Array> {
    if (bytes.length > MESSAGE) {
      throw this.#faults.unsupported(
        `Google Cloud KMS signs at most ${MESSAGE} bytes with Ed25519.`,
        'Use an ECDSA key: of that only the hash is sent.',
      );
    }
    const encoded = bytes.toString('base64');
    const crc = String(crc32c(bytes));
    const body =
      hash === null ? { data: encoded, dataCrc32c: crc } : { digest: { [hash]: encoded }, digestCrc32c: crc };
    const permission = 'cloudkms.cryptoKeyVersions.useToSign';
    const answer = Signed.safeParse(await this.#client.ask({ path: `${name}:asymmetricSign`, body, permission }));
    if (!answer.success || answer.data.name !== name) throw this.#faults.strange('no signature of that version');
    const { signature, signatureCrc32c, verifiedDataCrc32c, verifiedDigestCrc32c } = answer.data;
    if ((hash === null ? verifiedDataCrc32c : verifiedDigestCrc32c) !== true) {
      throw this.#faults.strange('no word that what it signed arrived whole', TRANSPORT);
    }
    if (crc32c(signature) !== signatureCrc32c) throw this.#faults.strange('a damaged signature', TRANSPORT);
    return signature;
  }

  #namesVersion() {
    return this.#faults.unsupported(
      `${this.#faults.reference} names one version of a key.`,
      'Leave out what follows the name of the key: Google numbers new versions itself.',
    );
  }
}
