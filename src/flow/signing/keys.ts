// `temper key create|import|list|show`.
import { fileExists, joinPath, listFolder, nameOf, readFile, resolvePath } from '../../io/files.ts';
import { createFile } from '../../io/pending-file.ts';
import { defaultKeyPath, keyFolder } from '../../keys/default.ts';
import { createKeyPair, loadPublicKey, publicPathOf, writeKeyPair } from '../../keys/file.ts';
import type { KeyType } from '../../keys/key-type.ts';
import { createInDevice, describeServiceKey, type KeyOptions, openPublicKey } from '../../keys/open.ts';
import { privateKeyFromPem } from '../../keys/private.ts';
import { publicKeyPem } from '../../keys/public.ts';
import { isBareName, referenceOf, shownReference } from '../../keys/reference.ts';
import type { DescribedKey } from '../../keys/kms/provider.ts';
import type { KeyAttributes, KeyOrigin, PublicKey, Signer } from '../../keys/types.ts';
import { Fault, messageOf } from '../../lib/faults.ts';
import { limits } from '../../lib/limits.ts';

export interface KeyInfo {
  /** Of a file its name without its ending, of a device its reference, without a PIN. */
  readonly name: string;
  /** `undefined` of a key in a device whose public key was written nowhere. */
  readonly publicPath: string | undefined;
  /** Whether it is the key that `build` uses unless told otherwise. */
  readonly isDefault: boolean;
  readonly fingerprint: string;
  readonly algorithm: PublicKey['algorithm'];
  readonly pem: string;
  /** Of a key in a device, as far as the device tells. */
  readonly origin?: KeyOrigin | undefined;
}

export interface UnreadableKey {
  readonly name: string;
  readonly publicPath: string;
  readonly problem: string;
}

/** A key of a token as a list has it. */
export interface ListedTokenKey {
  readonly name: string;
  /** RFC 7512, without PIN and module. */
  readonly uri: string;
  readonly fingerprint: string | undefined;
  readonly algorithm: PublicKey['algorithm'] | undefined;
  /** `undefined` where the private key is not seen, such as without a PIN. */
  readonly attributes: KeyAttributes | undefined;
  /** What speaks against signing with it; empty where nothing does or nothing is known. */
  readonly weaknesses: readonly string[];
}

/** A path as it stands, a bare name in the user's key folder (`release` → `…/keys/release.key`), nothing for the default key. */
export function keyPath(text: string | undefined): string {
  if (text === undefined) return defaultKeyPath();
  return isBareName(text) ? joinPath(keyFolder(), `${text}.key`) : text;
}

export interface CreateKeyOptions extends KeyOptions {
  /** P-256 unless given. */
  readonly type?: KeyType | undefined;
  /** Where the public key of a key in a device is written. */
  readonly publicPath?: string | undefined;
}

/**
 * Makes a key pair: files, or in a device, where the private key stays.
 * @param text a path, a name or a reference; the default key unless given
 * @throws Fault `key/exists`, `key/…`, `file/…`
 */
export async function createKey(
  text: string | undefined,
  options: CreateKeyOptions,
): Promise<KeyInfo & { readonly path: string }> {
  const { type = 'p256', publicPath } = options;
  if (text !== undefined && referenceOf(text).kind !== 'file') {
    if (publicPath !== undefined) await refuseThere(publicPath);
    return await createDeviceKey(text, type, publicPath, options);
  }
  const path = keyPath(text);
  const key = await createKeyPair(path, options.password, undefined, type);
  return { ...infoOf(publicPathOf(path), key), path };
}

async function createDeviceKey(
  text: string,
  type: KeyType,
  publicPath: string | undefined,
  options: KeyOptions,
): Promise<KeyInfo & { readonly path: string }> {
  const signer = await createInDevice(text, type, options);
  await signer.close?.();
  if (publicPath !== undefined && !(await createFile(publicPath, publicKeyPem(signer.publicKey)))) {
    throw there(publicPath);
  }
  const path = shownReference(text);
  return { ...deviceInfo(path, signer), publicPath: publicPath && resolvePath(publicPath), path };
}

/**
 * Brings a private key of another program into cosign's format: PKCS#8, SEC 1 or PKCS#1 in PEM, encrypted or not. The file
 * that it came from stays as it is.
 * @param as a path or a name
 * @param from the password of `file`; that of the new file is `options.password`
 * @throws Fault `key/exists`, `key/malformed`, `key/wrong-password`, `key/unsupported`, `file/…`
 */
export async function importKey(
  file: string,
  as: string,
  options: { readonly password: string; readonly from: string },
): Promise<KeyInfo & { readonly path: string }> {
  if (referenceOf(as).kind !== 'file') {
    throw new Fault(
      'key/import',
      `A private key is not brought into a device: ${shownReference(as)}.`,
      'Make the key there with `temper key create`; one that was elsewhere may be elsewhere still.',
    );
  }
  const path = keyPath(as);
  const pem = (await readFile(file, limits.key)).toString('latin1');
  const key = await writeKeyPair(path, await privateKeyFromPem(pem, options.from, file), options.password);
  return { ...infoOf(publicPathOf(path), key), path };
}

