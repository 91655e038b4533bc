// An RFC 3161 authority on loopback.
import { partsOf, readDer, tags } from '../../src/x509/der.ts';
import { fakeTimestampAuthority, type FakeTimestampAuthority, int, seq, type StampOptions, utf8 } from './authority.ts';
import { FakeServer, readBody, type Request, type Response } from './server.ts';

const DAY = 86_400;

export class FakeTimestampServer implements AsyncDisposable {
  readonly authority: FakeTimestampAuthority;
  /** Of answers, over what was asked for; and seconds since 1970, now unless given. */
  changed: StampOptions & { readonly time?: number } = {};
  /** Answers so, whatever is asked. */
  answer: { readonly status: number; readonly body: Buffer | string } | undefined;
  /** The requests, DER. */
  readonly asked: Buffer[] = [];
  #server: FakeServer | undefined;

  private constructor() {
    const now = Math.floor(Date.now() / 1000);
    this.authority = fakeTimestampAuthority('the authority', [now - DAY, now + DAY]);
  }

  static async start(): Promise<FakeTimestampServer> {
    const tsa = new FakeTimestampServer();
    tsa.#server = await FakeServer.start((request, response) => void tsa.#answer(request, response));
    return tsa;
  }

  get url(): string {
    return `${this.#server?.url ?? ''}/api/v1/timestamp`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]();
  }

  async #answer(request: Request, response: Response): Promise<void> {
    const sent = await readBody(request);
    this.asked.push(sent);
    const isQuery = request.headers['content-type'] === 'application/timestamp-query' && request.method === 'POST';
    const usual = isQuery ? { status: 201, body: this.#stamp(sent) } : { status: 415, body: 'no query' };
    const { status, body } = this.answer ?? usual;
    response.writeHead(status, { 'content-type': 'application/timestamp-reply' }).end(body);
  }

  #stamp(query: Buffer): Buffer {
    const [, imprint, ...rest] = partsOf(readDer(query, 'the query'));
    const [, hash] = imprint === undefined ? [] : partsOf(imprint);
    const nonce = rest.find(({ tag }) => tag === tags.integer)?.whole;
    const wished = rest.find(({ tag }) => tag === tags.boolean) !== undefined;
    const { time = Math.floor(Date.now() / 1000), ...changed } = this.changed;
    return this.authority.stamp(Buffer.alloc(0), time, {
      embed: wished,
      ...(hash === undefined ? {} : { imprint: hash.content }),
      ...(nonce === undefined ? {} : { nonce }),
      ...changed,
    });
  }
}

/** A response that refuses. */
export function refusingResponse(status: number, words: string): Buffer {
  return seq(seq(int(status), seq(utf8(words))));
}
