// An image in a layout folder, a small world of Sigstore that signs it, and a policy that trusts some of that.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NamedAnswer, answerNamed, type VerifyOptions } from '../../src/flow/verification/verify-reference.ts';
import { publicKeyPem } from '../../src/keys/public.ts';
import type { PublicKey } from '../../src/keys/types.ts';
import { describe, documentBytes } from '../../src/oci/documents.ts';
import { type Descriptor, mediaTypes } from '../../src/oci/types.ts';
import { predicateTypes } from '../../src/intoto/predicates.ts';
import { blobOf, bundleReferrer, type Referrer } from '../../src/publish/referrer.ts';
import { Layout } from '../../src/repository/layout.ts';
import type { Repository } from '../../src/repository/types.ts';
import { imageSignature } from '../../src/sign/statement.ts';
import type { FakeKey } from './authority.ts';
import { bundleOf, type BundleParts, certificateFor, fakeWorld, SIGNED, signedParts } from './bundles.ts';
import { fakeKey } from './authority.ts';
import { trustedRootJson } from './trusted-root.ts';

/** When it is verified unless said otherwise: a day after everything was signed. */
export const LATER = SIGNED + 86_400;

export interface SignOptions {
  readonly key?: FakeKey;
  /** What is signed about, unless the image. */
  readonly about?: Descriptor;
  /** With a certificate of ten minutes; from when. */
  readonly certified?: boolean;
  readonly from?: number;
  /** When a timestamp says that it was; `false` for none. */
  readonly stamped?: number | false;
  /** Changes what the log holds, and what the bundle carries of it. */
  readonly entry?: (parts: BundleParts) => readonly unknown[];
  readonly mediaType?: string;
}

export class VerifyScene implements AsyncDisposable {
  readonly world = fakeWorld();
  readonly folder: string;
  readonly layout: Layout;
  image: Descriptor = { mediaType: '', digest: 'sha256:', size: 0 };
  #policies = 0;

  private constructor(folder: string) {
    this.folder = folder;
    this.layout = new Layout(join(folder, 'image'));
  }

  static async make(): Promise<VerifyScene> {
    const scene = new VerifyScene(await mkdtemp(join(tmpdir(), 'temper-verify-')));
    await mkdir(scene.path('user'));
    await writeFile(scene.path('root.json'), trustedRootJson(scene.world));
    scene.image = await scene.put('image', 'latest');
    return scene;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  get reference(): string {
    return `oci:${this.path('image')}:latest`;
  }

  /** An image of one small layer. */
  async put(content: string, tag: string | undefined, repository: Repository = this.layout): Promise<Descriptor> {
    const layer = Buffer.from(content);
    const config = documentBytes({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } });
    for (const bytes of [layer, config]) await repository.putBlob(blobOf(bytes));
    const manifest = documentBytes({
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      config: describe(config, mediaTypes.config),
      layers: [describe(layer, mediaTypes.layer)],
    });
    await repository.putManifests([{ bytes: manifest, mediaType: mediaTypes.manifest, tag, listed: true }]);
    return describe(manifest, mediaTypes.manifest);
  }

  async index(platforms: Readonly<Record<string, Descriptor>>, tag: string): Promise<Descriptor> {
    const manifests = Object.entries(platforms).map(([name, manifest]) => {
      const [os, architecture] = name.split('/');
      return { ...manifest, platform: { os, architecture } };
    });
    const bytes = documentBytes({ schemaVersion: 2, mediaType: mediaTypes.index, manifests });
    await this.layout.putManifests([{ bytes, mediaType: mediaTypes.index, tag, listed: true }]);
    return describe(bytes, mediaTypes.index);
  }

  /** A public key as a file; its name. */
  async keyFile(name: string, key: PublicKey): Promise<string> {
    await writeFile(this.path(name), publicKeyPem(key));
    return this.path(name);
  }

  /** A signature of the image, by the world's key, logged and stamped when everything is, unless said otherwise. */
  bundle(options: SignOptions = {}): Buffer {
    const { log, tsa, authority, key } = this.world;
    const { key: by = options.certified === true ? fakeKey() : key, from, stamped = SIGNED } = options;
    const certificate =
      options.certified === true ? certificateFor(authority, by.spki, from === undefined ? {} : { from }) : undefined;
    const statement = imageSignature((options.about ?? this.image).digest);
    const parts = signedParts(by, certificate === undefined ? { statement } : { certificate, statement });
    const entries = options.entry?.(parts) ?? [log.entry(log.add(parts.body))];
    const stamps = stamped === false ? [] : [tsa.stamp(parts.signature, stamped)];
    return bundleOf(parts, entries, stamps, options.mediaType);
  }

  /** Signs, and hangs it on the image or another manifest. */
  async sign(options: SignOptions & { readonly on?: Descriptor } = {}): Promise<void> {
    await this.hang(this.bundle(options), options.on);
  }

  async hang(bytes: Buffer, on = this.image, predicateType: string = predicateTypes.signature): Promise<void> {
    await this.hangReferrer(bundleReferrer({ subject: on, bytes, predicateType, created: new Date(0) }));
  }

  async hangReferrer(referrer: Referrer): Promise<void> {
    for (const blob of referrer.blobs) await this.layout.putBlob(blob);
    await this.layout.putManifests([referrer.manifest]);
  }

  /** A policy without demands but the signature. @param entry fields of one entry of `trust` */
  async policy(entry: object, more: object = {}): Promise<string> {
    const path = this.path(`policy-${this.#policies++}.json`);
    const trust = [{ repositories: [`oci:${this.path('image')}`], ...entry }];
    const whole = { apiVersion: 'temper/v1', kind: 'Policy', trust, predicates: { required: [] }, ...more };
    await writeFile(path, JSON.stringify(whole));
    return path;
  }

  async verify(request: Partial<VerifyOptions>, reference = this.reference, offline = true): Promise<NamedAnswer> {
    const options = { offline, insecure: true, signal: new AbortController().signal };
    return await answerNamed(
      reference,
      { keys: [], policy: undefined, now: LATER, signaturesOnly: true, ...request },
      options,
    );
  }
}

/** What stands against an image: each check with its problem. */
export function against({ result }: NamedAnswer): string[] {
  return [...new Set(result.decision.against.map(({ check, problem = '-' }) => `${check}: ${problem}`))];
}
