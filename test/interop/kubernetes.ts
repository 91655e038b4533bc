// A real Kubernetes API server with its etcd on loopback, without nodes: tools/peers.sh --kubernetes builds it.
import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './registries.ts';

export class Kubernetes implements AsyncDisposable {
  readonly #folder: string;
  readonly #server: string;
  readonly #token: string;
  readonly #processes: readonly ChildProcess[];

  private constructor(folder: string, server: string, token: string, processes: readonly ChildProcess[]) {
    this.#folder = folder;
    this.#server = server;
    this.#token = token;
    this.#processes = processes;
  }

  /** With a namespace of that name. */
  static async start(
    programs: { readonly apiserver: string; readonly etcd: string },
    namespace: string,
  ): Promise<Kubernetes> {
    const folder = await mkdtemp(join(tmpdir(), 'temper-kubernetes-'));
    const [port, client, peer] = [await freePort(), await freePort(), await freePort()].map(String) as [
      string,
      string,
      string,
    ];
    const token = randomBytes(16).toString('hex');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    await mkdir(join(folder, 'certs'));
    await writeFile(join(folder, 'sa.key'), privateKey.export({ type: 'pkcs1', format: 'pem' }));
    await writeFile(join(folder, 'tokens.csv'), `${token},admin,admin,system:masters\n`);
    const log = await open(join(folder, 'log'), 'w');
    const begin = (program: string, options: Readonly<Record<string, string>>): ChildProcess => {
      const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
      return spawn(program, args, { stdio: ['ignore', log.fd, log.fd], cwd: folder });
    };
    const etcd = begin(programs.etcd, {
      'data-dir': join(folder, 'etcd'),
      'listen-client-urls': `http://127.0.0.1:${client}`,
      'advertise-client-urls': `http://127.0.0.1:${client}`,
      'listen-peer-urls': `http://127.0.0.1:${peer}`,
      'initial-advertise-peer-urls': `http://127.0.0.1:${peer}`,
      'initial-cluster': `default=http://127.0.0.1:${peer}`,
    });
    const apiserver = begin(programs.apiserver, {
      'etcd-servers': `http://127.0.0.1:${client}`,
      'bind-address': '127.0.0.1',
      'secure-port': port,
      'cert-dir': join(folder, 'certs'),
      'service-account-issuer': 'https://kubernetes.default',
      'service-account-key-file': join(folder, 'sa.key'),
      'service-account-signing-key-file': join(folder, 'sa.key'),
      'token-auth-file': join(folder, 'tokens.csv'),
      'authorization-mode': 'RBAC',
      'service-cluster-ip-range': '10.0.0.0/24',
      'disable-admission-plugins': 'ServiceAccount',
    });
    await log.close();
    const started = new Kubernetes(folder, `https://127.0.0.1:${port}`, token, [apiserver, etcd]);
    await started.#ready();
    const body = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    const status = await started.#ask('POST', '/api/v1/namespaces', body);
    if (status === 201) return started;
    await started[Symbol.asyncDispose]();
    throw new Error(`The API server makes no namespace: ${status}`);
  }

  get environment(): Record<string, string> {
    return { KUBECONFIG: join(this.#folder, 'kubeconfig') };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const process of this.#processes) {
      const ended = new Promise((resolve) => process.once('exit', resolve));
      if (process.exitCode === null && process.kill('SIGKILL')) await ended;
    }
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #ready(): Promise<void> {
    for (let attempt = 0; attempt < 600; attempt++) {
      if ((await this.#ask('GET', '/readyz').catch(() => 0)) === 200) {
        const cluster = { server: this.#server, 'certificate-authority': 'certs/apiserver.crt' };
        const config = {
          apiVersion: 'v1',
          kind: 'Config',
          'current-context': 'here',
          contexts: [{ name: 'here', context: { cluster: 'c', user: 'u' } }],
          clusters: [{ name: 'c', cluster }],
          users: [{ name: 'u', user: { token: this.#token } }],
        };
        await writeFile(join(this.#folder, 'kubeconfig'), JSON.stringify(config));
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    const words = await readFile(join(this.#folder, 'log'), 'utf8');
    await this[Symbol.asyncDispose]();
    throw new Error(`The API server does not start: ${words.slice(-2000)}`);
  }

  /** The status of the answer. */
  async #ask(method: string, path: string, body = ''): Promise<number> {
    return await new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' };
      const asked = request(new URL(path, this.#server), { method, headers, rejectUnauthorized: false }, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      });
      asked.on('error', reject);
      asked.end(body);
    });
  }
}
