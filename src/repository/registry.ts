// An OCI repository in a registry (distribution-spec 1.1).
import { z } from 'zod';
import type { HttpResponse } from '../io/http-response.ts';
import { compareStrings } from '../lib/bytes.ts';
import { type Digest, digestOf, isDigest } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { parseJson } from '../lib/json.ts';
import { limits } from '../lib/limits.ts';
import { describe, documentTypes, parseDocument, parseIndex } from '../oci/documents.ts';
import { isTag } from '../oci/reference.ts';
import { asReferrer, selectReferrers } from '../oci/referrers.ts';
import type { Descriptor } from '../oci/types.ts';
import { Connection, type RegistryOptions } from './connection.ts';
import { altered, type Content, collect, notFound, sized, verified } from './content.ts';
import { download } from './download.ts';
import { addToFallback, type ManifestStore, readFallback, takeFromFallback } from './fallback.ts';
import { pages } from './pages.ts';
import type { BlobSource, ManifestToPut, RawRepository } from './types.ts';
import { hasBlob, mount, type UploadSizes, upload } from './upload.ts';

const TagList = z.object({ tags: z.array(z.string()).nullish() });
const ACCEPT = { accept: documentTypes.join(', ') };
/** Answers of registries that do not know the referrers API; the specification says 404, some have others. */
const NO_API: readonly number[] = [400, 404, 405, 406, 501];
/** What a registry says that allows no deletion at all, or not to this account. */
const REFUSALS: ReadonlySet<string> = new Set(['registry/refused', 'registry/denied', 'registry/unauthorized']);
/** Tags of one repository that are read. */
const MOST_TAGS = 1_000_000;

interface Named {
  readonly bytes: Buffer;
  readonly digest: Digest;
  readonly descriptor: Descriptor;
}

/**
 * A repository of a registry. Faults: `registry/unauthorized`, `registry/denied`, `registry/busy`,
 * `registry/unavailable`, `registry/refused`, `repository/not-found`, `repository/altered`, `network/…`.
 */
export class Registry implements RawRepository {
  readonly name: string;
  readonly #host: string;
  readonly #connection: Connection;
  readonly #sizes: UploadSizes | undefined;
  readonly #store: ManifestStore;
  /** What was resolved last: its bytes are most often asked for next. */
  #last: Named | undefined;

  constructor(host: string, repository: string, options: RegistryOptions & { readonly sizes?: UploadSizes } = {}) {
    this.#host = host;
    this.#connection = new Connection(host, repository, options);
    this.#sizes = options.sizes;
    this.name = this.#connection.name;
    this.#store = {
      name: this.name,
      read: async (tag) => await this.#named(tag),
      write: async (tag, bytes, mediaType) => void (await this.#put(tag, bytes, mediaType)),
      manifest: async (descriptor) => await this.manifest(descriptor),
      pause: async (attempt) => await this.#connection.http.pause(attempt),
    };
  }

  async resolve(reference: string): Promise<Descriptor> {
    if (!isDigest(reference) && !isTag(reference)) {
      throw notFound(`"${reference.slice(0, 130)}"`, this.name, 'Name a tag or a sha256: digest.');
    }
    const found = await this.#named(reference);
    if (found === undefined) throw notFound(reference, this.name, 'Check the name, the tag and the digest.');
    this.#last = found;
    return found.descriptor;
  }

