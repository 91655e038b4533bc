// AWS Signature Version 4 in the Authorization header.
import { hash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import type { HttpRequest } from '../http.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** Milliseconds since 1970; `undefined`: they last until somebody takes them back. */
  readonly expires?: number | undefined;
}

export interface AwsRequest {
  readonly url: URL;
  readonly method: NonNullable<HttpRequest['method']>;
  /** The service as signatures name it: `s3`, `kms`, `sts`. */
  readonly service: string;
  readonly region: string;
  /** Signed, but for `content-type`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
}

/** Keys that signatures are made with, one for each day, region and service, for as long as somebody has the credentials. */
const signingKeys = new WeakMap<AwsCredentials, Map<string, ArrayBuffer>>();

/**
 * The request with its signature over method, address, headers and body, which counts for a quarter of an hour. It is of this
 * address alone: give it to no other.
 * @param time when it is sent
 */
export async function signedRequest(
  { url, method, service, region, headers = {}, body }: AwsRequest,
  credentials: AwsCredentials,
  time: Date,
): Promise<HttpRequest> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const cache = signingKeys.get(credentials) ?? new Map<string, ArrayBuffer>();
  signingKeys.set(credentials, cache);
  const signer = new AwsV4Signer({
    url: url.href,
    method,
    service,
    region,
    accessKeyId,
    secretAccessKey,
    cache,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    headers: { ...headers, 'x-amz-content-sha256': hash('sha256', body ?? new Uint8Array(), 'hex') },
    datetime: time.toISOString().replace(/[:-]|\.\d{3}/g, ''),
  });
  const signed = await signer.sign();
  return { method, headers: Object.fromEntries(signed.headers), body };
}
