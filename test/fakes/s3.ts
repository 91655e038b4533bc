// Object storage in memory that speaks the API of Amazon S3: signed requests, conditional writes, listings in pages. A test can let
// any request go wrong in any of the ways in which networks and services do.
import { createHash } from 'node:crypto';
import { FakeServer, readBody, type Request, type Response } from './server.ts';
import { judgeSignature } from './aws-signature.ts';

export interface SeenRequest {
  readonly method: string;
  /** Without the bucket; empty for the bucket itself. */
  readonly key: string;
  readonly query: string;
  /** The access key. */
  readonly who: string;
}

/**
 * What becomes of a request. `dropped`: it never arrives. `lost`: it is carried out, and its answer never arrives. A number: this
 * status, and nothing is done, unless `done` says so. `after`: it arrives later, or with `done` its answer does.
 */
export type Mishap =
  | 'dropped'
  | 'lost'
  | number
  | { readonly status: number; readonly code?: string; readonly done?: boolean }
  | { readonly after: Promise<unknown>; readonly done?: boolean };

export interface StoredObject {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly written: number;
  readonly headers: Readonly<Record<string, string>>;
}

interface Outcome {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export class FakeS3 implements AsyncDisposable {
  readonly bucket = 'logs';
  readonly objects = new Map<string, StoredObject>();
  readonly requests: SeenRequest[] = [];
  /** Every content that an object ever had, by key. */
  readonly history = new Map<string, Buffer[]>();
  readonly secrets = new Map<string, string>();
  /** Asked for every request with a valid signature. */
  mishap: (request: SeenRequest) => Mishap | undefined = () => undefined;
  /** What conditions of writes do: `looked at first` checks, lets others in, and then writes. */
  conditions: 'heeded' | 'ignored' | 'looked at first' | 'refused' = 'heeded';
  /** Keys on a page of a listing at most. */
  page = 1000;
  readonly #killed = new Set<string>();
  readonly #server: FakeServer;

  private constructor(server: FakeServer) {
    this.#server = server;
  }

  static async start(): Promise<FakeS3> {
    let fake: FakeS3 | undefined;
    const server = await FakeServer.start((request, response) => {
      void fake?.answer(request, response).catch(() => response.destroy());
    });
    fake = new FakeS3(server);
    return fake;
  }

  get url(): string {
    return this.#server.url;
  }

  /** What a writer's environment has. */
  environment(who: string): Readonly<Record<string, string>> {
    this.secrets.set(who, `secret of ${who}`);
    return {
      AWS_ACCESS_KEY_ID: who,
      AWS_SECRET_ACCESS_KEY: `secret of ${who}`,
      AWS_ENDPOINT_URL_S3: this.url,
      AWS_EC2_METADATA_DISABLED: 'true',
    };
  }

