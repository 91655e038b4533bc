// An image of a few bytes with its signature and attestations, as `build` publishes them.
import { gzipSync } from 'node:zlib';
import { predicateTypes } from '../../src/intoto/predicates.ts';
import { type Statement, statementAbout } from '../../src/intoto/statement.ts';
import type { Signer } from '../../src/keys/types.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { describe, documentBytes } from '../../src/oci/documents.ts';
import { type Descriptor, mediaTypes } from '../../src/oci/types.ts';
import type { Publication } from '../../src/publish/image.ts';
import { blobOf, bundleReferrer, type Referrer } from '../../src/publish/referrer.ts';
import { imageSignature, signStatement } from '../../src/sign/statement.ts';

const CREATED = new Date(1_700_000_000_000);

export interface TinyImage {
  readonly image: Descriptor;
  readonly blobs: Publication['blobs'];
  readonly manifests: Publication['manifests'];
}

/** One layer with one file. */
export function tinyImage(content: string): TinyImage {
  const tar = tarOf('hello', Buffer.from(content));
  const layer = gzipSync(tar);
  const config = documentBytes({
    architecture: 'amd64',
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
  });
  const bytes = documentBytes({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: describe(config, mediaTypes.config),
    layers: [describe(layer, mediaTypes.layerGzip)],
  });
  return {
    image: describe(bytes, mediaTypes.manifest),
    blobs: [blobOf(config), blobOf(layer)],
    manifests: [{ bytes, mediaType: mediaTypes.manifest }],
  };
}

/** Two of them, for linux/amd64 and linux/arm64, and the index that lists them, last. */
export function tinyIndex(content: string): TinyImage & { readonly platforms: readonly Descriptor[] } {
  const images = ['amd64', 'arm64'].map((architecture) => ({
    architecture,
    ...tinyImage(`${content} ${architecture}`),
  }));
  const manifests = images.map(({ image, architecture }) => ({ ...image, platform: { os: 'linux', architecture } }));
  const bytes = documentBytes({ schemaVersion: 2, mediaType: mediaTypes.index, manifests });
  return {
    image: describe(bytes, mediaTypes.index),
    blobs: images.flatMap(({ blobs }) => blobs),
    manifests: [...images.flatMap((one) => one.manifests), { bytes, mediaType: mediaTypes.index }],
    platforms: images.map(({ image }) => image),
  };
}

/** The signature and one attestation of each kind that `build` makes. */
export function statementsAbout(image: Descriptor): Statement[] {
  return [
    imageSignature(image.digest),
    statementAbout(image, predicateTypes.spdx, {
      spdxVersion: 'SPDX-2.3',
      SPDXID: 'SPDXRef-DOCUMENT',
      name: 'tiny',
      dataLicense: 'CC0-1.0',
      documentNamespace: 'https://example.com/tiny',
      creationInfo: { creators: ['Tool: test'], created: '2023-11-14T22:13:20Z' },
    }),
    statementAbout(image, predicateTypes.cyclonedx, { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 }),
    statementAbout(image, predicateTypes.provenance, {
      buildDefinition: { buildType: 'https://example.com/type', externalParameters: {} },
      runDetails: { builder: { id: 'https://example.com/builder' } },
    }),
    statementAbout(image, predicateTypes.provenance02, {
      builder: { id: 'https://example.com/builder' },
      buildType: 'https://example.com/type',
      invocation: { configSource: {}, parameters: {}, environment: { github_repository: 'acme/images' } },
      metadata: { completeness: { parameters: true, environment: false, materials: true }, reproducible: true },
      materials: [],
    }),
  ];
}

/** Hangs a signed statement on an image; `alter` changes the bundle's text afterwards. */
export async function referrerOf(
  image: Descriptor,
  statement: Statement,
  signer: Signer,
  alter: (bundle: string) => string = (bundle) => bundle,
): Promise<Referrer> {
  const bytes = Buffer.from(alter((await signStatement(statement, signer)).toString('utf8')));
  return bundleReferrer({ subject: image, bytes, predicateType: statement.predicateType, created: CREATED });
}

/** A ustar archive of one file. */
function tarOf(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(512);
  const octal = (at: number, width: number, value: number): number =>
    header.write(`${value.toString(8).padStart(width - 1, '0')}\0`, at, 'latin1');
  header.write(name, 0, 'latin1');
  octal(100, 8, 0o644);
  octal(108, 8, 0);
  octal(116, 8, 0);
  octal(124, 12, content.length);
  octal(136, 12, 0);
  header.write('        0', 148, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  octal(
    148,
    7,
    header.reduce((sum, byte) => sum + byte, 0),
  );
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512), Buffer.alloc(1024)]);
}
