// A log that somebody serves (C2SP tlog-tiles, APIs).
import type { Http } from '../io/http.ts';
import { Fault } from '../lib/faults.ts';
import type { LogSource } from './storage.ts';

export class RemoteLog implements LogSource {
  readonly name: string;
  readonly #http: Http;

  /** @param url the log's prefix */
  constructor(url: string, http: Http) {
    this.name = url.replace(/\/+$/, '');
    this.#http = http;
  }

  /** @throws Fault `log/unavailable` for an answer that is neither the object nor that there is none; `network/…` */
  async read(path: string, limit: number): Promise<Buffer | undefined> {
    const response = await this.#http.send(`${this.name}/${path}`);
    if (response.status === 200) return await response.bytes(limit);
    await response.discard();
    if (response.status === 404 || response.status === 410) return undefined;
    throw new Fault(
      'log/unavailable',
      `${this.name} answers to ${path} with status ${response.status}.`,
      'Check the address, or try again later.',
    );
  }
}