  /** Nothing that a writer sends arrives any more. */
  kill(who: string): void {
    this.#killed.add(who);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }

  async answer(request: Request, response: Response): Promise<void> {
    const body = await readBody(request);
    const { who, code } = judgeSignature(request, body, this.secrets);
    if (who === undefined) return send(response, refused(403, code ?? ''));
    const [path = '', query = ''] = (request.url ?? '').split('?');
    const [, bucket = '', ...rest] = decodeURIComponent(path).split('/');
    const seen: SeenRequest = { method: request.method ?? '', key: rest.join('/'), query, who };
    if (this.#killed.has(who)) return void response.destroy();
    if (bucket !== this.bucket) return send(response, refused(404, 'NoSuchBucket'));
    this.requests.push(seen);
    const mishap = this.mishap(seen);
    if (this.#killed.has(who) || mishap === 'dropped') return void response.destroy();
    const late = typeof mishap === 'object' && 'after' in mishap ? mishap : undefined;
    if (late?.done !== true) await late?.after;
    const fault = typeof mishap === 'number' ? { status: mishap } : mishap;
    if (typeof fault === 'object' && 'status' in fault) {
      if (fault.done === true) await this.#carryOut(seen, request, body);
      return send(response, refused(fault.status, fault.code ?? 'SlowDown'));
    }
    const outcome = await this.#carryOut(seen, request, body);
    if (late?.done === true) await late.after;
    if (mishap === 'lost' || this.#killed.has(who)) return void response.destroy();
    send(response, outcome);
  }

  async #carryOut({ method, key, query }: SeenRequest, { headers }: Request, body: Buffer): Promise<Outcome> {
    if (key === '') return this.#list(new URLSearchParams(query));
    if (method === 'PUT') return await this.#put(key, headers, body);
    if (method === 'DELETE') {
      this.objects.delete(key);
      return { status: 204 };
    }
    const there = this.objects.get(key);
    if (there === undefined) return refused(404, 'NoSuchKey');
    const said = { ...there.headers, etag: there.etag, 'last-modified': new Date(there.written).toUTCString() };
    return { status: 200, headers: said, body: there.bytes };
  }

  async #put(key: string, headers: Request['headers'], body: Buffer): Promise<Outcome> {
    const { 'if-none-match': none, 'if-match': match } = headers;
    if (headers['content-length'] === undefined) return refused(411, 'MissingContentLength');
    if (this.conditions === 'refused' && (none ?? match) !== undefined) return refused(501, 'NotImplemented');
    const there = this.objects.get(key);
    if (this.conditions !== 'ignored') {
      if (none === '*' && there !== undefined) return refused(412, 'PreconditionFailed');
      if (match !== undefined && there === undefined) return refused(404, 'NoSuchKey');
      if (match !== undefined && match !== there?.etag) return refused(412, 'PreconditionFailed');
    }
    if (this.conditions === 'looked at first') await new Promise((resolve) => setTimeout(resolve, 200));
    const kept = Object.entries(headers).filter(([name]) => /^(x-amz-meta-.*|cache-control|content-type)$/.test(name));
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    this.objects.set(key, { bytes: body, etag, written: Date.now(), headers: Object.fromEntries(kept) as never });
    this.history.set(key, [...(this.history.get(key) ?? []), body]);
    return { status: 200, headers: { etag } };
  }

  #list(query: URLSearchParams): Outcome {
    const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter') ?? ''];
    const named = [...this.objects.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => {
        const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
        return end < 0 ? key : key.slice(0, end + 1);
      });
    const all = [...new Set(named)].sort();
    const after = Buffer.from(query.get('continuation-token') ?? '', 'base64').toString();
    const left = all.filter((name) => name > after);
    const shown = left.slice(0, Math.min(this.page, Number(query.get('max-keys') ?? 1000)));
    const isCut = shown.length < left.length;
    const token = Buffer.from(shown.at(-1) ?? '').toString('base64');
    const entries = shown.map((name) =>
      delimiter !== '' && name.endsWith(delimiter)
        ? `<CommonPrefixes><Prefix>${name}</Prefix></CommonPrefixes>`
        : `<Contents><Key>${name}</Key><Size>${this.objects.get(name)?.bytes.length}</Size></Contents>`,
    );
    const body = [
      '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
      `<Name>${this.bucket}</Name><Prefix>${prefix}</Prefix><KeyCount>${shown.length}</KeyCount>`,
      `<IsTruncated>${isCut}</IsTruncated>`,
      ...(isCut ? [`<NextContinuationToken>${token}</NextContinuationToken>`] : []),
      ...entries,
      '</ListBucketResult>',
    ];
    return { status: 200, headers: { 'content-type': 'application/xml' }, body: body.join('') };
  }
}

function refused(status: number, code: string): Outcome {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>It is ${code}.</Message></Error>`;
  return { status, headers: { 'content-type': 'application/xml' }, body };
}

function send(response: Response, { status, headers = {}, body = '' }: Outcome): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}
