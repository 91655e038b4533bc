import { beforeEach, describe, expect, test } from 'vitest';
import { FakeRepository } from '../../test/fakes/repository.ts';
import { layerOf } from '../cosign/layer.ts';
import { legacyTag } from '../cosign/manifest.ts';
import { digestOf } from '../lib/digest.ts';
import { parseManifest } from '../oci/documents.ts';
import { publishTagged, type TaggedLayers } from './cosign-tag.ts';

const subject = digestOf('image');
const tag = legacyTag(subject, 'signature');
let repository: FakeRepository;

beforeEach(() => {
  repository = new FakeRepository();
});

const signed = (name: string): TaggedLayers['layers'][number] => {
  const payload = Buffer.from(`{"name":"${name}"}`);
  return { descriptor: layerOf({ kind: 'signature', payload, signature: Buffer.from(name) }), payload };
};
const add = async (...names: string[]) =>
  await publishTagged(repository, { subject, kind: 'signature', layers: names.map(signed), marked: false });
const layers = async () => {
  const descriptor = await repository.resolve(tag);
  return parseManifest(await repository.manifest(descriptor)).layers.map(({ digest }) => digest);
};
const digests = (...names: string[]) => names.map((name) => signed(name).descriptor.digest);

describe("layers under cosign's tag", () => {
  test('are put behind those that are there, and once', async () => {
    const first = await add('a');
    expect(await add('a')).toBe(first);
    await add('b', 'a');
    expect(await layers()).toEqual(digests('a', 'b'));
  });

  /** Has somebody who read before we wrote overwrite the tag after our next writes. */
  const overwrite = (times: number): void => {
    const put = repository.putManifests.bind(repository);
    let left = times;
    const overwriting: FakeRepository['putManifests'] = async (manifests) => {
      await put(manifests);
      if (left-- <= 0) return;
      repository.putManifests = put;
      const other = { subject, kind: 'signature', layers: [signed('c')], marked: false, gives: () => true } as const;
      await publishTagged(repository, other);
      repository.putManifests = overwriting;
    };
    repository.putManifests = overwriting;
  };

  test('are put again when somebody else overwrote the tag meanwhile', async () => {
    await add('a');
    overwrite(1);
    await add('b');
    expect(await layers()).toEqual(digests('c', 'b'));
  });

  test('end in a fault when others overwrite it again and again', async () => {
    overwrite(Infinity);
    await expect(add('b')).rejects.toMatchObject({ code: 'publish/contended' });
  });
});
