// Asks services of AWS, and those that speak as they do: settings, credentials and signatures in one place.
import { now } from '../clock.ts';
import { Http, type HttpBody, type HttpOptions } from '../http.ts';
import type { HttpResponse } from '../http-response.ts';
import { type AwsAccess, AwsCredentialSource } from './credentials.ts';
import { type AwsProfile, readProfile } from './profiles.ts';
import { awsEndpoint, awsRegion } from './settings.ts';
import { type AwsRequest, signedRequest } from './signing.ts';

export interface AwsClientOptions extends AwsAccess {
  /** Plain http also to an endpoint on another machine. */
  readonly insecure?: boolean | undefined;
  /** How the services are asked: time-outs, tries. */
  readonly http?: Pick<HttpOptions, 'idle' | 'tries' | 'backoff'> | undefined;
}

/** Bytes that are sent at once: time-outs count from one piece to the next. */
const PIECE = 256 << 10;

export class AwsClient {
  readonly #options: AwsClientOptions;
  readonly #http: Http;
  readonly #credentials: AwsCredentialSource;
  #profile: Promise<AwsProfile | undefined> | undefined;

  /** Nothing is read or asked yet. */
  constructor(options: AwsClientOptions) {
    const { offline, insecure, signal, http } = options;
    this.#options = options;
    this.#http = new Http({ ...http, offline, insecure, signal });
    this.#credentials = new AwsCredentialSource(options, async () => await this.#readProfile());
  }

  /** @param otherwise where nothing says it: services that are not AWS' own often do not care @throws Fault `aws/no-region`, `aws/region`, `file/…` */
  async region(otherwise?: string): Promise<string> {
    return awsRegion(this.#options.environment, await this.#readProfile(), otherwise);
  }

  /** Where a service is asked in place of AWS, if somewhere else. @throws Fault `aws/endpoint`, `file/…` */
  async endpoint(service: string): Promise<URL | undefined> {
    return awsEndpoint(service, this.#options.environment, await this.#readProfile());
  }

  /**
   * Signs a request and sends it. It is repeated as {@link Http.send} does, under the same signature.
   * @returns the answer, whatever its status
   * @throws Fault `aws/no-credentials`, `aws/profile`, `aws/credentials`, `file/…`, `network/…`
   */
  async send(request: AwsRequest & { readonly repeatable?: boolean }): Promise<HttpResponse> {
    const signed = await signedRequest(request, await this.#credentials.get(), now());
    const body = request.body && inPieces(request.body);
    const repeatable = request.repeatable !== false;
    return await this.#http.send(request.url, { ...signed, body, repeatable, confined: true });
  }

  /** Waits before a further try, as {@link Http.pause} does. @returns false, at once, when the answer asks for more than two minutes */
  async pause(attempt: number, response?: HttpResponse): Promise<boolean> {
    return await this.#http.pause(attempt, response);
  }

  async #readProfile(): Promise<AwsProfile | undefined> {
    return await (this.#profile ??= readProfile(this.#options.environment));
  }
}

function inPieces(body: Uint8Array): Uint8Array | HttpBody {
  if (body.length <= PIECE) return body;
  return {
    size: body.length,
    async *open() {
      for (let at = 0; at < body.length; at += PIECE) yield await Promise.resolve(body.subarray(at, at + PIECE));
    },
  };
}
