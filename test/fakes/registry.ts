import { createHash } from 'node:crypto';
import { type AuthKind, FakeAuth } from './registry-auth.ts';
import { FakeUploads } from './registry-uploads.ts';
import { FakeServer, type Request, type Response, readBody } from './server.ts';

export interface FakeRegistryOptions {
  /** Whether it has the referrers API. True unless given. */
  readonly referrers?: boolean;
  readonly auth?: AuthKind;
  /** Entries of a page of tags or referrers. */
  readonly page?: number;
  /** Whether it filters referrers by artifactType itself. */
  readonly filters?: boolean;
  readonly minChunk?: number;
  /** Whether it serves parts of blobs. True unless given. */
  readonly ranges?: boolean;
  /** Whether a broken upload can be gone on with. True unless given. */
  readonly resumes?: boolean;
  /** Whether each repository has blobs of its own, which others may mount. False unless given: all are everywhere. */
  readonly separate?: boolean;
  /** Whether manifests can be deleted. True unless given. */
  readonly deletes?: boolean;
  /** Whether it mounts blobs of another repository. True unless given. */
  readonly mounts?: boolean;
}

interface Stored {
  readonly bytes: Buffer;
  readonly mediaType: string;
}

interface ManifestShape {
  subject?: { digest: string };
  artifactType?: string;
  config?: { digest: string; mediaType: string };
  layers?: { digest: string }[];
  manifests?: { digest: string }[];
  annotations?: Record<string, string>;
}

const sha256 = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** A registry in memory (distribution-spec 1.1) that can be told to misbehave. One store of manifests and tags for all repositories. */
export class FakeRegistry implements AsyncDisposable {
  readonly blobs = new Map<string, Buffer>();
  /** Digests of blobs by repository. */
  readonly owned = new Map<string, Set<string>>();
  /** By digest. */
  readonly manifests = new Map<string, Stored>();
  readonly tags = new Map<string, string>();
  /** `METHOD path`, without the query. */
  readonly log: string[] = [];
  /** Bytes of a body after which the connection is cut, one for each of the next downloads. */
  readonly cutDownloads: number[] = [];
  /** Answers of the next requests instead of the real ones. */
  readonly busy: { status: number; headers?: Record<string, string>; body?: string }[] = [];
  /** What is served for a digest or tag instead of the truth. */
  readonly lies = new Map<string, Buffer>();
  /** Called before each request is handled. */
  before: (line: string) => void = () => undefined;
  readonly auth: FakeAuth;
  readonly uploads: FakeUploads;
  readonly #options: FakeRegistryOptions;
  #server: FakeServer | undefined;

  private constructor(options: FakeRegistryOptions) {
    this.#options = options;
    this.auth = new FakeAuth(options.auth ?? 'none');
    this.uploads = new FakeUploads(this.blobs, this.owned, options);
  }

