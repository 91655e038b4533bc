// A whole Sigstore of fakes on loopback, with the files that name it: issuer, Fulcio, timestamp authority, Rekor v1 and v2.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeFulcio } from './fulcio.ts';
import { FakeIssuer } from './issuer.ts';
import { FakeRekor } from './rekor.ts';
import { FakeTimestampServer } from './timestamp-server.ts';

const START = '2020-01-01T00:00:00Z';

export class FakeSigstore implements AsyncDisposable {
  /** Temporary; what stands in it goes with it. */
  readonly folder: string;
  readonly issuer: FakeIssuer;
  readonly fulcio: FakeFulcio;
  readonly tsa: FakeTimestampServer;
  readonly rekor: { readonly v1: FakeRekor; readonly v2: FakeRekor };

  private constructor(
    folder: string,
    issuer: FakeIssuer,
    fulcio: FakeFulcio,
    tsa: FakeTimestampServer,
    rekor: FakeSigstore['rekor'],
  ) {
    this.folder = folder;
    this.issuer = issuer;
    this.fulcio = fulcio;
    this.tsa = tsa;
    this.rekor = rekor;
  }

  static async start(): Promise<FakeSigstore> {
    const folder = await mkdtemp(join(tmpdir(), 'temper-sigstore-'));
    const rekor = { v1: await FakeRekor.start(1), v2: await FakeRekor.start(2) };
    const [issuer, fulcio] = [await FakeIssuer.start(), await FakeFulcio.start()];
    const sigstore = new FakeSigstore(folder, issuer, fulcio, await FakeTimestampServer.start(), rekor);
    await writeFile(sigstore.signingConfig, JSON.stringify(sigstore.#config()));
    await writeFile(sigstore.trustedRoot, JSON.stringify(sigstore.#root()));
    return sigstore;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  get signingConfig(): string {
    return this.path('signing_config.json');
  }

  get trustedRoot(): string {
    return this.path('trusted_root.json');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { issuer, fulcio, tsa, rekor } = this;
    for (const one of [issuer, fulcio, tsa, rekor.v1, rekor.v2]) await one[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true });
  }

  #config(): object {
    const service = (url: string, majorApiVersion: number): object => {
      return { url, majorApiVersion, operator: 'us', validFor: { start: START } };
    };
    return {
      mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
      caUrls: [service(this.fulcio.url, 1)],
      oidcUrls: [service(this.issuer.url, 1)],
      rekorTlogUrls: [service(this.rekor.v1.url, 1), service(this.rekor.v2.url, 2), service('https://next.example', 3)],
      rekorTlogConfig: { selector: 'ANY' },
      tsaUrls: [service(this.tsa.url, 1)],
      tsaConfig: { selector: 'ANY' },
    };
  }

  #root(): object {
    const validFor = { start: START };
    const authority = (chain: readonly Buffer[]): object => ({
      certChain: { certificates: chain.map((der) => ({ rawBytes: der.toString('base64') })) },
      validFor,
    });
    const log = ({ log: { name, spki, id } }: FakeRekor): object => ({
      baseUrl: `https://${name}`,
      hashAlgorithm: 'SHA2_256',
      publicKey: { rawBytes: spki.toString('base64'), keyDetails: 'PKIX_ED25519', validFor },
      logId: { keyId: id.toString('base64') },
    });
    return {
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [this.rekor.v1, this.rekor.v2].map(log),
      certificateAuthorities: [authority([this.fulcio.authority.certificate])],
      timestampAuthorities: [authority(this.tsa.authority.chain)],
    };
  }
}
