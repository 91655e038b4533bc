// A layout folder as somebody sees it who writes straight into it: plain files, no checks.
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, digestOf, hexOf } from '../../src/lib/digest.ts';
import type { Descriptor, Index, Manifest } from '../../src/oci/types.ts';
import { annotations, mediaTypes } from '../../src/oci/types.ts';

/** A referrer of the layout's index. */
export interface ListedReferrer {
  readonly digest: Digest;
  readonly manifest: Manifest;
  readonly subject: Digest;
  readonly predicateType: string;
  /** The blob that is the bundle. */
  readonly bundle: Digest;
}

export class LayoutFiles {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  get reference(): string {
    return `oci:${this.folder}`;
  }

  async copy(to: string): Promise<LayoutFiles> {
    await cp(this.folder, to, { recursive: true });
    return new LayoutFiles(to);
  }

  blobPath(digest: Digest): string {
    return join(this.folder, 'blobs', 'sha256', hexOf(digest));
  }

  async blobs(): Promise<Digest[]> {
    const names = await readdir(join(this.folder, 'blobs', 'sha256'));
    return names.sort().map((name): Digest => `sha256:${name}`);
  }

  async bytes(digest: Digest): Promise<Buffer> {
    return await readFile(this.blobPath(digest));
  }

  async document<T>(digest: Digest): Promise<T> {
    return JSON.parse((await this.bytes(digest)).toString('utf8')) as T;
  }

  /** Writes a blob under its own digest. */
  async put(content: Buffer | object, mediaType: string): Promise<Descriptor> {
    const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
    const digest = digestOf(bytes);
    await writeFile(this.blobPath(digest), bytes);
    return { mediaType, digest, size: bytes.length };
  }

  /** Changes one byte of what a digest names; the name stays. */
  async flip(digest: Digest, at?: number): Promise<void> {
    const bytes = await this.bytes(digest);
    const position = at ?? bytes.length >> 1;
    bytes.writeUInt8(bytes.readUInt8(position) ^ 1, position);
    await writeFile(this.blobPath(digest), bytes);
  }

  async index(): Promise<Index> {
    return JSON.parse(await readFile(join(this.folder, 'index.json'), 'utf8')) as Index;
  }

  async writeIndex(index: object): Promise<void> {
    await writeFile(join(this.folder, 'index.json'), JSON.stringify(index));
  }

  /** The image that the tag `latest` names. */
  async image(): Promise<Descriptor> {
    const entry = (await this.index()).manifests.find((one) => one.annotations?.[annotations.refName] === 'latest');
    if (entry === undefined) throw new Error('no image is tagged');
    return entry;
  }

  /** The platforms' manifests, in the order of the image index. */
  async platforms(): Promise<{ platform: string; descriptor: Descriptor; manifest: Manifest }[]> {
    const { manifests } = await this.document<Index>((await this.image()).digest);
    return await Promise.all(
      manifests.map(async (descriptor) => ({
        platform: `${descriptor.platform?.os ?? ''}/${descriptor.platform?.architecture ?? ''}`,
        descriptor,
        manifest: await this.document<Manifest>(descriptor.digest),
      })),
    );
  }

  async referrers(): Promise<ListedReferrer[]> {
    const image = await this.image();
    const listed = (await this.index()).manifests.filter(({ digest }) => digest !== image.digest);
    return await Promise.all(
      listed.map(async ({ digest }) => {
        const manifest = await this.document<Manifest>(digest);
        const [layer] = manifest.layers;
        if (manifest.subject === undefined || layer === undefined) throw new Error(`${digest} is no referrer`);
        const predicateType = manifest.annotations?.[annotations.bundlePredicateType] ?? '';
        return { digest, manifest, subject: manifest.subject.digest, predicateType, bundle: layer.digest };
      }),
    );
  }

  /** The one referrer of a subject with a statement of this type. */
  async referrer(subject: Digest, predicateType: string): Promise<ListedReferrer> {
    const found = (await this.referrers()).find(
      (one) => one.subject === subject && one.predicateType === predicateType,
    );
    if (found === undefined) throw new Error(`nothing of type ${predicateType} hangs on ${subject}`);
    return found;
  }

  /** Hangs a bundle on a subject, with digests that fit; in place of `old` where given. */
  async hang(bundle: Buffer, subject: Descriptor, predicateType: string, old?: ListedReferrer): Promise<Digest> {
    const layer = await this.put(bundle, mediaTypes.sigstoreBundle);
    const config = await this.put(Buffer.from('{}'), mediaTypes.empty);
    const manifest = await this.put(
      {
        schemaVersion: 2,
        mediaType: mediaTypes.manifest,
        artifactType: mediaTypes.sigstoreBundle,
        config,
        layers: [layer],
        subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size },
        annotations: { [annotations.bundlePredicateType]: predicateType },
      },
      mediaTypes.manifest,
    );
    const index = await this.index();
    const others = index.manifests.filter(({ digest }) => digest !== old?.digest);
    await this.writeIndex({
      ...index,
      manifests: [...others, { ...manifest, artifactType: mediaTypes.sigstoreBundle }],
    });
    return manifest.digest;
  }

  /** Takes a referrer out of the index; its blobs stay. */
  async unlist(referrer: ListedReferrer): Promise<void> {
    const index = await this.index();
    await this.writeIndex({ ...index, manifests: index.manifests.filter(({ digest }) => digest !== referrer.digest) });
  }
}
