// AWS KMS' JSON interface (AWS Key Management Service API Reference, 2014-11-01).
import { AwsClient } from '../../../io/aws/client.ts';
import { awsHost } from '../../../io/aws/settings.ts';
import { refusalText } from '../../../io/http-refusal.ts';
import { Fault } from '../../../lib/faults.ts';
import { parseJson } from '../../../lib/json.ts';
import type { KmsFaults } from '../faults.ts';
import type { ServiceOptions } from '../providers.ts';
import type { AwsKey } from './reference.ts';

const ANSWER = 1 << 20;

export interface AwsKmsRequest {
  /** The operation: `Sign`. */
  readonly operation: string;
  readonly body: object;
  /** False for what makes something. */
  readonly repeatable?: boolean;
  /** AWS' names of errors that are answers here. */
  readonly expected?: readonly string[];
}

export type AwsKmsAnswer = { readonly error: string; readonly said: string } | { readonly body: unknown };

const DENIED =
  /^(?:AccessDenied|AccessDeniedException|UnrecognizedClientException|InvalidClientTokenId|ExpiredToken|ExpiredTokenException|SignatureDoesNotMatch|InvalidSignatureException|IncompleteSignature|MissingAuthenticationToken|MissingAuthenticationTokenException|OptInRequired|NotAuthorized)$/;
const IDLE = /^(?:DisabledException|KMSInvalidStateException|KeyUnavailableException)$/;

export class AwsKmsClient {
  readonly #client: AwsClient;
  readonly #key: AwsKey;
  readonly #faults: KmsFaults;

  constructor(key: AwsKey, faults: KmsFaults, { environment, offline, signal }: ServiceOptions) {
    this.#client = new AwsClient({ environment, offline, signal });
    this.#key = key;
    this.#faults = faults;
  }

  /** @throws Fault `key/kms-settings`, `key/kms-denied`, `key/kms-failed`, `network/…` */
  async ask({ operation, body, repeatable = true, expected = [] }: AwsKmsRequest): Promise<AwsKmsAnswer> {
    const { status, bytes } = await this.#send(operation, body, repeatable).catch((fault: unknown) => {
      throw asSettings(fault);
    });
    if (status === 200) return { body: bytes.length === 0 ? {} : parseJson(bytes, 'the answer of AWS KMS') };
    const error = errorOf(bytes);
    const said = refusalText(bytes);
    if (expected.includes(error)) return { error, said };
    const { reference } = this.#faults;
    if (status === 401 || status === 403 || DENIED.test(error)) {
      const hint = `Who asks needs the permission kms:${operation}; AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, say who asks.`;
      throw this.#faults.denied(reference, [error, said].filter(Boolean).join(': '), hint);
    }
    if (IDLE.test(error)) throw this.#faults.denied(reference, said || error, 'Enable the key, or name another.');
    throw this.#faults.strange([`status ${status}`, error, said].filter(Boolean).join(': '));
  }

  async #send(operation: string, body: object, repeatable: boolean): Promise<{ status: number; bytes: Buffer }> {
    const region = this.#key.region ?? (await this.#client.region());
    const { endpoint } = this.#key;
    const url = endpoint === undefined ? await this.#client.endpoint('kms') : new URL(`https://${endpoint}/`);
    const response = await this.#client.send({
      url: url ?? new URL(`https://${awsHost('kms', region)}/`),
      method: 'POST',
      service: 'kms',
      region,
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `TrentService.${operation}` },
      body: Buffer.from(JSON.stringify(body)),
      repeatable,
    });
    return { status: response.status, bytes: await response.bytes(ANSWER) };
  }
}

/** The name of an error, without what stands before `#` and behind `:`. */
function errorOf(bytes: Buffer): string {
  try {
    const answer = parseJson(bytes, 'the answer of AWS KMS');
    const members = new Map<string, unknown>(
      typeof answer === 'object' && answer !== null ? Object.entries(answer) : [],
    );
    const type = members.get('__type') ?? members.get('code');
    return typeof type === 'string' ? (/^(?:[^#]*#)?(\w{1,100})/.exec(type)?.[1] ?? '') : '';
  } catch (fault) {
    if (fault instanceof Fault) return '';
    throw fault;
  }
}

function asSettings(fault: unknown): unknown {
  if (!(fault instanceof Fault) || !fault.code.startsWith('aws/')) return fault;
  return new Fault('key/kms-settings', fault.message, fault.hint, { cause: fault });
}
