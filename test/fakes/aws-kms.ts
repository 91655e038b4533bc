// AWS KMS (API Reference, 2014-11-01) over TLS and plain: it judges who asks by the signature, and signs with keys of its own.
import { type KeyObject, randomUUID } from 'node:crypto';
import type { KeyType } from '../../src/keys/key-type.ts';
import { judgeSignature } from './aws-signature.ts';
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
import { TlsAuthority, TlsServer } from './tls-server.ts';

const SPECS: Readonly<Record<KeyType, string>> = {
  p256: 'ECC_NIST_P256',
  p384: 'ECC_NIST_P384',
  rsa3072: 'RSA_3072',
  ed25519: 'ECC_NIST_EDWARDS25519',
};
const RSA = ['RSASSA_PKCS1_V1_5', 'RSASSA_PSS'].flatMap((kind) =>
  ['256', '384', '512'].map((bits) => `${kind}_SHA_${bits}`),
);
const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  ECC_NIST_P256: ['ECDSA_SHA_256'],
  ECC_NIST_P384: ['ECDSA_SHA_384'],
  ECC_NIST_EDWARDS25519: ['ED25519_SHA_512', 'ED25519_PH_SHA_512'],
  RSA_3072: RSA,
};

export interface AwsFakeKey extends FakePair {
  readonly id: string;
  readonly spec: string;
  readonly origin: string;
  state: string;
}

type Body = Readonly<Record<string, string | undefined>>;
interface Answer {
  readonly status: number;
  readonly body: unknown;
}
const refusal = (type: string, message: string): Answer => ({ status: 400, body: { __type: type, message } });
const ok = (body: unknown): Answer => ({ status: 200, body });

export class FakeAwsKms implements FakeKms {
  lies = false;
  readonly keys = new Map<string, AwsFakeKey>();
  readonly aliases = new Map<string, string>();
  /** Operations that are not granted. */
  readonly denied = new Set<string>();
  /** Operations in their order, with the region of the signature. */
  readonly asked: string[] = [];
  readonly authority = new TlsAuthority();
  /** Makes an alias just before another does. */
  racesFor: string | undefined;
  #tls: TlsServer | undefined;
  #plain: FakeServer | undefined;
  #trust: Disposable | undefined;

  static async start(): Promise<FakeAwsKms> {
    const fake = new FakeAwsKms();
    fake.#trust = fake.authority.trusted();
    const serve = (request: Request, response: Response): void => void fake.#serve(request, response);
    fake.#tls = await TlsServer.start(fake.authority, serve);
    fake.#plain = await FakeServer.start(serve);
    return fake;
  }

  /** Of the endpoint over TLS. */
  get host(): string {
    return this.#tls?.host ?? '';
  }

