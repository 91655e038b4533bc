// Plain downloads of content that the caller knows how to verify: archives, not registries.
import type { Digest } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { redactUrl } from '../lib/urls.ts';
import type { BlobFolder } from './blobs.ts';
import { Broken, receive } from './transfer.ts';

export interface DownloadSettings {
  /** No network at all: every download is a Fault `network/offline`. */
  readonly offline?: boolean;
  /** Attempts without a byte of progress before giving up; 5 unless given. */
  readonly attempts?: number;
  /** Milliseconds before the second attempt, doubled for each further one; 400 unless given. */
  readonly backoff?: number;
  /** Milliseconds without a byte after which a connection counts as broken; 30,000 unless given. */
  readonly stall?: number;
}

/** Content that is known beforehand. */
export interface Wanted {
  readonly url: string;
  readonly digest: Digest;
  readonly size: number;
}

export interface DownloadProgress {
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of bytes that arrived since the last call. */
  readonly onBytes?: ((count: number) => void) | undefined;
}

/**
 * Downloads over HTTP(S), http:// too. A broken connection is resumed where it broke; network faults, 408, 429 and 5xx
 * are tried again after a pause. Redirects are followed. A user name and password in the address are sent as
 * basic authentication and never appear in a message.
 *
 * Faults: `network/offline`, `network/unreachable`, `download/gone` (404 or 410), `download/refused` (other answers),
 * `download/too-large`. An aborted signal throws its reason.
 */
export class Downloader {
  readonly #offline: boolean;
  readonly #attempts: number;
  readonly #backoff: number;
  readonly #stall: number;

  constructor(settings: DownloadSettings = {}) {
    this.#offline = settings.offline ?? false;
    this.#attempts = settings.attempts ?? 5;
    this.#backoff = settings.backoff ?? 400;
    this.#stall = settings.stall ?? 30_000;
  }

  /** A whole body of at most `limit` bytes whose content is not known beforehand. */
  async bytes(url: string, limit: number, progress: DownloadProgress = {}): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.#stream(url, undefined, limit, progress)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /**
   * Keeps content in a folder unless it is there.
   * @throws also Fault `blob/altered` when it is other or shorter content; nothing is kept then.
   */
  async blob({ url, digest, size }: Wanted, folder: BlobFolder, progress: DownloadProgress = {}): Promise<void> {
    if (await folder.has(digest, size)) return;
    await folder.write(digest, size, this.#stream(url, size, size, progress));
  }

  async *#stream(
    url: string,
    size: number | undefined,
    limit: number,
    progress: DownloadProgress,
  ): AsyncGenerator<Uint8Array> {
    if (this.#offline) throw offline(url);
    let at = 0;
    let failures = 0;
    for (;;) {
      const before = at;
      try {
        for await (const chunk of receive({ url, from: at, size, stall: this.#stall, signal: progress.signal })) {
          at += chunk.length;
          if (at > limit) throw tooLarge(url, limit);
          progress.onBytes?.(chunk.length);
          yield chunk;
        }
        return;
      } catch (error) {
        progress.signal?.throwIfAborted();
        if (!(error instanceof Broken)) throw error;
        failures = at > before ? 1 : failures + 1;
        if (failures >= this.#attempts) throw unreachable(url, error);
        await pause(this.#backoff * 2 ** (failures - 1), progress.signal);
      }
    }
  }
}

function offline(url: string): Fault {
  return new Fault(
    'network/offline',
    `${redactUrl(url)} is needed, but the network may not be used (--offline).`,
    'Run once without --offline; what was fetched is kept.',
  );
}

function unreachable(url: string, cause: Error): Fault {
  return new Fault(
    'network/unreachable',
    `${redactUrl(url)} could not be fetched: ${cause.message}.`,
    'Check the network, and that the address is right; what was fetched so far is kept.',
    { cause },
  );
}

function tooLarge(url: string, limit: number): Fault {
  return new Fault(
    'download/too-large',
    `${redactUrl(url)} is larger than the ${limit} bytes that were expected.`,
    'Check that the address is right.',
  );
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
