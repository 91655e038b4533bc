// Keys in PKCS #11 tokens. The token's library is loaded by a process of its own: its calls wait, and may hang or crash.
import { randomBytes } from 'node:crypto';
import { Worker } from '../../io/worker.ts';
import { Fault } from '../../lib/faults.ts';
import type { PublicKey, Signer, TokenOrigin } from '../types.ts';
import type { KeyType } from '../key-type.ts';
import type { FoundKey, Question, TokenAddress } from './messages.ts';
import { modulePath } from './module.ts';
import { pinOf } from './pin.ts';
import { publicKeyOfParts } from './public-parts.ts';
import { tokenSigner } from './signer.ts';
import { refuseWeak } from './trustworthy.ts';
import { formatPkcs11Uri, parsePkcs11Uri, type Pkcs11Uri, shownUri } from './uri.ts';

export interface TokenOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Sign with a key that is extractable, not sensitive, or not made in the token. */
  readonly allowExtractable?: boolean;
  /** Told what the user should know. */
  readonly warn?: (sentence: string) => void;
  /** Milliseconds that a call of the device may take; a minute unless given, of which making a key may take three. */
  readonly patience?: number;
}

/** A key as `temper key list` and `show` tell it. */
export interface TokenKey {
  readonly label: string;
  readonly origin: Omit<TokenOrigin, 'attributes'> & Partial<Pick<TokenOrigin, 'attributes'>>;
  /** `undefined` where the token does not tell it, or it is of an unknown kind. */
  readonly publicKey: PublicKey | undefined;
}

const PATIENCE = 60_000;

/**
 * The signer of the private key that a URI names. Every signature is checked with the public key before it is given.
 * @throws Fault `key/uri`, `key/pin-…`, `key/wrong-pin`, `key/module-…`, `key/pkcs11-unavailable`, `key/token-…`, `key/object-…`,
 * `key/extractable`, `key/unsupported`, `key/public-missing`
 */
export async function openTokenSigner(text: string, options: TokenOptions): Promise<Signer> {
  const uri = parsePkcs11Uri(text);
  refuseType(uri, 'private', 'key/public');
  return await opening(uri, options, async (worker, at, patience) => {
    const found = (await worker.ask({ ask: 'open', at } satisfies Question, patience)) as FoundKey;
    return signerOfFound(worker, found, at, options);
  });
}

/**
 * Makes a key pair in a token: sensitive, never extractable. The label is the URI's `object`, which must not be there yet.
 * @throws Fault `key/exists`, `key/uri` without an `object`, and as {@link openTokenSigner}
 */
export async function createTokenKey(text: string, type: KeyType, options: TokenOptions): Promise<Signer> {
  const uri = parsePkcs11Uri(text);
  refuseType(uri, 'private', 'key/uri');
  if (uri.object === undefined || uri.object === '') {
    throw new Fault('key/uri', 'The URI has no object=, the name of the new key.', 'Add object=NAME to the URI.');
  }
  const id = uri.id ?? new Uint8Array(randomBytes(16));
  return await opening(uri, options, async (worker, at, patience) => {
    const question = { ask: 'create', at, type, id } satisfies Question;
    const found = (await worker.ask(question, 3 * patience)) as FoundKey;
    return signerOfFound(worker, found, at, options);
  });
}

/** The public key that a URI names; asks for no PIN where it is seen without. @throws Fault as {@link openTokenSigner} */
export async function loadTokenPublicKey(text: string, options: TokenOptions): Promise<PublicKey> {
  const uri = parsePkcs11Uri(text);
  if (uri.type !== 'private') refuseType(uri, 'public', 'key/uri');
  return await asking(uri, options, async (worker, at, patience) => {
    const found = (await worker.ask({ ask: 'public', at } satisfies Question, patience)) as FoundKey;
    return publicKeyOfParts(found.public, at.shown);
  });
}

