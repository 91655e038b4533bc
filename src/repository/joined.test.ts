import { beforeEach, expect, test } from 'vitest';
import { FakeRepository } from '../../test/fakes/repository.ts';
import { digestOf, hexOf } from '../lib/digest.ts';
import { describe, documentBytes } from '../oci/documents.ts';
import { type Descriptor, mediaTypes } from '../oci/types.ts';
import { blobOf, bundleReferrer } from '../publish/referrer.ts';
import { JoinedRepository } from './joined.ts';
import type { Repository } from './types.ts';

let own: FakeRepository;
let other: FakeRepository;
let joined: Repository;
let image: Descriptor;

beforeEach(async () => {
  [own, other] = [new FakeRepository('own'), new FakeRepository('other')];
  joined = new JoinedRepository(own, other);
  image = await put(own, 'image', 'v1');
});

async function put(to: Repository, text: string, tag?: string): Promise<Descriptor> {
  const blob = Buffer.from(text);
  await to.putBlob(blobOf(blob));
  const layer = describe(blob, 'text/plain');
  const bytes = documentBytes({ schemaVersion: 2, mediaType: mediaTypes.manifest, config: layer, layers: [layer] });
  await to.putManifests([{ bytes, mediaType: mediaTypes.manifest, tag, listed: true }]);
  return describe(bytes, mediaTypes.manifest);
}

async function hang(to: Repository, text: string): Promise<Descriptor> {
  const bytes = Buffer.from(text);
  const referrer = bundleReferrer({ subject: image, bytes, predicateType: 'p', created: new Date(0) });
  for (const blob of referrer.blobs) await to.putBlob(blob);
  await to.putManifests([referrer.manifest]);
  return referrer.descriptor;
}

const read = async (text: string): Promise<string> => {
  const content = describe(Buffer.from(text), 'text/plain');
  const parts: Uint8Array[] = [];
  for await (const chunk of joined.stream(content)) parts.push(chunk);
  const whole = (await joined.blob(content, 100)).toString();
  expect(Buffer.concat(parts).toString()).toBe(whole);
  return whole;
};

test('lists the referrers of both, each once, and reads them where they are', async () => {
  const digests = [await hang(own, 'one'), await hang(other, 'two'), await hang(own, 'both')].map((one) => one.digest);
  await hang(other, 'both');
  const listed = await joined.referrers(image.digest);
  expect(listed.map(({ digest }) => digest)).toEqual([...digests].sort());
  for (const one of listed) expect(digestOf(await joined.manifest(one))).toBe(one.digest);
  expect([await read('one'), await read('two')]).toEqual(['one', 'two']);
  expect(await joined.has(describe(Buffer.from('two'), 'text/plain'))).toBe(true);
});

test('names of images are its own; of cosign tags that of the other one counts', async () => {
  const tag = (subject: string, suffix: string): string => `sha256-${hexOf(digestOf(subject))}.${suffix}`;
  await put(other, 'another image', 'v1');
  await put(other, 'only there', 'v2');
  expect((await joined.resolve('v1')).digest).toBe(image.digest);
  await expect(joined.resolve('v2')).rejects.toMatchObject({ code: 'repository/not-found' });
  const [mine, theirs] = [await put(own, 'mine', tag('a', 'sig')), await put(other, 'theirs', tag('a', 'sig'))];
  const alone = await put(own, 'alone', tag('b', 'att'));
  expect((await joined.resolve(tag('a', 'sig'))).digest).toBe(theirs.digest);
  expect((await joined.resolve(tag('b', 'att'))).digest).toBe(alone.digest);
  expect(mine.digest).not.toBe(theirs.digest);
  expect(await joined.tags()).toEqual([tag('b', 'att'), tag('a', 'sig'), 'v1'].sort());
});

test('content that is altered is none that is missing', async () => {
  const content = describe(Buffer.from('image'), 'text/plain');
  await put(other, 'image');
  own.contents.set(content.digest, Buffer.from('other'));
  await expect(joined.blob(content, 100)).rejects.toMatchObject({ code: 'blob/altered' });
  await expect(async () => {
    for await (const _ of joined.stream(content));
  }).rejects.toMatchObject({ code: 'blob/altered' });
});

test('writes go to the own one', async () => {
  await joined.putBlob(blobOf(Buffer.from('new')));
  await put(joined, 'written', 'v3');
  expect([own.contents.size > other.contents.size, other.contents.size]).toEqual([true, 0]);
});
