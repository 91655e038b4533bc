// Clear-signed documents: the cleartext signature framework of RFC 9580, section 7, with detached trust: keys are given.
import { type CleartextMessage, type Key, readCleartextMessage, readKeys, verify } from 'openpgp';
import { Fault, messageOf } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';

/** A public key that may sign. Its subkeys sign for it. */
export interface SigningKey {
  /** Of the primary key, upper-case hex. */
  readonly fingerprint: string;
  readonly key: Key;
}

/**
 * Reads armored public keys.
 * @param what names the file in a message
 * @throws Fault `key/malformed` when there is none, or one that cannot be read, or a private one.
 */
export async function readSigningKeys(armored: string, what: string): Promise<SigningKey[]> {
  const hint = 'Give public keys as gpg --armor --export writes them.';
  try {
    const keys = await readKeys({ armoredKeys: armored });
    if (keys.length === 0) throw new Error('it holds no key');
    if (keys.some((key) => key.isPrivate())) throw new Error('it holds a private key');
    return keys.map((key) => ({ fingerprint: key.getFingerprint().toUpperCase(), key }));
  } catch (cause) {
    throw new Fault('key/malformed', `${what} is not an OpenPGP public key: ${messageOf(cause)}.`, hint, { cause });
  }
}

export interface ClearSigned {
  /** The signed text, lines ending with `\n`, blanks at line ends removed: nothing else of the file may be believed. */
  readonly text: string;
  /** Fingerprints of the primary keys whose signature is valid, sorted; at least one. */
  readonly signers: readonly string[];
}

/**
 * Verifies a clear-signed document: one valid signature by one of the keys suffices.
 * A signature counts if its key was valid at the moment when the signature was made.
 * @param at the latest moment at which a signature may have been made; `'ever'` where no date is to be judged, as
 * for a document that a lock has kept
 * @throws Fault `clearsign/malformed` (no document, text outside the signed block, too large) or `clearsign/not-signed`
 * (none of the signatures is valid; the message says why for each).
 */
export async function verifyClearSigned(
  bytes: Uint8Array,
  keys: readonly SigningKey[],
  at: Date | 'ever',
): Promise<ClearSigned> {
  const message = await readDocument(decode(bytes));
  const made = await timesOf(message);
  const date = at === 'ever' ? new Date(Math.max(...made)) : at;
  const signers: string[] = [];
  const reasons = new Map<string, string>();
  for (const { fingerprint, key } of keys) {
    const { signatures } = await verify({ message, verificationKeys: [key], date });
    const results = await Promise.allSettled(signatures.map(({ verified }) => verified));
    results.forEach((result, index) => {
      if (result.status === 'fulfilled') signers.push(fingerprint);
      else noteReason(reasons, signatures[index]?.keyID.toHex().toUpperCase() ?? '', messageOf(result.reason));
    });
  }
  if (signers.length > 0) return { text: message.getText(), signers: [...new Set(signers)].sort() };
  const why = [...reasons].map(([keyId, reason]) => `${keyId}: ${reason}`).sort();
  throw new Fault(
    'clearsign/not-signed',
    `None of its ${made.length} signatures is a valid one of the keys that may sign it (${why.join('; ').slice(0, 500)}).`,
    'Do not use it: it may be forged, or signed with a key that this version does not know yet.',
  );
}

/** Of the key that made the signature there is more to say than of the others. */
function noteReason(reasons: Map<string, string>, keyId: string, reason: string): void {
  const stranger = reason.startsWith('Could not find signing key');
  if (!stranger || !reasons.has(keyId)) reasons.set(keyId, stranger ? 'not one of the keys' : reason);
}

async function readDocument(text: string): Promise<CleartextMessage> {
  try {
    return await readCleartextMessage({ cleartextMessage: text });
  } catch (cause) {
    throw malformed(messageOf(cause), cause);
  }
}

/** When each signature says that it was made, in milliseconds since 1970. */
async function timesOf(message: CleartextMessage): Promise<number[]> {
  const { signatures } = await verify({ message, verificationKeys: [], date: new Date(0) });
  for (const { verified } of signatures) verified.catch(() => undefined);
  if (signatures.length === 0) throw malformed('it holds no signature');
  if (signatures.length > SIGNATURES) throw malformed(`it holds more than ${SIGNATURES} signatures`);
  const packets = await Promise.all(signatures.map(async ({ signature }) => (await signature).packets[0]));
  return packets.map((packet) => packet?.created?.getTime() ?? 0);
}

/** Most signatures of one document. */
const SIGNATURES = 16;
const BEGIN = '-----BEGIN PGP SIGNED MESSAGE-----';
const SIGNATURE = '-----BEGIN PGP SIGNATURE-----';
const END = '-----END PGP SIGNATURE-----';

/** The document's text, if it is one block from its first byte to its last line. */
function decode(bytes: Uint8Array): string {
  if (bytes.length > limits.release) throw malformed(`it is larger than ${limits.release} bytes`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes).replaceAll('\r\n', '\n');
  } catch (cause) {
    throw malformed('it is not UTF-8', cause);
  }
  // These end a line for one reader and not for another.
  if (/[\r\f\v\0\u0085\u2028\u2029]/.test(text)) throw malformed('it holds control characters');
  const lines = text.trimEnd().split('\n');
  const frame = lines.flatMap((line, index) => (line.startsWith('-----') ? [[line.trimEnd(), index] as const] : []));
  const [first, second, third] = frame;
  if (
    frame.length !== 3 ||
    first?.[0] !== BEGIN ||
    first[1] !== 0 ||
    second?.[0] !== SIGNATURE ||
    third?.[0] !== END ||
    third[1] !== lines.length - 1
  ) {
    throw malformed('it is not one clear-signed block and nothing else');
  }
  return text;
}

function malformed(why: string, cause?: unknown): Fault {
  return new Fault(
    'clearsign/malformed',
    `It is not a clear-signed document: ${why}.`,
    'Check that the address serves a Debian archive and not some other page.',
    { cause },
  );
}
