// What `--key` names: a file, a key in a token, a key of a service.
import { fileExists, joinPath } from '../io/files.ts';
import { Fault } from '../lib/faults.ts';
import { keyFolder } from './default.ts';
import type { KeyReference } from './reference.ts';
import { isBareName, referenceOf, shownReference } from './reference.ts';
import type { DescribedKey } from './kms/provider.ts';
import { fetchPublicKey, isKeyUrl } from './fetched.ts';
import { loadPublicKey, loadSigner } from './file.ts';
import type { KeyType } from './key-type.ts';
import type { PublicKey, Signer } from './types.ts';

export interface KeyOptions {
  /** Of private key files; empty for none. */
  readonly password: string;
  /** What tells where services are and who asks: docs/keys.md has the variables of each. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Sign also with a key that may leave its device, or came from elsewhere. */
  readonly allowExtractable?: boolean | undefined;
  readonly offline?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told what the user should know, one sentence. */
  readonly warn?: ((sentence: string) => void) | undefined;
}

/**
 * The signer of a private key: `FILE`, a bare `NAME` in the user's key folder, `pkcs11:…`, a service's
 * `hashivault://…`, `awskms://…`, `gcpkms://…`, `azurekms://…`, `k8s://…`.
 * @throws Fault `key/…`, `file/…`, of services also `network/…`
 */
export async function openSigner(text: string, options: KeyOptions): Promise<Signer> {
  const reference = referenceOf(text);
  switch (reference.kind) {
    case 'file':
      return await loadSigner(await keyFile(text, '.key'), options.password);
    case 'pkcs11':
      return await (await import('./pkcs11/token.ts')).openTokenSigner(text, tokenOptions(options));
    case 'kms':
      return await (await providerOf(reference, options)).open(options.allowExtractable === true);
  }
}

/**
 * The public key that a reference names, or that lies at an address; of a file the file itself, which must be a public key; of
 * a bare `NAME` its public key in the user's key folder.
 * @throws Fault as {@link openSigner}
 */
export async function openPublicKey(text: string, options: KeyOptions): Promise<PublicKey> {
  if (isKeyUrl(text)) return await fetchPublicKey(text, options);
  const reference = referenceOf(text);
  switch (reference.kind) {
    case 'file':
      return await loadPublicKey(await keyFile(text, '.pub'));
    case 'pkcs11':
      return await (await import('./pkcs11/token.ts')).loadTokenPublicKey(text, tokenOptions(options));
    case 'kms':
      return (await (await providerOf(reference, options)).describe()).publicKey;
  }
}

/** Makes a key in a token or a service, where it stays. @throws Fault `key/exists`, and as {@link openSigner} */
export async function createInDevice(text: string, type: KeyType, options: KeyOptions): Promise<Signer> {
  const reference = referenceOf(text);
  if (reference.kind === 'kms') return await (await providerOf(reference, options)).create(type);
  return await (await import('./pkcs11/token.ts')).createTokenKey(text, type, tokenOptions(options));
}

/** What a service tells of a key without using it; `undefined` of a file or a token. @throws Fault as {@link openSigner} */
export async function describeServiceKey(text: string, options: KeyOptions): Promise<DescribedKey | undefined> {
  const reference = referenceOf(text);
  return reference.kind === 'kms' ? await (await providerOf(reference, options)).describe() : undefined;
}

/** Makes a new version of a key in a service. @throws Fault `key/kms-unsupported`, and as {@link openSigner} */
export async function renewInService(text: string, options: KeyOptions): Promise<DescribedKey> {
  const reference = referenceOf(text);
  if (reference.kind === 'kms') return await (await providerOf(reference, options)).renew();
  throw new Fault(
    'key/exists',
    `${shownReference(text)} is there already.`,
    'Only keys in services have versions; give the new key a name of its own.',
  );
}

/** A key of the user's own goes before a file of its name that lies wherever the user stands. */
async function keyFile(text: string, ending: '.key' | '.pub'): Promise<string> {
  if (!isBareName(text)) return text;
  const own = joinPath(keyFolder(), `${text}${ending}`);
  return (await fileExists(own)) || !(await fileExists(text)) ? own : text;
}

async function providerOf(reference: Extract<KeyReference, { kind: 'kms' }>, options: KeyOptions) {
  return (await import('./kms/providers.ts')).providerOf(reference, options);
}

function tokenOptions({ environment, allowExtractable, warn }: KeyOptions) {
  return { environment, allowExtractable: allowExtractable === true, ...(warn === undefined ? {} : { warn }) };
}