/** The keys of every token that a URI fits; private ones are seen with a PIN only. @throws Fault as {@link openTokenSigner} */
export async function listTokenKeys(text: string, options: TokenOptions): Promise<TokenKey[]> {
  const uri = parsePkcs11Uri(text);
  return await asking(uri, options, async (worker, at, patience) => {
    const found = (await worker.ask({ ask: 'list', at } satisfies Question, patience)) as FoundKey[];
    return found.map((key) => {
      const { attributes } = key;
      return {
        label: key.label,
        origin: { ...placeOf(key), ...(attributes === undefined ? {} : { attributes }) },
        publicKey: readable(key),
      };
    });
  });
}

function signerOfFound(worker: Worker, found: FoundKey, at: TokenAddress, options: TokenOptions): Signer {
  const { attributes } = found;
  if (attributes === undefined) throw new Error('a private key has attributes');
  if (options.allowExtractable !== true) refuseWeak(attributes, at.shown);
  const origin = { ...placeOf(found), attributes };
  return tokenSigner(worker, publicKeyOfParts(found.public, at.shown), origin, options.patience ?? PATIENCE);
}

function placeOf({ token, label, id }: FoundKey): Omit<TokenOrigin, 'attributes'> {
  const uri = formatPkcs11Uri({
    model: token.model,
    manufacturer: token.manufacturer,
    serial: token.serial,
    token: token.label,
    ...(id.length === 0 ? {} : { id }),
    ...(label === '' ? {} : { object: label }),
  });
  return { kind: 'pkcs11', uri, token };
}

function readable(found: FoundKey): PublicKey | undefined {
  try {
    return publicKeyOfParts(found.public, found.label);
  } catch (fault) {
    if (fault instanceof Fault) return undefined;
    throw fault;
  }
}

type Use<T> = (worker: Worker, at: TokenAddress, patience: number) => Promise<T>;

async function asking<T>(uri: Pkcs11Uri, options: TokenOptions, use: Use<T>): Promise<T> {
  const { worker, at } = await begin(uri, options);
  try {
    return await use(worker, at, options.patience ?? PATIENCE);
  } finally {
    await worker.close();
  }
}

/** As {@link asking}, but the worker stays where nothing failed. */
async function opening<T>(uri: Pkcs11Uri, options: TokenOptions, use: Use<T>): Promise<T> {
  const { worker, at } = await begin(uri, options);
  try {
    return await use(worker, at, options.patience ?? PATIENCE);
  } catch (fault) {
    await worker.close();
    throw fault;
  }
}

async function begin(uri: Pkcs11Uri, options: TokenOptions): Promise<{ worker: Worker; at: TokenAddress }> {
  const shown = shownUri(uri);
  const at: TokenAddress = {
    module: await modulePath(uri, options.environment),
    token: {
      label: uri.token,
      manufacturer: uri.manufacturer,
      model: uri.model,
      serial: uri.serial,
      slotId: uri.slotId,
    },
    key: { label: uri.object, id: uri.id },
    pin: await pinOf(uri, options.environment, options.warn ?? (() => undefined)),
    shown,
  };
  const worker = await Worker.start(entry(), {
    late: (limit) =>
      new Fault(
        'key/token-timeout',
        `The token of ${shown} did not answer within ${limit / 1000} s.`,
        'See whether it waits for a touch or a PIN of its own; plug it in again.',
      ),
    ended: (how) =>
      new Fault(
        'key/token-failed',
        `The token's library ended its process (${how}).`,
        'Update the library; nothing was signed.',
      ),
  });
  return { worker, at };
}

// Beside this file in the source, of its own name among the program's bundled files.
function entry(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './pkcs11-worker.js', import.meta.url);
}

function refuseType(uri: Pkcs11Uri, wanted: 'private' | 'public', code: string): void {
  if (uri.type === undefined || uri.type === wanted) return;
  throw new Fault(code, `${shownUri(uri)} does not name a ${wanted} key.`, `Leave type= out, or write type=${wanted}.`);
}