  static async start(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
    const registry = new FakeRegistry(options);
    registry.#server = await FakeServer.start((request, response) => {
      registry.#handle(request, response).catch((error: unknown) => {
        if (!response.headersSent) response.statusCode = 500;
        response.end(String(error));
      });
    });
    return registry;
  }

  get host(): string {
    return this.#server?.host ?? '';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]();
  }

  async #handle(request: Request, response: Response): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake');
    const line = `${request.method} ${url.pathname}`;
    this.log.push(line);
    this.before(line);
    const busy = this.busy.shift();
    if (busy !== undefined) {
      request.resume();
      response.writeHead(busy.status, busy.headers).end(busy.body ?? '');
      return;
    }
    if (url.pathname === '/token') {
      this.auth.token(request, response, url.searchParams, await readBody(request));
      return;
    }
    if (url.pathname === '/v2/') {
      if (this.auth.allows(request, response, '', 'pull')) response.writeHead(200).end('{}');
      return;
    }
    const found = /^\/v2\/(.+?)\/(manifests|blobs|tags|referrers)\/(.*)$/.exec(url.pathname);
    if (found === null) return refuse(response, 404, 'NOT_FOUND');
    const [, repository = '', noun, rest = ''] = found;
    const writes = request.method !== 'GET' && request.method !== 'HEAD';
    if (!this.auth.allows(request, response, repository, writes ? 'push' : 'pull')) {
      request.resume();
      return;
    }
    if (noun === 'tags') this.#page(response, url, [...this.tags.keys()].sort(), (tags) => ({ tags }));
    else if (noun === 'referrers') this.#referrers(response, url, rest);
    else if (noun === 'blobs' && rest.startsWith('uploads/')) {
      await this.uploads.handle(request, response, repository, rest.slice('uploads/'.length), url);
    } else if (noun === 'blobs') this.#blob(request, response, repository, rest);
    else if (request.method === 'DELETE') this.#deleteManifest(response, rest);
    else if (writes) await this.#putManifest(request, response, rest);
    else this.#manifest(request, response, rest);
  }

  #blob(request: Request, response: Response, repository: string, digest: string): void {
    if (this.#options.separate === true && this.owned.get(repository)?.has(digest) !== true) {
      return refuse(response, 404, 'BLOB_UNKNOWN');
    }
    const bytes = this.lies.get(digest) ?? this.blobs.get(digest);
    if (bytes === undefined) return refuse(response, 404, 'BLOB_UNKNOWN');
    const range = this.#options.ranges === false ? '' : (request.headers.range ?? '');
    const start = Number(/^bytes=(\d+)-$/.exec(range)?.[1] ?? 0);
    if (start > 0) {
      response.statusCode = 206;
      response.setHeader('content-range', `bytes ${start}-${bytes.length - 1}/${bytes.length}`);
    }
    const body = bytes.subarray(start);
    response.setHeader('content-length', body.length);
    const cut = request.method === 'GET' ? this.cutDownloads.shift() : undefined;
    if (request.method === 'HEAD') response.end();
    else if (cut === undefined) response.end(body);
    else response.write(body.subarray(0, cut), () => response.destroy());
  }

  #manifest(request: Request, response: Response, reference: string): void {
    const digest = this.tags.get(reference) ?? reference;
    const stored = this.manifests.get(digest);
    if (stored === undefined) return refuse(response, 404, 'MANIFEST_UNKNOWN');
    const bytes = this.lies.get(reference) ?? this.lies.get(digest) ?? stored.bytes;
    response.setHeader('content-type', stored.mediaType);
    response.setHeader('docker-content-digest', digest);
    response.setHeader('content-length', bytes.length);
    response.end(request.method === 'HEAD' ? undefined : bytes);
  }

  #deleteManifest(response: Response, digest: string): void {
    if (this.#options.deletes === false) return refuse(response, 405, 'UNSUPPORTED');
    if (!this.manifests.delete(digest)) return refuse(response, 404, 'MANIFEST_UNKNOWN');
    response.writeHead(202).end();
  }

  async #putManifest(request: Request, response: Response, reference: string): Promise<void> {
    const bytes = await readBody(request);
    const digest = sha256(bytes);
    const manifest = JSON.parse(bytes.toString()) as ManifestShape;
    if (reference.includes(':') && reference !== digest) return refuse(response, 400, 'DIGEST_INVALID');
    const blobs = [manifest.config, ...(manifest.layers ?? [])].filter((blob) => blob !== undefined);
    if (blobs.some((blob) => !this.blobs.has(blob.digest))) return refuse(response, 400, 'MANIFEST_BLOB_UNKNOWN');
    if ((manifest.manifests ?? []).some((child) => !this.manifests.has(child.digest)) && !reference.includes('-')) {
      return refuse(response, 400, 'MANIFEST_UNKNOWN');
    }
    this.manifests.set(digest, { bytes, mediaType: request.headers['content-type'] ?? '' });
    if (!reference.includes(':')) this.tags.set(reference, digest);
    if (manifest.subject !== undefined && this.#options.referrers !== false) {
      response.setHeader('oci-subject', manifest.subject.digest);
    }
    response.writeHead(201, { 'docker-content-digest': digest, location: `/v2/x/manifests/${digest}` }).end();
  }

  #referrers(response: Response, url: URL, subject: string): void {
    if (this.#options.referrers === false) return refuse(response, 404, 'NOT_FOUND');
    const wanted = this.#options.filters === true ? url.searchParams.get('artifactType') : null;
    const entries = [...this.manifests].flatMap(([digest, { bytes, mediaType }]) => {
      const manifest = JSON.parse(bytes.toString()) as ManifestShape;
      const artifactType = manifest.artifactType ?? manifest.config?.mediaType;
      if (manifest.subject?.digest !== subject || (wanted !== null && artifactType !== wanted)) return [];
      return [{ mediaType, digest, size: bytes.length, artifactType, annotations: manifest.annotations }];
    });
    if (wanted !== null) response.setHeader('oci-filters-applied', 'artifactType');
    response.setHeader('content-type', 'application/vnd.oci.image.index.v1+json');
    this.#page(response, url, entries, (manifests) => ({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests,
    }));
  }

  #page<T>(response: Response, url: URL, all: T[], document: (page: T[]) => object): void {
    const size = this.#options.page ?? all.length;
    const from = Number(url.searchParams.get('from') ?? 0);
    if (from + size < all.length) {
      url.searchParams.set('from', String(from + size));
      response.setHeader('link', `<${url.pathname}${url.search}>; rel="next"`);
    }
    response.end(JSON.stringify(document(all.slice(from, from + size))));
  }
}

function refuse(response: Response, status: number, code: string): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ errors: [{ code, message: code.toLowerCase().replaceAll('_', ' ') }] }));
}
