// Reads everything that belongs to an image, by digest, before anything is written.
import { mapInBatches } from '../lib/batches.ts';
import { type Digest, hexOf } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';
import { isIndexType, isManifestType, parseDocument } from '../oci/documents.ts';
import { type Descriptor, platformName } from '../oci/types.ts';
import type { ReadRepository } from '../repository/types.ts';
import { type CopyGraph, type CopyNode, type CopyTag, type Role, subjectOf } from './graph.ts';

export interface GatherOptions {
  /** Whether what hangs there comes along. */
  readonly referrers: boolean;
  /** Requests at the same time. */
  readonly jobs: number;
}

/** Referrers of referrers that are followed, and indexes in indexes. */
const MOST_LEVELS = 8;
/** Manifests of one image with all that hangs on it, and their bytes together: they are held in memory. */
const MOST_MANIFESTS = limits.referrers;
const MOST_BYTES = limits.envelope;
/** What cosign ties to a manifest by name (cosign's signature specification, "Storage"; the SBOM likewise). */
const SUFFIXES = ['sig', 'att', 'sbom'] as const;

/**
 * The image and, unless that is not wanted, all that hangs on it and on what hangs there: referrers by API or fallback tag, and
 * what cosign's tags name. What is listed as a referrer counts only if it names that subject itself.
 * @param root as it was resolved: nothing is read by a tag that can be read by digest
 * @throws Fault `copy/incomplete` when an index lists what is not there, `copy/cycle` when tags lead in a circle, `copy/too-deep`,
 * `copy/too-much`; `oci/…`, faults of the repository
 */
export async function gather(from: ReadRepository, root: Descriptor, options: GatherOptions): Promise<CopyGraph> {
  return await new Gathering(from, options).all(root);
}

class Gathering {
  readonly #from: ReadRepository;
  readonly #options: GatherOptions;
  readonly #nodes = new Map<Digest, CopyNode>();
  readonly #tags: CopyTag[] = [];
  readonly #notes: string[] = [];
  /** Read ahead, several at a time. */
  readonly #ahead = new Map<Digest, PromiseSettledResult<Buffer>>();
  #known: ReadonlySet<string> | undefined;
  #count = 0;
  #bytes = 0;

  constructor(from: ReadRepository, options: GatherOptions) {
    this.#from = from;
    this.#options = options;
  }

