// A signed image of two platforms in a fake repository. Each layer's content is the JSON list of its files.
import { generateKeyPairSync } from 'node:crypto';
import { predicateTypes } from '../../src/intoto/predicates.ts';
import { type Statement, statementAbout } from '../../src/intoto/statement.ts';
import { signerOf } from '../../src/keys/private.ts';
import type { Signer } from '../../src/keys/types.ts';
import { type Digest, digestOf } from '../../src/lib/digest.ts';
import { describe } from '../../src/oci/documents.ts';
import { type Descriptor, mediaTypes } from '../../src/oci/types.ts';
import { blobOf, bundleReferrer } from '../../src/publish/referrer.ts';
import { imageSignature, signStatement } from '../../src/sign/statement.ts';
import type { ClaimedFile } from '../../src/verify/content.ts';
import { FakeRepository } from './repository.ts';

export function fakeSigner(): Signer {
  return signerOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'fake');
}

export const fakeProvenance = {
  buildDefinition: { buildType: 'https://b.example/t', externalParameters: { source: 'https://h.example/acme/x' } },
  runDetails: { builder: { id: 'https://b.example/builder' } },
};

export interface FakePlatform {
  readonly platform: string;
  readonly manifest: Descriptor;
  readonly config: Descriptor;
  readonly layer: Descriptor;
  readonly files: readonly ClaimedFile[];
}

/** Everything that `build` would publish, under the tag `latest`. */
export class FakeImage {
  readonly repository = new FakeRepository();
  readonly signer = fakeSigner();
  readonly platforms: FakePlatform[] = [];
  index: Descriptor | undefined;

  static async make(): Promise<FakeImage> {
    const image = new FakeImage();
    for (const architecture of ['amd64', 'arm64']) await image.#addPlatform(architecture);
    const manifests = image.platforms.map(({ platform, manifest }) => {
      const [os, architecture] = platform.split('/');
      return { ...manifest, platform: { os, architecture } };
    });
    const document = { schemaVersion: 2, mediaType: mediaTypes.index, manifests };
    image.index = await image.put(document, mediaTypes.index, 'latest');
    await image.attach(image.index, imageSignature(image.index.digest));
    await image.attach(image.index, statementAbout(image.index, predicateTypes.provenance, fakeProvenance));
    return image;
  }

  async #addPlatform(architecture: string): Promise<void> {
    const files = [{ path: `bin/${architecture}`, kind: 'file', sha256: 'aa' }];
    const content = Buffer.from(JSON.stringify(files));
    const config = await this.blob(
      Buffer.from(
        JSON.stringify({ architecture, os: 'linux', rootfs: { type: 'layers', diff_ids: [digestOf(content)] } }),
      ),
      mediaTypes.config,
    );
    const layer = await this.blob(content, mediaTypes.layer);
    const manifest = await this.put(
      { schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers: [layer] },
      mediaTypes.manifest,
    );
    await this.attach(manifest, imageSignature(manifest.digest));
    await this.attach(manifest, statementAbout(manifest, predicateTypes.provenance, fakeProvenance));
    await this.attach(manifest, statementAbout(manifest, predicateTypes.spdx, { files }));
    this.platforms.push({ platform: `linux/${architecture}`, manifest, config, layer, files });
  }

  async blob(bytes: Buffer, mediaType: string): Promise<Descriptor> {
    await this.repository.putBlob(blobOf(bytes));
    return describe(bytes, mediaType);
  }

  async put(document: object, mediaType: string, tag?: string): Promise<Descriptor> {
    const bytes = Buffer.from(JSON.stringify(document));
    await this.repository.putManifests([{ bytes, mediaType, tag, listed: true }]);
    return describe(bytes, mediaType);
  }

  /** Signs a statement and hangs it on a subject. */
  async attach(subject: Descriptor, statement: Statement, signer = this.signer): Promise<Descriptor> {
    return await this.attachBundle(subject, await signStatement(statement, signer), statement.predicateType);
  }

  async attachBundle(subject: Descriptor, bundle: Buffer, predicateType: string): Promise<Descriptor> {
    const referrer = bundleReferrer({ subject, bytes: bundle, predicateType, created: new Date(0) });
    for (const blob of referrer.blobs) await this.repository.putBlob(blob);
    await this.repository.putManifests([referrer.manifest]);
    return referrer.descriptor;
  }

  /** Changes the last byte but one of what a digest names; the digest stays. */
  corrupt(digest: Digest): void {
    const bytes = Buffer.from(this.repository.contents.get(digest) ?? Buffer.alloc(0));
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 2) ^ 1, bytes.length - 2);
    this.repository.contents.set(digest, bytes);
  }
}
