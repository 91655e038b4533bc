// Keys of AWS KMS: awskms://….
import { createPublicKey } from 'node:crypto';
import type { KeyType } from '../../key-type.ts';
import { publicKeyOf } from '../../public.ts';
import type { PublicKey, Signer } from '../../types.ts';
import { KmsFaults } from '../faults.ts';
import type { DescribedKey, KmsProvider } from '../provider.ts';
import type { ServiceOptions } from '../providers.ts';
import { type RemoteInput, remoteSigner } from '../remote-signer.ts';
import { MADE, schemesOf, signingAlgorithm } from './algorithms.ts';
import { AwsKmsClient } from './client.ts';
import { Made, Metadata, Public, Signed } from './key-metadata.ts';
import { type AwsKey, awsKey } from './reference.ts';

/** Most bytes of a message that AWS KMS signs as it is. */
const MESSAGE = 4096;
const DESCRIPTION = 'Signs container images';

interface Loaded extends DescribedKey {
  readonly metadata: Metadata;
}

export class AwsKms implements KmsProvider {
  readonly #key: AwsKey;
  readonly #client: AwsKmsClient;
  readonly #faults: KmsFaults;

  private constructor(key: AwsKey, client: AwsKmsClient, faults: KmsFaults) {
    this.#key = key;
    this.#client = client;
    this.#faults = faults;
  }

  /** @throws Fault `key/kms-settings` */
  static of(name: string, options: ServiceOptions): AwsKms {
    const key = awsKey(name);
    const faults = new KmsFaults('AWS KMS', `awskms://${name}`);
    return new AwsKms(key, new AwsKmsClient(key, faults, options), faults);
  }

  async describe(): Promise<DescribedKey> {
    const { publicKey, origin } = await this.#load();
    return { publicKey, origin };
  }

