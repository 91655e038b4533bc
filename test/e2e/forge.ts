// What somebody does who holds the key: changes an image's content, makes every digest fit, signs everything again.
import { gunzipSync, gzipSync } from 'node:zlib';
import { parseStatement } from '../../src/intoto/statement.ts';
import type { Signer } from '../../src/keys/types.ts';
import { type Digest, digestOf, hexOf } from '../../src/lib/digest.ts';
import { TAR_END, tarHeader, tarPadding } from '../../src/lib/tar-write.ts';
import { type TarItem, tarItems } from '../../src/lib/tar-read.ts';
import { annotations, type Descriptor, type ImageConfig, type Index, mediaTypes } from '../../src/oci/types.ts';
import { signStatement } from '../../src/sign/statement.ts';
import { parseBundle } from '../../src/sigstore/bundle.ts';
import type { LayoutFiles } from './layout-files.ts';

/** The layers of a platform, lowest first; changed in place. */
export type Edit = (layers: TarItem[][]) => void;

/** A forged copy of `from` in the folder `to`: linux/amd64's layers edited, all else as it was, all of it consistent. */
export async function forge(from: LayoutFiles, to: string, signer: Signer, edit: Edit): Promise<LayoutFiles> {
  const layout = await from.copy(to);
  const image = await layout.image();
  const replaced = new Map<Digest, Descriptor>();
  for (const { platform, descriptor, manifest } of await layout.platforms()) {
    if (platform !== 'linux/amd64') continue;
    const layers = await Promise.all(
      manifest.layers.map(async ({ digest }) => tarItems(gunzipSync(await layout.bytes(digest)), 100_000)),
    );
    edit(layers);
    const tars = layers.map(writeTar);
    const config = await layout.document<ImageConfig>(manifest.config.digest);
    const forged = {
      ...manifest,
      config: await layout.put(
        { ...config, rootfs: { ...config.rootfs, diff_ids: tars.map((tar) => digestOf(tar)) } },
        mediaTypes.config,
      ),
      layers: await Promise.all(tars.map(async (tar) => await layout.put(gzipSync(tar), mediaTypes.layerGzip))),
    };
    replaced.set(descriptor.digest, await layout.put(forged, mediaTypes.manifest));
  }
  const index = await layout.document<Index>(image.digest);
  const manifests = index.manifests.map((entry) => ({ ...entry, ...replaced.get(entry.digest) }));
  const forgedImage = await layout.put({ ...index, manifests }, mediaTypes.index);
  replaced.set(image.digest, forgedImage);
  const referrers = await layout.referrers();
  await layout.writeIndex({
    schemaVersion: 2,
    manifests: [{ ...forgedImage, annotations: { [annotations.refName]: 'latest' } }],
  });
  for (const { subject, bundle, predicateType, manifest } of referrers) {
    const now = replaced.get(subject) ?? manifest.subject;
    if (now === undefined) throw new Error('a referrer without subject');
    await layout.hang(await resigned(await layout.bytes(bundle), now.digest, signer), now, predicateType);
  }
  return layout;
}

/** The statement of a bundle, about another subject and signed anew. */
export async function resigned(bundle: Buffer, subject: Digest, signer: Signer): Promise<Buffer> {
  const { content } = parseBundle(bundle);
  if (content.kind !== 'envelope') throw new Error('the bundle has no envelope');
  const statement = parseStatement(content.envelope.payload);
  const subjects = statement.subject.map((one) => ({ ...one, digest: { sha256: hexOf(subject) } }));
  return await signStatement({ ...statement, subject: subjects }, signer);
}

function writeTar(items: readonly TarItem[]): Buffer {
  const parts = items.flatMap(({ entry, content }) => [tarHeader(entry), content, tarPadding(content.length)]);
  return Buffer.concat([...parts, TAR_END]);
}