  async all(root: Descriptor): Promise<CopyGraph> {
    let fresh = await this.#take(root, { role: 'image', about: undefined, level: 0 });
    const image = this.#nodes.get(root.digest);
    if (image === undefined) throw new RangeError('an image is among what was taken');
    if (this.#options.referrers) {
      this.#known = await this.#tagNames();
      for (let level = 1; fresh.length > 0; level++) {
        if (level > MOST_LEVELS) throw tooDeep(image);
        fresh = await this.#hangingOn(fresh);
      }
    }
    return { root: image, nodes: [...this.#nodes.values()], tags: this.#tags, notes: this.#notes };
  }

  /** What hangs on any of these, each once, in an order that depends on nothing but what there is. */
  async #hangingOn(subjects: readonly CopyNode[]): Promise<readonly CopyNode[]> {
    const { jobs } = this.#options;
    const listed = await mapInBatches(subjects, jobs, async ({ descriptor: { digest } }) => ({
      digest,
      referrers: await this.#from.referrers(digest),
      tagged: await this.#tagged(digest),
    }));
    await this.#readAhead(
      listed.flatMap(({ referrers, tagged }) => [...referrers, ...tagged.map((one) => one.descriptor)]),
    );
    const fresh: CopyNode[] = [];
    for (const { digest, referrers, tagged } of listed) {
      for (const one of referrers) fresh.push(...(await this.#referrer(one, digest)));
      for (const { tag, descriptor } of tagged) {
        if (this.#leadsTo(digest, descriptor.digest)) throw circle(tag, descriptor.digest);
        this.#tags.push({ tag, digest: descriptor.digest });
        fresh.push(...(await this.#take(descriptor, { role: 'tagged', about: digest, level: 0 })));
      }
    }
    return fresh;
  }

  async #referrer(listed: Descriptor, subject: Digest): Promise<readonly CopyNode[]> {
    const { digest, mediaType } = listed;
    if (this.#nodes.has(digest)) return [];
    if (!isDocumentType(mediaType)) {
      this.#notes.push(`${digest}, which hangs on ${subject}, is no manifest but "${shown(mediaType)}": left out.`);
      return [];
    }
    try {
      return await this.#take(listed, { role: 'referrer', about: subject, level: 0 });
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'repository/not-found') throw error;
      this.#notes.push(`${digest} is listed as a referrer of ${subject} and is not there: left out.`);
      return [];
    }
  }

  /** A document and, before it, what it lists; those that are new. */
  async #take(
    { digest, size, mediaType, platform }: Descriptor,
    as: { readonly role: Role; readonly about: Digest | undefined; readonly level: number },
  ): Promise<readonly CopyNode[]> {
    if (this.#nodes.has(digest)) return [];
    const bytes = await this.#read({ digest, size }, as.role === 'child' ? as.about : undefined);
    const document = parseDocument(bytes, mediaType);
    if (as.role === 'referrer' && subjectOf(document) !== as.about) {
      this.#notes.push(`${digest} is listed as a referrer of ${as.about} and is none: left out.`);
      return [];
    }
    if (as.level > MOST_LEVELS) throw tooDeep({ descriptor: { digest } });
    const children = document.kind === 'index' ? document.index.manifests : [];
    await this.#readAhead(children);
    const fresh: CopyNode[] = [];
    for (const child of children) {
      fresh.push(...(await this.#take(child, { role: 'child', about: digest, level: as.level + 1 })));
    }
    const node: CopyNode = {
      role: as.role,
      descriptor: { digest, size, mediaType: document.mediaType },
      bytes,
      document,
      platform: platform === undefined ? undefined : platformName(platform),
      about: as.about,
    };
    this.#nodes.set(digest, node);
    return [...fresh, node];
  }

  async #readAhead(descriptors: readonly Descriptor[]): Promise<void> {
    const wanted = descriptors.filter(({ digest, mediaType }) => !this.#has(digest) && isDocumentType(mediaType));
    await mapInBatches(wanted, this.#options.jobs, async (one) => {
      const [result] = await Promise.allSettled([this.#manifest(one)]);
      if (!this.#has(one.digest)) this.#ahead.set(one.digest, result);
    });
  }

  #has(digest: Digest): boolean {
    return this.#nodes.has(digest) || this.#ahead.has(digest);
  }

  async #manifest({ digest, size }: Pick<Descriptor, 'digest' | 'size'>): Promise<Buffer> {
    this.#count++;
    this.#bytes += size;
    if (this.#count > MOST_MANIFESTS || this.#bytes > MOST_BYTES) throw tooMuch(this.#from.name);
    return await this.#from.manifest({ digest, size });
  }

  /** @param index that lists it, where one does */
  async #read(content: Pick<Descriptor, 'digest' | 'size'>, index: Digest | undefined): Promise<Buffer> {
    try {
      const ahead = this.#ahead.get(content.digest);
      this.#ahead.delete(content.digest);
      if (ahead?.status === 'rejected') throw ahead.reason;
      // Lists may say another size than the one that was read with.
      return ahead?.value.length === content.size ? ahead.value : await this.#manifest(content);
    } catch (error) {
      if (index === undefined || !(error instanceof Fault) || error.code !== 'repository/not-found') throw error;
      throw new Fault(
        'copy/incomplete',
        `The index ${index} lists ${content.digest}, which is not in ${this.#from.name}.`,
        'Name one of the platforms that are there with --platform.',
        { cause: error },
      );
    }
  }

  /** What cosign's tags of a manifest name. */
  async #tagged(digest: Digest): Promise<{ tag: string; descriptor: Descriptor }[]> {
    const found: { tag: string; descriptor: Descriptor }[] = [];
    for (const suffix of SUFFIXES) {
      const tag = `sha256-${hexOf(digest)}.${suffix}`;
      if (this.#known?.has(tag) === false) continue;
      const descriptor = await this.#from.resolve(tag).catch((error: unknown) => {
        if (error instanceof Fault && error.code === 'repository/not-found') return undefined;
        throw error;
      });
      if (descriptor !== undefined) found.push({ tag, descriptor });
    }
    return found;
  }

  /** The repository's tags; `undefined` where it does not tell: then each is asked for. */
  async #tagNames(): Promise<ReadonlySet<string> | undefined> {
    try {
      return new Set(await this.#from.tags());
    } catch (error) {
      if (error instanceof Fault && /^(?:registry|repository)\//.test(error.code)) return undefined;
      throw error;
    }
  }

  /** Whether one hangs, at whatever remove, on the other: then the other cannot hang on it. */
  #leadsTo(from: Digest, to: Digest): boolean {
    const target = this.#nodes.get(to);
    if (target === undefined) return false;
    let at = this.#nodes.get(from);
    // The image and what it lists are one thing.
    for (; at !== undefined; at = at.about === undefined ? undefined : this.#nodes.get(at.about)) {
      if (at.descriptor.digest === to || (at.role === 'image' && this.#isOfImage(target))) return true;
    }
    return false;
  }

  #isOfImage(node: CopyNode): boolean {
    let at: CopyNode | undefined = node;
    while (at?.role === 'child' && at.about !== undefined) at = this.#nodes.get(at.about);
    return at?.role === 'image';
  }
}

function isDocumentType(mediaType: string): boolean {
  return isIndexType(mediaType) || isManifestType(mediaType);
}

function shown(text: string): string {
  return text.slice(0, 100).replace(/[^\x20-\x7e]/g, '?');
}

function circle(tag: string, digest: Digest): Fault {
  return new Fault(
    'copy/cycle',
    `The tag ${tag} names ${digest}, which it is said to be about.`,
    'Somebody moved the tag; remove it, or copy with --no-referrers.',
  );
}

function tooDeep({ descriptor: { digest } }: { readonly descriptor: { readonly digest: Digest } }): Fault {
  return new Fault(
    'copy/too-deep',
    `What hangs on ${digest} goes on for more than ${MOST_LEVELS} levels.`,
    'Copy with --no-referrers, or remove what does not belong there.',
  );
}

function tooMuch(name: string): Fault {
  return new Fault(
    'copy/too-much',
    `More than ${MOST_MANIFESTS} manifests or ${MOST_BYTES >> 20} MiB of them belong to the image in ${name}.`,
    'Copy with --no-referrers, or one platform of it with --platform.',
  );
}