  async open(allowExtractable: boolean): Promise<Signer> {
    const { metadata, ...loaded } = await this.#load();
    const { reference } = this.#faults;
    if (loaded.origin.imported === true && !allowExtractable) {
      throw this.#faults.extractable(`The private key of ${reference} was made elsewhere (its origin is EXTERNAL)`);
    }
    if (metadata.KeyState !== 'Enabled') {
      throw this.#faults.denied(reference, `its state is ${metadata.KeyState}`, 'Enable the key, or name another.');
    }
    const sign = async (input: RemoteInput) => await this.#sign(input, metadata, loaded.publicKey);
    const schemes = schemesOf(loaded.publicKey, metadata.SigningAlgorithms);
    return remoteSigner({ ...loaded, schemes, sign }, this.#faults);
  }

  async create(type: KeyType): Promise<Signer> {
    const alias = this.#alias();
    if ((await this.#metadata()) !== undefined) throw this.#faults.exists();
    const id = await this.#createKey(MADE[type]);
    const body = { AliasName: alias, TargetKeyId: id };
    const expected = ['AlreadyExistsException'];
    const answer = await this.#client.ask({ operation: 'CreateAlias', body, repeatable: false, expected });
    if ('error' in answer) {
      await this.#discard(id);
      throw this.#faults.exists();
    }
    return await this.open(false);
  }

  /** A new key of the same kind, to which the alias leads from now on: asymmetric keys have no versions. */
  async renew(): Promise<DescribedKey> {
    const alias = this.#alias();
    const { metadata } = await this.#load();
    const id = await this.#createKey(metadata.KeySpec);
    await this.#client.ask({ operation: 'UpdateAlias', body: { AliasName: alias, TargetKeyId: id } });
    const { publicKey, origin } = await this.#load();
    if (origin.version === id) return { publicKey, origin };
    throw this.#faults.strange('another key than the one that its alias was given');
  }

  async #load(): Promise<Loaded> {
    const metadata = await this.#metadata();
    if (metadata === undefined) {
      const hint = 'Check the name, AWS_REGION and the account; `temper key create awskms:///alias/NAME` makes one.';
      throw this.#faults.missing(`key ${this.#key.id}`, hint);
    }
    if (metadata.KeyUsage !== 'SIGN_VERIFY') {
      const hint = 'Make an asymmetric key with the usage SIGN_VERIFY.';
      throw this.#faults.strange(`a key of the usage ${metadata.KeyUsage} (${metadata.KeySpec})`, hint);
    }
    const publicKey = await this.#publicKey(metadata);
    const { reference } = this.#faults;
    const { KeyId: version, Origin: protection } = metadata;
    const imported = protection === 'EXTERNAL' ? { imported: true } : {};
    return { metadata, publicKey, origin: { kind: 'kms', reference, version, protection, ...imported } };
  }

  async #metadata(): Promise<Metadata | undefined> {
    const expected = ['NotFoundException'];
    const answer = await this.#client.ask({ operation: 'DescribeKey', body: { KeyId: this.#key.id }, expected });
    if ('error' in answer) return undefined;
    const read = Metadata.safeParse(answer.body);
    if (read.success) return read.data.KeyMetadata;
    throw this.#faults.strange('no description of a key');
  }

  async #publicKey(metadata: Metadata): Promise<PublicKey> {
    const answer = await this.#client.ask({ operation: 'GetPublicKey', body: { KeyId: metadata.Arn } });
    const read = Public.safeParse('body' in answer ? answer.body : undefined);
    if (!read.success || !isOf(metadata, read.data)) throw this.#faults.strange('no public key of that key');
    const { PublicKey: key } = read.data;
    try {
      return publicKeyOf(createPublicKey({ key, format: 'der', type: 'spki' }), this.#faults.reference);
    } catch (cause) {
      throw this.#faults.strange('a public key that is not used here', 'Make a key of ECDSA, RSA or Ed25519.', cause);
    }
  }

  async #sign({ scheme, hash, bytes }: RemoteInput, metadata: Metadata, key: PublicKey): Promise<Uint8Array> {
    if (bytes.length > MESSAGE) {
      throw this.#faults.unsupported(
        `AWS KMS signs at most ${MESSAGE} bytes with Ed25519.`,
        'Use an ECDSA key: of that only the hash is sent.',
      );
    }
    const body = {
      KeyId: metadata.Arn,
      Message: bytes.toString('base64'),
      MessageType: hash === null ? 'RAW' : 'DIGEST',
      SigningAlgorithm: signingAlgorithm(key, scheme),
    };
    const answer = await this.#client.ask({ operation: 'Sign', body });
    const read = Signed.safeParse('body' in answer ? answer.body : undefined);
    if (!read.success || !isOf(metadata, read.data)) throw this.#faults.strange('no signature of that key');
    return read.data.Signature;
  }

  async #createKey(KeySpec: string): Promise<string> {
    const body = { KeySpec, KeyUsage: 'SIGN_VERIFY', Description: DESCRIPTION };
    const expected = ['UnsupportedOperationException', 'ValidationException'];
    const answer = await this.#client.ask({ operation: 'CreateKey', body, repeatable: false, expected });
    if ('error' in answer) {
      const sentence = `AWS KMS makes no key of the kind ${KeySpec}: ${answer.said || answer.error}.`;
      throw this.#faults.unsupported(sentence, 'Choose another --type, or another region.');
    }
    const read = Made.safeParse(answer.body);
    if (read.success) return read.data.KeyMetadata.KeyId;
    throw this.#faults.strange('no new key');
  }

  /** Nothing leads to the key, and nothing was signed with it. */
  async #discard(id: string): Promise<void> {
    const body = { KeyId: id, PendingWindowInDays: 7 };
    await this.#client.ask({ operation: 'ScheduleKeyDeletion', body }).catch(() => undefined);
  }

  #alias(): string {
    const { alias } = this.#key;
    if (alias !== undefined) return alias;
    throw this.#faults.unsupported(
      `AWS names keys itself: ${this.#faults.reference} cannot be made.`,
      'Write awskms:///alias/NAME: the key is made, and the alias leads to it.',
    );
  }
}

/** AWS answers with the ARN, emulators also with the name. */
function isOf({ Arn, KeyId }: Metadata, answer: { readonly KeyId: string }): boolean {
  return answer.KeyId === Arn || answer.KeyId === KeyId;
}