/** A password from a file, without its last line break. @throws Fault `file/…` */
export async function passwordOf(path: string): Promise<string> {
  return (await readFile(path, 4096)).toString('utf8').replace(/\r?\n$/, '');
}

/** The keys in the user's key folder, sorted by name: by their public files, so that no password is needed. */
export async function listKeys(): Promise<(KeyInfo | UnreadableKey)[]> {
  const names = (await listFolder(keyFolder())).map(({ name }) => name).filter((name) => /^[^.].*\.pub$/.test(name));
  return await Promise.all(
    names.map(async (name) => {
      const publicPath = joinPath(keyFolder(), Buffer.from(name, 'latin1').toString('utf8'));
      try {
        return infoOf(publicPath, await loadPublicKey(publicPath));
      } catch (fault) {
        return { name: shortName(publicPath), publicPath, problem: messageOf(fault) };
      }
    }),
  );
}

/** The keys of the tokens that a `pkcs11:` URI fits. @throws Fault `key/…` */
export async function listTokens(uri: string, options: KeyOptions): Promise<ListedTokenKey[]> {
  if (referenceOf(uri).kind !== 'pkcs11') {
    throw new Fault('key/uri', `${uri} is no PKCS#11 URI.`, 'Give pkcs11:…, or nothing for the keys in your folder.');
  }
  const [{ listTokenKeys }, { weaknessesOf }] = await Promise.all([
    import('../../keys/pkcs11/token.ts'),
    import('../../keys/pkcs11/trustworthy.ts'),
  ]);
  const { environment, warn } = options;
  const found = await listTokenKeys(uri, { environment, ...(warn === undefined ? {} : { warn }) });
  return found.map(({ label, publicKey, origin: { uri: place, attributes } }) => ({
    name: label,
    uri: place,
    fingerprint: publicKey?.fingerprint,
    algorithm: publicKey?.algorithm,
    attributes,
    weaknesses: attributes === undefined ? [] : weaknessesOf(attributes),
  }));
}

/**
 * One key by path, name or reference; a private key's path stands for the public key beside it.
 * @throws Fault `file/…`, `key/…`
 */
export async function showKey(text: string | undefined, options: KeyOptions): Promise<KeyInfo> {
  const kind = text === undefined ? 'file' : referenceOf(text).kind;
  if (text === undefined || kind === 'file') {
    const path = keyPath(text);
    const publicPath = path.endsWith('.key') ? publicPathOf(path) : path;
    return infoOf(publicPath, await loadPublicKey(publicPath));
  }
  const described = await describeServiceKey(text, options);
  if (described !== undefined) return deviceInfo(text, described);
  const publicKey = await openPublicKey(text, options);
  const [listed] = await listTokensQuietly(text, publicKey, options);
  return { ...deviceInfo(shownReference(text), { publicKey }), origin: listed };
}

/** What the token says of the private key, which is seen with a PIN only. */
async function listTokensQuietly(
  text: string,
  publicKey: PublicKey,
  { environment }: KeyOptions,
): Promise<KeyOrigin[]> {
  const { listTokenKeys } = await import('../../keys/pkcs11/token.ts');
  const found = await listTokenKeys(text, { environment });
  return found.flatMap(({ publicKey: key, origin }) => {
    const { attributes } = origin;
    return key?.fingerprint === publicKey.fingerprint && attributes !== undefined ? [{ ...origin, attributes }] : [];
  });
}

async function refuseThere(path: string): Promise<void> {
  if (await fileExists(path)) throw there(path);
}

function there(path: string): Fault {
  return new Fault('key/exists', `${path} is there already.`, 'Choose another name; a key is never overwritten.');
}

/** A key of a service as a list has it. */
export function infoOfService(text: string, described: DescribedKey): KeyInfo & { readonly path: string } {
  return { ...deviceInfo(text, described), path: text };
}

function deviceInfo(path: string, { publicKey, origin }: Pick<Signer, 'publicKey' | 'origin'>): KeyInfo {
  const { fingerprint, algorithm } = publicKey;
  const pem = publicKeyPem(publicKey);
  return { name: path, publicPath: undefined, isDefault: false, fingerprint, algorithm, pem, origin };
}

function infoOf(publicPath: string, key: PublicKey): KeyInfo & { readonly publicPath: string } {
  return {
    name: shortName(publicPath),
    publicPath,
    isDefault: publicPath === publicPathOf(defaultKeyPath()),
    fingerprint: key.fingerprint,
    algorithm: key.algorithm,
    pem: publicKeyPem(key),
  };
}

function shortName(publicPath: string): string {
  return nameOf(publicPath).replace(/\.pub$/, '');
}
