// A whole Sigstore of one's own on loopback, out of its real programs: Fulcio, a timestamp authority and Rekor v2, with an issuer of
// identities, and the trusted root and signing configuration that name them.
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publicKeyOf } from '../../src/keys/public.ts';
import { trustedLog } from '../../src/log/trusted-root.ts';
import { FakeIssuer } from '../fakes/issuer.ts';
import { answering, freePort } from './registries.ts';

export const sigstorePrograms = ['fulcio', 'timestamp-server', 'rekor-server'] as const;
export type SigstorePrograms = Readonly<Record<(typeof sigstorePrograms)[number], string>>;

/** Of the trusted root: before anything is made here. */
const START = new Date(Date.now() - 3_600_000).toISOString().replace(/\.\d+/, '');

export class SigstoreServices implements AsyncDisposable {
  readonly folder: string;
  readonly issuer: FakeIssuer;
  readonly #children: { readonly child: ChildProcess; readonly ended: Promise<void> }[] = [];
  /** By program. */
  readonly #ports = new Map<string, number>();

  private constructor(folder: string, issuer: FakeIssuer) {
    this.folder = folder;
    this.issuer = issuer;
  }

  static async start(programs: SigstorePrograms): Promise<SigstoreServices> {
    const folder = await mkdtemp(join(tmpdir(), 'temper-sigstore-'));
    const services = new SigstoreServices(folder, await FakeIssuer.start());
    try {
      await services.#begin(programs);
      return services;
    } catch (error) {
      const logs = sigstorePrograms.map(
        async (name) => await readFile(join(folder, `${name}.log`), 'utf8').catch(() => ''),
      );
      const words = (await Promise.all(logs)).map((text) => text.slice(-1000)).join('\n');
      await services[Symbol.asyncDispose]();
      throw new Error(`A service does not answer: ${words}`, { cause: error });
    }
  }

  get fulcio(): string {
    return `http://127.0.0.1:${this.#ports.get('fulcio')}`;
  }

  get timestamps(): string {
    return `http://127.0.0.1:${this.#ports.get('timestamp-server')}/api/v1/timestamp`;
  }

  get rekor(): string {
    return `http://127.0.0.1:${this.#ports.get('rekor-server')}`;
  }

  get trustedRoot(): string {
    return join(this.folder, 'trusted_root.json');
  }

  get signingConfig(): string {
    return join(this.folder, 'signing_config.json');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { child } of this.#children) child.kill();
    await Promise.all(this.#children.map(async ({ ended }) => await ended));
    await this.issuer[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #begin(programs: SigstorePrograms): Promise<void> {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = join(this.folder, 'rekor.key');
    await writeFile(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await Promise.all([
      this.#startFulcio(programs.fulcio),
      this.#startTimestamps(programs['timestamp-server']),
      this.#startRekor(programs['rekor-server'], key),
    ]);
    await Promise.all([
      answering(`${this.fulcio}/api/v1/rootCert`),
      answering(`${this.timestamps}/certchain`),
      answering(`${this.rekor}/healthz`),
    ]);
    const tlog = {
      ...trustedLog('127.0.0.1', publicKeyOf(publicKey, 'rekor'), { start: Date.parse(START) / 1000 }),
    };
    await writeFile(this.trustedRoot, JSON.stringify(await this.#root({ ...tlog, baseUrl: this.rekor })));
    await writeFile(this.signingConfig, JSON.stringify(this.#config()));
  }

  async #startFulcio(program: string): Promise<void> {
    const settings = join(this.folder, 'fulcio.yaml');
    const { url } = this.issuer;
    const known = [`${url}:`, `  issuer-url: ${url}`, '  client-id: sigstore', '  type: email'];
    await writeFile(settings, ['oidc-issuers:', ...known.map((line) => `  ${line}`), ''].join('\n'));
    const [port, grpc, metrics] = [await freePort(), await freePort(), await freePort()];
    this.#ports.set('fulcio', port);
    const ports = ['--port', String(port), '--grpc-port', String(grpc), '--metrics-port', String(metrics)];
    const hosts = ['--host', '127.0.0.1', '--grpc-host', '127.0.0.1'];
    const authority = ['--ca', 'ephemeralca', '--ct-log-url=', '--config-path', settings];
    const socket = ['--legacy-unix-domain-socket', join(this.folder, 'fulcio.sock')];
    await this.#spawn('fulcio', program, ['serve', ...authority, ...hosts, ...ports, ...socket]);
  }

  async #startTimestamps(program: string): Promise<void> {
    const port = await freePort();
    this.#ports.set('timestamp-server', port);
    const listen = ['--host', '127.0.0.1', '--port', String(port), '--scheme', 'http'];
    const how = ['--timestamp-signer', 'memory', '--disable-ntp-monitoring'];
    await this.#spawn('timestamp-server', program, ['serve', ...listen, ...how]);
  }

  /** It takes the host without a port for a log's name, as cosign does. */
  async #startRekor(program: string, key: string): Promise<void> {
    const storage = join(this.folder, 'log');
    await mkdir(storage);
    const [port, grpc, metrics] = [await freePort(), await freePort(), await freePort()];
    this.#ports.set('rekor-server', port);
    const ports = ['--http-port', String(port), '--grpc-port', String(grpc), '--http-metrics-port', String(metrics)];
    const log = ['--hostname', '127.0.0.1', '--storage-dir', storage, '--signer-filepath', key];
    const often = ['--checkpoint-interval', '1s', '--batch-max-age', '100ms'];
    await this.#spawn('rekor-server', program, ['serve', ...ports, ...log, ...often]);
  }

  async #spawn(name: string, program: string, args: readonly string[]): Promise<void> {
    const log = await open(join(this.folder, `${name}.log`), 'w');
    const child = spawn(program, [...args], { stdio: ['ignore', log.fd, log.fd], cwd: this.folder });
    const ended = new Promise<void>((resolve) => {
      child.on('close', () => {
        resolve();
      });
    });
    this.#children.push({ child, ended });
    await log.close();
  }

  async #root(tlog: object): Promise<object> {
    const authority = async (uri: string, chain: string): Promise<object> => ({
      uri,
      subject: { organization: 'test', commonName: 'test' },
      certChain: { certificates: ders(await (await fetch(chain)).text()) },
      validFor: { start: START },
    });
    return {
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [tlog],
      certificateAuthorities: [await authority(this.fulcio, `${this.fulcio}/api/v1/rootCert`)],
      timestampAuthorities: [await authority(this.timestamps, `${this.timestamps}/certchain`)],
    };
  }

  #config(): object {
    const service = (url: string, majorApiVersion: number): object => {
      return { url, majorApiVersion, validFor: { start: START }, operator: 'test' };
    };
    return {
      mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
      caUrls: [service(this.fulcio, 1)],
      oidcUrls: [service(this.issuer.url, 1)],
      rekorTlogUrls: [service(this.rekor, 2)],
      rekorTlogConfig: { selector: 'ANY' },
      tsaUrls: [service(this.timestamps, 1)],
      tsaConfig: { selector: 'ANY' },
    };
  }
}

/** The certificates of a PEM text. */
function ders(text: string): object[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((pem) => ({ rawBytes: new X509Certificate(pem).raw.toString('base64') }));
}
