import type { KeyObject } from 'node:crypto';
import { fileSize, folderOf, makeFolder, readFile, remove } from '../io/files.ts';
import { createFile } from '../io/pending-file.ts';
import { Fault } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';
import type { ScryptParameters } from './cosign-pem.ts';
import type { KeyType } from './key-type.ts';
import { newPrivateKey } from './new-key.ts';
import { publicKeyFromPem, publicKeyOf, publicKeyPem } from './public.ts';
import type { PublicKey, Signer } from './types.ts';

/**
 * The signer of a private key file in any PEM form that {@link privateKeyFromPem} reads, at most 1 MiB.
 * @param password empty for a key that is not encrypted or has the empty password
 * @throws Fault `file/…`, `key/malformed`, `key/wrong-password`, `key/unsupported`, `key/public`
 */
export async function loadSigner(path: string, password: string): Promise<Signer> {
  const pem = await readKey(path);
  const { privateKeyFromPem, signerOf } = await import('./private.ts');
  return signerOf(await privateKeyFromPem(pem, password, path), path);
}

/**
 * The public key of a PEM file.
 * @throws Fault `file/…`, `key/malformed`, `key/unsupported`, `key/private`
 */
export async function loadPublicKey(path: string): Promise<PublicKey> {
  return publicKeyFromPem(await readKey(path), path);
}

async function readKey(path: string): Promise<string> {
  try {
    return (await readFile(path, limits.key)).toString('latin1');
  } catch (fault) {
    if (!(fault instanceof Fault) || fault.code !== 'file/missing') throw fault;
    const hint = 'Check the path or the name; `temper key list` shows your keys, `temper key create NAME` makes one.';
    throw new Fault(fault.code, fault.message, hint);
  }
}

/** Where the public key of a private key file stands: `a.key` → `a.pub`, `a` → `a.pub`. */
export function publicPathOf(path: string): string {
  return path.endsWith('.key') ? `${path.slice(0, -'.key'.length)}.pub` : `${path}.pub`;
}

/**
 * Makes a key: the private key in cosign's encrypted PEM, mode 0600, and its `.pub` beside it. Either both files are there
 * afterwards or none; of several callers at once, one makes the key.
 * @param params as of {@link sealCosignPem}
 * @throws Fault `key/exists` when one of the files is there already.
 */
export async function createKeyPair(
  path: string,
  password: string,
  params?: ScryptParameters,
  type: KeyType = 'p256',
): Promise<PublicKey> {
  await refuseExisting(path);
  return await writeKeyPair(path, newPrivateKey(type), password, params);
}

/**
 * Writes a private key that there is already, as {@link createKeyPair} does.
 * @throws Fault `key/exists`, `key/unsupported`
 */
export async function writeKeyPair(
  path: string,
  privateKey: KeyObject,
  password: string,
  params?: ScryptParameters,
): Promise<PublicKey> {
  await refuseExisting(path);
  const publicKey = publicKeyOf(privateKey, path);
  const { sealCosignPem } = await import('./cosign-pem.ts');
  const pem = await sealCosignPem(privateKey.export({ type: 'pkcs8', format: 'der' }), password, params);
  await makeFolder(folderOf(path), 0o700);
  if (!(await createFile(path, pem, 0o600))) throw exists(path);
  try {
    await putPublicKey(publicPathOf(path), publicKey);
  } catch (fault) {
    await remove(path);
    throw fault;
  }
  return publicKey;
}

async function refuseExisting(path: string): Promise<void> {
  for (const there of [path, publicPathOf(path)]) if ((await fileSize(there)) !== undefined) throw exists(there);
}

// Another caller that found the private key may have written its public key already.
async function putPublicKey(path: string, key: PublicKey): Promise<void> {
  if (await createFile(path, publicKeyPem(key))) return;
  if ((await loadPublicKey(path)).fingerprint !== key.fingerprint) throw exists(path);
}

function exists(path: string): Fault {
  return new Fault('key/exists', `${path} is there already.`, 'Choose another name; a key is never overwritten.');
}
