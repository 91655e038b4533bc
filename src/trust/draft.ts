// Metadata on its way: its signed part does not change any more, signatures are added by one holder after another.
import { fieldsOf } from '../lib/fields.ts';
import { parseJson } from '../lib/json.ts';
import { isKeySignature, spkiOf, type TufKey } from '../tuf/key.ts';
import { parseMetadata, type TufSignature } from '../tuf/metadata.ts';
import { metadataBytes, type Signed, signedMessage } from '../tuf/write.ts';
import { malformed } from '../tuf/faults.ts';
import type { TufSigner } from './signer.ts';

export type DraftKind = 'root' | 'targets' | 'snapshot' | 'timestamp';

export interface Draft {
  readonly kind: DraftKind;
  readonly version: number;
  readonly signed: Signed;
  readonly signatures: readonly TufSignature[];
}

/** @throws Fault `trust/malformed`, `json/malformed` */
export function draftOf(bytes: Buffer, what: string): Draft {
  const document = fieldsOf(parseJson(bytes, what));
  const signed = fieldsOf(document?.['signed']);
  const kind = (['root', 'targets', 'snapshot', 'timestamp'] as const).find((one) => one === signed?.['_type']);
  if (signed === undefined || kind === undefined) throw malformed(what, 'it is of no kind that there is');
  const { version, signatures } = parseMetadata(bytes, kind, what, () => undefined);
  return { kind, version, signed, signatures };
}

export function newDraft(kind: DraftKind, version: number, signed: Signed): Draft {
  return { kind, version, signed, signatures: [] };
}

export function draftBytes({ signed, signatures }: Draft): Buffer {
  return metadataBytes(signed, signatures);
}

/**
 * Signs with those whose keys are among these, unless they did; others do not sign. A signature stands under the id that the key has there.
 * @throws Fault what the signers throw
 */
export async function signDraft(draft: Draft, keys: readonly TufKey[], signers: readonly TufSigner[]): Promise<Draft> {
  const message = signedMessage(draft.signed);
  let { signatures } = draft;
  for (const signer of signers) {
    const id = idAmong(keys, signer.key);
    if (id === undefined) continue;
    const own = signatures.find(({ keyId }) => keyId === id);
    if (own !== undefined && isKeySignature(signer.key, message, own.bytes)) continue;
    const made = { keyId: id, bytes: Buffer.from(await signer.sign(message)) };
    signatures = [...signatures.filter(({ keyId }) => keyId !== id), made];
  }
  return { ...draft, signatures };
}

/** Under which id a key stands among others. */
export function idAmong(keys: readonly TufKey[], key: TufKey): string | undefined {
  const spki = spkiOf(key);
  return keys.find((one) => one.id === key.id || (spki !== undefined && spkiOf(one)?.equals(spki) === true))?.id;
}

/**
 * Takes over another copy's signatures.
 * @returns `undefined` where it is a copy of something else
 */
export function mergeDraft(draft: Draft, other: Draft): Draft | undefined {
  if (!signedMessage(draft.signed).equals(signedMessage(other.signed))) return undefined;
  const there = new Set(other.signatures.map(({ keyId }) => keyId));
  return { ...draft, signatures: [...draft.signatures.filter(({ keyId }) => !there.has(keyId)), ...other.signatures] };
}
