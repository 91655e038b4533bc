// A Kubernetes API server with one kind of resource, secrets: over TLS with an authority of its own, to who shows a token or a
// client certificate.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sealCosignPem } from '../../src/keys/cosign-pem.ts';
import type { KeyType } from '../../src/keys/key-type.ts';
import { type FakeKms, type FakePair, newPair } from './remote-key.ts';
import { readBody, type Request, type Response } from './server.ts';
import { clientOf, TlsAuthority, TlsServer } from './tls-server.ts';

export interface FakeSecret {
  readonly metadata: { name: string; namespace: string; resourceVersion: string };
  readonly data: Record<string, string>;
  readonly immutable?: boolean;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const pemOf = ({ publicKey }: Pick<FakePair, 'publicKey'>): string => publicKey.export({ type: 'spki', format: 'pem' });
/** As little work as there can be. */
const QUICK = { N: 2, r: 1, p: 1 };

export class FakeKubernetes implements FakeKms {
  readonly authority = new TlsAuthority();
  readonly folder = mkdtempSync(join(tmpdir(), 'temper-kubernetes-'));
  readonly secrets = new Map<string, FakeSecret>();
  readonly namespaces = new Set(['build']);
  /** Who showed a certificate. */
  readonly clients: string[] = [];
  readonly token = 'kube-token';
  #server: TlsServer | undefined;
  #lies = false;

  static async start(): Promise<FakeKubernetes> {
    const fake = new FakeKubernetes();
    fake.#server = await TlsServer.start(fake.authority, (request, response) => void fake.#serve(request, response));
    writeFileSync(join(fake.folder, 'config'), fake.kubeconfig({ token: fake.token }));
    return fake;
  }

  get host(): string {
    return this.#server?.host ?? '';
  }

  get environment(): Record<string, string> {
    return { KUBECONFIG: join(this.folder, 'config') };
  }

  /** A kubeconfig of one cluster, with what its user has. */
  kubeconfig(user: object, cluster: object = { 'certificate-authority-data': base64(this.authority.pem) }): string {
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'here',
      contexts: [{ name: 'here', context: { cluster: 'c', user: 'u', namespace: '' } }],
      clusters: [{ name: 'c', cluster: { server: `https://${this.host}`, ...cluster } }],
      users: [{ name: 'u', user }],
    });
  }

  reference(name: string): string {
    return `k8s://build/${name}`;
  }

  /** Its secrets show the public key of another key than they have. */
  set lies(lies: boolean) {
    this.#lies = lies;
  }
  get lies(): boolean {
    return this.#lies;
  }

  async add(name: string, type: KeyType, _mayLeave = true, password = 'in the secret'): Promise<void> {
    const pair = newPair(type);
    const key = await sealCosignPem(pair.privateKey.export({ type: 'pkcs8', format: 'der' }), password, QUICK);
    const data = { 'cosign.key': base64(key), 'cosign.pub': base64(pemOf(pair)), 'cosign.password': base64(password) };
    this.secrets.set(`build/${name}`, { metadata: { name, namespace: 'build', resourceVersion: '7' }, data });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true });
  }

  async #serve(request: Request, response: Response): Promise<void> {
    const body = (await readBody(request)).toString();
    const [status, answer] = this.#answer(request, body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  #answer(request: Request, body: string): [number, object] {
    const refusal = (code: number, reason: string, message: string): [number, object] => [
      code,
      { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code },
    ];
    const client = clientOf(request);
    if (client !== undefined) this.clients.push(client);
    if (client === undefined && request.headers.authorization !== `Bearer ${this.token}`) {
      return refusal(401, 'Unauthorized', 'Unauthorized');
    }
    const [, namespace = '', name] =
      /^\/api\/v1\/namespaces\/([^/]+)\/secrets(?:\/([^/]+))?$/.exec(request.url ?? '') ?? [];
    if (namespace === 'kube-system') return refusal(403, 'Forbidden', 'secrets is forbidden: User cannot get resource');
    if (request.method === 'GET') {
      const secret = this.secrets.get(`${namespace}/${name}`);
      if (secret === undefined) return refusal(404, 'NotFound', `secrets "${name}" not found`);
      const other = { ...secret.data, 'cosign.pub': base64(pemOf(newPair('p256'))) };
      return [200, { kind: 'Secret', ...secret, ...(this.#lies ? { data: other } : {}) }];
    }
    const made = JSON.parse(body) as FakeSecret;
    const key = `${namespace}/${made.metadata.name}`;
    if (!this.namespaces.has(namespace)) return refusal(404, 'NotFound', `namespaces "${namespace}" not found`);
    if (this.secrets.has(key)) return refusal(409, 'AlreadyExists', `secrets "${made.metadata.name}" already exists`);
    const secret = { ...made, metadata: { ...made.metadata, resourceVersion: '8' } };
    this.secrets.set(key, secret);
    return [201, secret];
  }
}