  async manifest(descriptor: Content): Promise<Buffer> {
    if (this.#last?.digest === descriptor.digest && this.#last.bytes.length === descriptor.size)
      return this.#last.bytes;
    const url = this.#connection.url(`manifests/${descriptor.digest}`);
    const fetched = async function* (connection: Connection): AsyncGenerator<Uint8Array> {
      yield* (await connection.send('pull', url, { headers: ACCEPT, accepted: [200] })).stream();
    };
    return await collect(descriptor, limits.manifest, () => fetched(this.#connection), this.name);
  }

  async blob(descriptor: Content, limit: number): Promise<Buffer> {
    return await collect(descriptor, limit, () => download(this.#connection, descriptor), this.name);
  }

  stream(descriptor: Content): AsyncIterable<Uint8Array> {
    return verified(descriptor, download(this.#connection, descriptor), this.name);
  }

  raw(descriptor: Content): AsyncIterable<Uint8Array> {
    return sized(descriptor, download(this.#connection, descriptor), this.name);
  }

  async has(descriptor: Content): Promise<boolean> {
    return await hasBlob(this.#connection, descriptor);
  }

  async referrers(digest: Digest, artifactType?: string): Promise<Descriptor[]> {
    const listed = (await this.#listed(digest, artifactType)) ?? (await readFallback(this.#store, digest));
    return selectReferrers(listed, artifactType);
  }

  async tags(): Promise<string[]> {
    const tags = new Set<string>();
    for await (const page of pages(this.#connection, this.#connection.url('tags/list?n=1000'), [200, 404])) {
      if (page.status === 404) {
        await page.discard();
        break;
      }
      const list = TagList.safeParse(parseJson(await page.bytes(limits.manifest), 'The list of tags'));
      if (!list.success || tags.size > MOST_TAGS) throw this.#nonsense('a list of tags');
      for (const tag of list.data.tags ?? []) if (isTag(tag)) tags.add(tag);
    }
    return [...tags].sort(compareStrings);
  }

  async putBlob(source: BlobSource): Promise<void> {
    if (await this.has(source)) return;
    const { beside } = source;
    const isNear = beside?.host === this.#host && `${beside.host}/${beside.repository}` !== this.name;
    if (isNear && (await mount(this.#connection, source, beside.repository))) return;
    await upload(this.#connection, source, this.#sizes);
  }

  /** Everything goes up by digest, in order; then fallback indexes; tags move last, when all that they stand for is there. */
  async putManifests(manifests: readonly ManifestToPut[]): Promise<void> {
    const unlisted = new Map<Digest, Descriptor[]>();
    for (const { bytes, mediaType } of manifests) {
      const referrer = asReferrer(bytes, mediaType);
      const response = await this.#put(digestOf(bytes), bytes, mediaType);
      if (referrer === undefined || response.headers.get('oci-subject') === referrer.subject) continue;
      unlisted.set(referrer.subject, [...(unlisted.get(referrer.subject) ?? []), referrer.descriptor]);
    }
    for (const [subject, entries] of unlisted) await addToFallback(this.#store, subject, entries);
    for (const { bytes, mediaType, tag } of manifests) if (tag !== undefined) await this.#put(tag, bytes, mediaType);
  }

  /** Each leaves the fallback index, where there is one, before it is deleted, so that nobody is sent where nothing is. */
  async removeReferrers(subject: Digest, referrers: readonly Digest[]): Promise<void> {
    for (const digest of referrers) {
      const listed = await takeFromFallback(this.#store, subject, digest);
      try {
        await this.#delete(digest);
      } catch (fault) {
        if (listed !== undefined) await addToFallback(this.#store, subject, [listed]);
        throw fault;
      }
    }
    this.#last = undefined;
  }

  async #delete(digest: Digest): Promise<void> {
    const url = this.#connection.url(`manifests/${digest}`);
    try {
      const response = await this.#connection.send('delete', url, { method: 'DELETE', accepted: [200, 202, 204, 404] });
      await response.discard();
    } catch (cause) {
      if (!(cause instanceof Fault) || !REFUSALS.has(cause.code)) throw cause;
      throw new Fault(
        'repository/no-deletion',
        `${this.name} does not let ${digest} be deleted: ${cause.message}`,
        "Have the registry allow it for this account (in Distribution's configuration: storage.delete.enabled), or leave what is there.",
        { cause },
      );
    }
  }

  /** What a tag or digest names, verified; `undefined` when there is none. */
  async #named(reference: string): Promise<Named | undefined> {
    const url = this.#connection.url(`manifests/${reference}`);
    const response = await this.#connection.send('pull', url, { headers: ACCEPT, accepted: [200, 404] });
    if (response.status === 404) {
      await response.discard();
      return undefined;
    }
    const bytes = await response.bytes(limits.manifest);
    const digest = digestOf(bytes);
    const promised = isDigest(reference) ? reference : (response.headers.get('docker-content-digest') ?? digest);
    if (isDigest(promised) && promised !== digest) {
      throw altered({ digest: promised }, this.name, `its digest is ${digest}`);
    }
    return { bytes, digest, descriptor: describe(bytes, parseDocument(bytes, typeOf(response)).mediaType) };
  }

  /** Referrers by the API; `undefined` where there is none. */
  async #listed(digest: Digest, artifactType: string | undefined): Promise<Descriptor[] | undefined> {
    const filter = artifactType === undefined ? '' : `?artifactType=${encodeURIComponent(artifactType)}`;
    const url = this.#connection.url(`referrers/${digest}${filter}`);
    const entries: Descriptor[] = [];
    for await (const page of pages(this.#connection, url, [200, ...NO_API])) {
      if (page.status !== 200 || typeOf(page) === undefined) {
        await page.discard();
        return undefined;
      }
      entries.push(...parseIndex(await page.bytes(limits.manifest)).manifests);
      if (entries.length > limits.referrers) throw this.#nonsense('a list of so many referrers');
    }
    return entries;
  }

  async #put(reference: string, bytes: Uint8Array, mediaType: string): Promise<HttpResponse> {
    const url = this.#connection.url(`manifests/${reference}`);
    const headers = { 'content-type': mediaType };
    const response = await this.#connection.send('push', url, { method: 'PUT', headers, body: bytes, accepted: [201] });
    await response.discard();
    const stored = response.headers.get('docker-content-digest');
    const digest = digestOf(bytes);
    if (stored !== null && stored !== digest) throw altered({ digest }, this.name, `the registry stored ${stored}`);
    return response;
  }

  #nonsense(what: string): Fault {
    return new Fault(
      'registry/nonsense',
      `${this.name} answers with what is not ${what} as the specification has it.`,
      'Check that the address is a registry.',
    );
  }
}

/** The Content-Type where it names a kind of document. */
function typeOf(response: HttpResponse): string | undefined {
  const type = response.headers.get('content-type')?.split(';')[0]?.trim();
  return type !== undefined && documentTypes.includes(type) ? type : undefined;
}
