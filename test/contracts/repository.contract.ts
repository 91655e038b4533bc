import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { digestOf } from '../../src/lib/digest.ts';
import { describe as descriptorOf } from '../../src/oci/documents.ts';
import { type Descriptor, mediaTypes } from '../../src/oci/types.ts';
import { publishImage, publishReferrers } from '../../src/publish/image.ts';
import { blobOf } from '../../src/publish/referrer.ts';
import type { Repository } from '../../src/repository/types.ts';
import { sampleImage, sampleReferrer } from './sample-image.ts';

/** A repository for one test; the same `again` opens it anew, as another process would. */
export interface Subject extends AsyncDisposable {
  readonly repository: Repository;
  again(): Repository;
  /** Replaces what is stored under a digest. */
  alter(digest: string, bytes: Buffer): Promise<void>;
  /** The code for a manifest that was altered, where the other side notices it before we do. */
  readonly alteredManifest?: string;
}

export const withCode = (code: string): unknown => expect.objectContaining({ code });

/** What every repository does, whatever it is made of. */
export function repositoryContract(open: () => Promise<Subject>): void {
  describe('as a repository', () => {
    test('gives back an image that was published, by tag and by digest', async () => {
      await using subject = await open();
      const image = sampleImage('a');
      const published = await publishImage(subject.repository, image);
      const read = subject.again();
      expect(await read.resolve('latest')).toEqual(published);
      expect(await read.resolve(published.digest)).toEqual(published);
      expect(await read.manifest(published)).toEqual(image.manifests.at(-1)?.bytes);
      const layer = descriptorOf(image.layer, mediaTypes.layer);
      expect(await read.blob(layer, 1 << 20)).toEqual(image.layer);
      const chunks: Uint8Array[] = [];
      for await (const chunk of read.stream(layer)) chunks.push(chunk);
      expect(Buffer.concat(chunks)).toEqual(image.layer);
      expect(await read.tags()).toContain('latest');
    });

    test('finds a platform of an index by its digest', async () => {
      await using subject = await open();
      const image = sampleImage('a');
      await publishImage(subject.repository, image);
      const child = descriptorOf(image.manifests[0]?.bytes ?? Buffer.alloc(0), mediaTypes.manifest);
      expect(await subject.again().resolve(child.digest)).toEqual(child);
    });

    test('lists referrers of a manifest with what they say, sorted, filtered, each once', async () => {
      await using subject = await open();
      const image = sampleImage('a');
      await publishImage(subject.repository, image);
      const [manifest] = image.manifests;
      const more = sampleReferrer('more', Buffer.from(manifest?.bytes ?? []));
      await publishReferrers(subject.repository, [more]);
      await publishReferrers(subject.again(), [more]);
      const digest = digestOf(manifest?.bytes ?? '');
      const wanted = [image.referrers[0]?.descriptor, more.descriptor] as Descriptor[];
      wanted.sort((a, b) => (a.digest < b.digest ? -1 : 1));
      const read = subject.again();
      expect(await read.referrers(digest)).toEqual(wanted);
      expect(await read.referrers(digest, mediaTypes.sigstoreBundle)).toEqual(wanted);
      expect(await read.referrers(digest, 'application/other')).toEqual([]);
      expect(await read.referrers(digestOf('nobody'))).toEqual([]);
    });

    test('takes referrers away, and nothing else', async () => {
      await using subject = await open();
      const image = sampleImage('a');
      await publishImage(subject.repository, image);
      const about = Buffer.from(image.manifests[0]?.bytes ?? []);
      const [one, two] = [sampleReferrer('one', about), sampleReferrer('two', about)];
      await publishReferrers(subject.repository, [one, two]);
      const digest = digestOf(about);
      const listed = async (): Promise<string[]> =>
        (await subject.again().referrers(digest)).map((referrer) => referrer.digest);
      const before = await listed();
      await subject.again().removeReferrers?.(digest, [one.descriptor.digest]);
      expect(await listed()).toEqual(before.filter((other) => other !== one.descriptor.digest));
      await expect(subject.again().manifest(one.descriptor)).rejects.toThrow(withCode('repository/not-found'));
      expect(await subject.again().manifest(two.descriptor)).toEqual(Buffer.from(two.manifest.bytes));
      await subject.again().removeReferrers?.(digest, [one.descriptor.digest]);
      await publishReferrers(subject.again(), [one]);
      expect(await listed()).toEqual(before);
    });

    test('moves a tag to another image', async () => {
      await using subject = await open();
      await publishImage(subject.repository, sampleImage('a'));
      const second = await publishImage(subject.again(), sampleImage('b'));
      expect((await subject.again().resolve('latest')).digest).toBe(second.digest);
    });

    test('keeps images of other tags', async () => {
      await using subject = await open();
      const first = await publishImage(subject.repository, sampleImage('a'));
      await publishImage(subject.repository, { ...sampleImage('b'), tag: 'other' });
      expect((await subject.again().resolve('latest')).digest).toBe(first.digest);
      expect((await subject.again().tags()).filter((tag) => !tag.startsWith('sha256-'))).toEqual(['latest', 'other']);
    });

    test('publishes the same image twice without harm', async () => {
      await using subject = await open();
      const first = await publishImage(subject.repository, sampleImage('a'));
      expect(await publishImage(subject.again(), sampleImage('a'))).toEqual(first);
      expect(await subject.again().referrers(first.digest)).toHaveLength(1);
    });

    test('says what is there and what is not', async () => {
      await using subject = await open();
      const image = sampleImage('a');
      await publishImage(subject.repository, image);
      const read = subject.again();
      const layer = descriptorOf(image.layer, mediaTypes.layer);
      expect(await read.has(layer)).toBe(true);
      expect(await read.has({ ...layer, digest: digestOf('x') })).toBe(false);
      await expect(read.resolve('nobody')).rejects.toThrow(withCode('repository/not-found'));
      await expect(read.resolve(digestOf('nobody'))).rejects.toThrow(withCode('repository/not-found'));
      const nobody = { digest: digestOf('nobody'), size: 6 };
      await expect(read.blob(nobody, 10)).rejects.toThrow(withCode('repository/not-found'));
      await expect(read.manifest(nobody)).rejects.toThrow(withCode('repository/not-found'));
      await expect(read.resolve('../../etc')).rejects.toThrow(withCode('repository/not-found'));
    });

    test.each([
      ['a changed byte', (bytes: Buffer) => Buffer.concat([Buffer.from('X'), bytes.subarray(1)])],
      ['a byte too many', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('X')])],
      ['a byte too few', (bytes: Buffer) => bytes.subarray(1)],
    ])('refuses content with %s', async (_, change) => {
      await using subject = await open();
      const image = sampleImage('a');
      const published = await publishImage(subject.repository, image);
      const layer = descriptorOf(image.layer, mediaTypes.layer);
      const child = descriptorOf(Buffer.from(image.manifests[0]?.bytes ?? []), mediaTypes.manifest);
      await subject.alter(layer.digest, change(image.layer));
      await subject.alter(published.digest, change(Buffer.from(image.manifests.at(-1)?.bytes ?? [])));
      await subject.alter(child.digest, change(Buffer.from(image.manifests[0]?.bytes ?? [])));
      const read = subject.again();
      await expect(read.blob(layer, 1 << 20)).rejects.toThrow(withCode('repository/altered'));
      const altered = withCode(subject.alteredManifest ?? 'repository/altered');
      await expect(read.manifest(child)).rejects.toThrow(altered);
      await expect(read.resolve(published.digest)).rejects.toThrow(altered);
      await expect(read.resolve('latest')).rejects.toThrow(altered);
      const drain = async (): Promise<void> => {
        for await (const _chunk of read.stream(layer));
      };
      await expect(drain()).rejects.toThrow(withCode('repository/altered'));
    });

    test('reads no more than it was allowed to', async () => {
      await using subject = await open();
      const image = sampleImage('a');
      await publishImage(subject.repository, image);
      const layer = descriptorOf(image.layer, mediaTypes.layer);
      const read = subject.again();
      await expect(read.blob(layer, layer.size - 1)).rejects.toThrow(withCode('repository/too-large'));
      await expect(read.blob({ ...layer, size: 10 }, 100)).rejects.toThrow(withCode('repository/altered'));
    });

    test('does not take a blob that is not what it claims to be', async () => {
      await using subject = await open();
      const truth = blobOf(randomBytes(100));
      const lie = { ...blobOf(randomBytes(100)), digest: truth.digest };
      await expect(subject.repository.putBlob(lie)).rejects.toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^(blob\/altered|registry\/refused)$/) as string }),
      );
      await expect(subject.again().has(truth)).resolves.toBe(false);
    });

    test('passes on what a source says that cannot be read', async () => {
      await using subject = await open();
      const broken = {
        ...blobOf(Buffer.from('abcd')),
        async *open(): AsyncGenerator<Uint8Array> {
          yield Buffer.from('ab');
          throw new Error('the disk is gone');
        },
      };
      await expect(subject.repository.putBlob(broken)).rejects.toThrow('the disk is gone');
    });

    test('takes an empty blob', async () => {
      await using subject = await open();
      const empty = blobOf(Buffer.alloc(0));
      await subject.repository.putBlob(empty);
      expect(await subject.again().blob(empty, 0)).toEqual(Buffer.alloc(0));
    });

    test('several writers at once lose nothing', async () => {
      await using subject = await open();
      const tags = ['a', 'b', 'c', 'd'];
      await Promise.all(tags.map(async (tag) => await publishImage(subject.again(), { ...sampleImage(tag), tag })));
      const read = subject.again();
      expect((await read.tags()).filter((tag) => tags.includes(tag))).toEqual(tags);
      for (const tag of tags) expect(await read.referrers((await read.resolve(tag)).digest)).toHaveLength(1);
    });
  });
}