  get environment(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL_KMS: this.#plain?.url ?? '',
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIDFAKE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/nonexistent',
      AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
    };
  }

  reference(name: string): string {
    return `awskms:///alias/${name}`;
  }

  add(name: string, type: KeyType, mayLeave = false): AwsFakeKey {
    const key = this.#put(SPECS[type], type, mayLeave ? 'EXTERNAL' : 'AWS_KMS');
    this.aliases.set(`alias/${name}`, key.id);
    return key;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tls?.[Symbol.asyncDispose]();
    await this.#plain?.[Symbol.asyncDispose]();
    this.#trust?.[Symbol.dispose]();
  }

  arn(id: string): string {
    return `arn:aws:kms:eu-west-1:111122223333:key/${id}`;
  }

  #put(spec: string, type: KeyType, origin: string): AwsFakeKey {
    const key = { ...newPair(type), id: randomUUID(), spec, origin, state: 'Enabled' };
    this.keys.set(key.id, key);
    return key;
  }

  async #serve(request: Request, response: Response): Promise<void> {
    const body = await readBody(request);
    const operation = String(request.headers['x-amz-target']).replace(/^TrentService\./, '');
    const { region, code = '' } = judgeSignature(request, body, new Map([['AKIDFAKE', 'secret']]), 'kms');
    const answer =
      region === undefined
        ? refusal(
            code === 'InvalidAccessKeyId' ? 'UnrecognizedClientException' : 'InvalidSignatureException',
            'The signature does not match.',
          )
        : this.#answer(operation, JSON.parse(body.toString()) as Body, region);
    response
      .writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify(answer.body));
  }

  #answer(operation: string, body: Body, region: string): Answer {
    this.asked.push(`${operation} ${region}`);
    if (this.denied.has(operation))
      return refusal('AccessDeniedException', `User is not authorized to perform: kms:${operation}`);
    if (operation === 'CreateKey') return this.#create(body);
    if (operation === 'CreateAlias' || operation === 'UpdateAlias') return this.#alias(operation, body);
    const key = this.#find(body['KeyId'] ?? '');
    if (key === undefined) return refusal('NotFoundException', `Alias ${body['KeyId']} is not found.`);
    const KeyId = this.arn(key.id);
    switch (operation) {
      case 'DescribeKey':
        return ok({ KeyMetadata: this.#metadata(key) });
      case 'GetPublicKey': {
        const PublicKey = key.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
        return ok({ KeyId, PublicKey, KeySpec: key.spec, SigningAlgorithms: ALGORITHMS[key.spec] });
      }
      case 'ScheduleKeyDeletion':
        key.state = 'PendingDeletion';
        return ok({ KeyId, KeyState: key.state });
      default:
        return operation === 'Sign' ? this.#sign(key, body) : refusal('UnknownOperationException', operation);
    }
  }

  #find(name: string): AwsFakeKey | undefined {
    const plain = name.replace(/^arn:aws:kms:[^:]*:\d{12}:(?:key\/)?/, '');
    return this.keys.get(this.aliases.get(plain) ?? plain);
  }

  #metadata({ id, spec, origin, state }: AwsFakeKey): object {
    return {
      KeyId: id,
      Arn: this.arn(id),
      AWSAccountId: '111122223333',
      Enabled: state === 'Enabled',
      KeyState: state,
      KeyUsage: spec === 'SYMMETRIC_DEFAULT' ? 'ENCRYPT_DECRYPT' : 'SIGN_VERIFY',
      KeyManager: 'CUSTOMER',
      Origin: origin,
      KeySpec: spec,
      ...(ALGORITHMS[spec] === undefined ? {} : { SigningAlgorithms: ALGORITHMS[spec] }),
    };
  }

  /** Older clients name the kind by another member. */
  #create({ CustomerMasterKeySpec = '', KeySpec = CustomerMasterKeySpec, KeyUsage }: Body): Answer {
    const type = Object.entries(SPECS).find(([, spec]) => spec === KeySpec)?.[0] as KeyType | undefined;
    if (type === undefined || KeyUsage !== 'SIGN_VERIFY') return refusal('ValidationException', `KeySpec ${KeySpec}`);
    return ok({ KeyMetadata: this.#metadata(this.#put(KeySpec, type, 'AWS_KMS')) });
  }

  #alias(operation: string, { AliasName = '', TargetKeyId = '' }: Body): Answer {
    if (this.racesFor !== undefined) this.add(this.racesFor, 'p256');
    const isThere = this.aliases.has(AliasName);
    if (operation === 'CreateAlias' && isThere)
      return refusal('com.amazonaws.kms#AlreadyExistsException', `${AliasName} already exists`);
    if (operation === 'UpdateAlias' && !isThere) return refusal('NotFoundException', AliasName);
    this.aliases.set(AliasName, TargetKeyId);
    return { status: 200, body: {} };
  }

  #sign(key: AwsFakeKey, { Message = '', MessageType, SigningAlgorithm = '' }: Body): Answer {
    if (key.state !== 'Enabled') return refusal('DisabledException', `${this.arn(key.id)} is disabled.`);
    if (ALGORITHMS[key.spec]?.includes(SigningAlgorithm) !== true) {
      return refusal('InvalidKeyUsageException', `${this.arn(key.id)} key usage does not fit ${SigningAlgorithm}.`);
    }
    const input = Buffer.from(Message, 'base64');
    const bits = SigningAlgorithm.slice(-3);
    const isPure = SigningAlgorithm === 'ED25519_SHA_512';
    const fits = isPure
      ? MessageType === 'RAW' && input.length <= 4096
      : MessageType === 'DIGEST' && input.length * 8 === Number(bits);
    if (!fits) return refusal('ValidationException', 'Digest is invalid length for algorithm.');
    const privateKey = this.lies ? newPair(typeOf(key.spec)).privateKey : key.privateKey;
    const signature = signedBy(privateKey, SigningAlgorithm, input, `sha${bits}` as Hash);
    return ok({ KeyId: this.arn(key.id), Signature: signature.toString('base64'), SigningAlgorithm });
  }
}

function signedBy(key: KeyObject, algorithm: string, input: Buffer, hash: Hash): Buffer {
  if (algorithm.startsWith('ED25519')) return signMessage(key, input);
  if (algorithm.startsWith('ECDSA')) return signEcdsa(key, input);
  return algorithm.startsWith('RSASSA_PSS') ? signPss(key, input, hash) : signPkcs1(key, input, hash);
}

function typeOf(spec: string): KeyType {
  return Object.entries(SPECS).find(([, value]) => value === spec)?.[0] as KeyType;
}
