import { Http, type HttpOptions, type HttpRequest } from '../io/http.ts';
import type { HttpResponse } from '../io/http-response.ts';
import { isLoopback } from '../lib/urls.ts';
import { type Action, Authorization } from './authorization.ts';
import type { Credentials } from './credentials.ts';
import { apiHost } from './docker-hub.ts';
import { registryFault } from './registry-faults.ts';

export interface RegistryOptions extends HttpOptions {
  /** Who the user is; nobody unless given. */
  readonly credentials?: Credentials | undefined;
}

/** One repository of a registry, spoken to with the right Authorization and with refusals as faults. */
export class Connection {
  /** `localhost:5000/node` */
  readonly name: string;
  readonly http: Http;
  readonly #base: URL;
  readonly #path: string;
  readonly #authorization: Authorization;

  /** Speaks https, except with this machine and where `insecure` or `plain` allows plain http. */
  constructor(host: string, repository: string, options: RegistryOptions) {
    const url = new URL(`http://${apiHost(host)}`);
    const plain = options.insecure === true || isLoopback(url) || options.plain?.includes(url.host) === true;
    this.name = `${host}/${repository}`;
    this.http = new Http(options);
    this.#base = plain ? url : new URL(`https://${apiHost(host)}`);
    this.#path = `/v2/${repository}`;
    this.#authorization = new Authorization(
      this.http,
      host,
      repository,
      options.credentials ?? (async () => await Promise.resolve(undefined)),
    );
  }

  /** The URL of something in this repository: `manifests/latest`. */
  url(path: string): URL {
    return new URL(`${this.#path}/${path}`, this.#base);
  }

  /** Whether a URL that the registry gave still belongs to it. */
  owns(url: URL): boolean {
    return url.origin === this.#base.origin;
  }

  /**
   * Asks; a 401 is answered once. Only the registry's own origin sees the Authorization header.
   * @throws Fault as `registryFault` for a status that is not in `accepted`, and `network/…`.
   */
  async send(
    action: Action,
    url: URL,
    request: HttpRequest & { readonly accepted: readonly number[] },
  ): Promise<HttpResponse> {
    const first = await this.#authorized(action, url, request);
    const challenge = first.headers.get('www-authenticate');
    if (first.status !== 401 || challenge === null || !this.owns(url)) return await this.#judged(first, request);
    if (!(await this.#authorization.answer(challenge, action))) return await this.#judged(first, request);
    await first.discard();
    return await this.#judged(await this.#authorized(action, url, request), request);
  }

  async #authorized(action: Action, url: URL, request: HttpRequest): Promise<HttpResponse> {
    const authorization = this.owns(url) ? this.#authorization.header(action) : undefined;
    const headers = { ...request.headers, ...(authorization === undefined ? {} : { authorization }) };
    return await this.http.send(url, { ...request, headers });
  }

  async #judged(
    response: HttpResponse,
    request: HttpRequest & { readonly accepted: readonly number[] },
  ): Promise<HttpResponse> {
    if (request.accepted.includes(response.status)) return response;
    throw await registryFault(this.name, request.method ?? 'GET', response);
  }
}
