// Keys in Kubernetes secrets: k8s://NAMESPACE/SECRET, as `cosign generate-key-pair` writes them. The key itself comes here to sign.
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { refusalText } from '../../../io/http-refusal.ts';
import { askOwnHttps } from '../../../io/own-https.ts';
import { parseJson } from '../../../lib/json.ts';
import { sealCosignPem } from '../../cosign-pem.ts';
import type { KeyType } from '../../key-type.ts';
import { newPrivateKey } from '../../new-key.ts';
import { privateKeyFromPem, signerOf } from '../../private.ts';
import { publicKeyFromPem, publicKeyOf, publicKeyPem } from '../../public.ts';
import type { Signer } from '../../types.ts';
import { KmsFaults } from '../faults.ts';
import type { DescribedKey, KmsProvider } from '../provider.ts';
import type { ServiceOptions } from '../providers.ts';
import { type ClusterAccess, clusterAccess } from './access.ts';
import { type SecretName, secretName } from './reference.ts';

/** Most bytes of an answer: a secret has at most 1 MiB. */
const ANSWER = 4 << 20;

const text = z.base64().transform((value) => Buffer.from(value, 'base64').toString('utf8'));
const Secret = z.object({
  metadata: z.object({ resourceVersion: z.string().min(1) }),
  data: z.object({ 'cosign.key': text.optional(), 'cosign.pub': text, 'cosign.password': text.optional() }),
});
type Secret = z.infer<typeof Secret>;

export class KubernetesSecret implements KmsProvider {
  readonly #name: SecretName;
  readonly #options: ServiceOptions;
  readonly #faults: KmsFaults;
  #access: Promise<ClusterAccess> | undefined;

  private constructor(name: SecretName, options: ServiceOptions, faults: KmsFaults) {
    this.#name = name;
    this.#options = options;
    this.#faults = faults;
  }

  /** @throws Fault `key/kms-settings` */
  static of(name: string, options: ServiceOptions): KubernetesSecret {
    return new KubernetesSecret(secretName(name), options, new KmsFaults('Kubernetes', `k8s://${name}`));
  }

  async describe(): Promise<DescribedKey> {
    return this.#described(await this.#load());
  }

  /** A secret is handed out to everybody who may read it, as a file is: it is no key that cannot leave its place. */
  async open(): Promise<Signer> {
    const secret = await this.#load();
    const { reference } = this.#faults;
    const { 'cosign.key': pem, 'cosign.password': password } = secret.data;
    if (pem === undefined)
      throw this.#faults.strange('a secret without cosign.key', 'A public key alone does not sign.');
    const signer = signerOf(
      await privateKeyFromPem(pem, password ?? this.#options.password ?? '', reference),
      reference,
    );
    const described = this.#described(secret);
    if (signer.publicKey.fingerprint !== described.publicKey.fingerprint) {
      throw this.#faults.strange('a secret whose cosign.pub belongs to another key', 'Make the secret anew.');
    }
    return { ...signer, origin: described.origin };
  }

  async create(type: KeyType): Promise<Signer> {
    const { secret: name, namespace } = this.#name;
    const privateKey = newPrivateKey(type);
    const body = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace },
      type: 'Opaque',
      immutable: true,
      data: await this.#data(privateKey),
    };
    const answer = await this.#ask('create', body);
    if (answer === 'exists') throw this.#faults.exists();
    if (answer === undefined) throw this.#faults.missing(`namespace ${namespace}`, 'Make it first, with kubectl.');
    const secret = Secret.safeParse(answer);
    if (!secret.success) throw this.#faults.strange('another secret than the one that was made');
    return { ...signerOf(privateKey, this.#faults.reference), ...this.#described(secret.data) };
  }

  async renew(): Promise<DescribedKey> {
    return await Promise.reject(
      this.#faults.unsupported(
        `${this.#faults.reference} cannot be replaced: a key in a secret is never overwritten.`,
        'Give the new key a name of its own.',
      ),
    );
  }

  async #data(privateKey: KeyObject): Promise<Record<string, string>> {
    const { password = '' } = this.#options;
    const sealed = await sealCosignPem(privateKey.export({ type: 'pkcs8', format: 'der' }), password);
    const pem = publicKeyPem(publicKeyOf(privateKey, this.#faults.reference));
    const parts = { 'cosign.key': sealed, 'cosign.pub': pem, 'cosign.password': password };
    return Object.fromEntries(
      Object.entries(parts).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
    );
  }

  #described({ metadata, data }: Secret): DescribedKey {
    const { reference } = this.#faults;
    const publicKey = publicKeyFromPem(data['cosign.pub'], `cosign.pub of ${reference}`);
    return { publicKey, origin: { kind: 'kms', reference, version: metadata.resourceVersion } };
  }

  async #load(): Promise<Secret> {
    const answer = await this.#ask('get');
    const { namespace, secret: name } = this.#name;
    if (answer === undefined) {
      const hint = 'Check the names and the context of KUBECONFIG; `temper key create` makes the secret.';
      throw this.#faults.missing(`secret ${name} in ${namespace}`, hint);
    }
    const secret = Secret.safeParse(answer);
    if (secret.success) return secret.data;
    throw this.#faults.strange(
      'a secret that holds no key',
      'Its data must be cosign.key, cosign.pub and cosign.password.',
    );
  }

  /** `undefined` for 404, `'exists'` for 409. */
  async #ask(verb: 'get' | 'create', body?: object): Promise<unknown> {
    const { namespace, secret } = this.#name;
    const { offline, signal } = this.#options;
    const { server, tls, headers } = await (this.#access ??= clusterAccess(this.#options, this.#faults));
    const path = `api/v1/namespaces/${namespace}/secrets${verb === 'get' ? `/${secret}` : ''}`;
    const { status, body: bytes } = await askOwnHttps({
      url: new URL(path, server),
      method: verb === 'get' ? 'GET' : 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
      body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
      tls,
      limit: ANSWER,
      offline,
      signal,
    });
    if (status === 404) return undefined;
    if (status === 409) return 'exists';
    if (status === 200 || status === 201) return parseJson(bytes, 'the answer of Kubernetes');
    const said = refusalText(bytes, Object.values(headers));
    if (status === 401 || status === 403) {
      const hint = `Who asks needs a role with the verb ${verb} on secrets in ${namespace}; KUBECONFIG says who asks.`;
      throw this.#faults.denied(this.#faults.reference, said, hint);
    }
    throw this.#faults.strange(`status ${status}${said === '' ? '' : `: ${said}`}`);
  }
}
