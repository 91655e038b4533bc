// Keys in a token: finding them, and reading what may be read.
import type { Handle, PKCS11 } from 'pkcs11js';
import { Fault } from '../../lib/faults.ts';
import type { KeyAttributes } from '../types.ts';
import { CKA, CKK, CKO } from './constants.ts';
import type { KeyChoice, PublicParts } from './messages.ts';

/** Most objects that are looked at. */
const OBJECTS = 10_000;

export interface Session {
  readonly library: PKCS11;
  readonly handle: Handle;
}

/** The objects of a class that fit. */
export function findKeys(session: Session, kind: keyof typeof CKO, choice: KeyChoice): Handle[] {
  const { library, handle } = session;
  library.C_FindObjectsInit(handle, [
    { type: CKA.class, value: CKO[kind] },
    ...(choice.label === undefined ? [] : [{ type: CKA.label, value: choice.label }]),
    ...(choice.id === undefined ? [] : [{ type: CKA.id, value: Buffer.from(choice.id) }]),
  ]);
  try {
    const found: Handle[] = [];
    while (found.length < OBJECTS) {
      const some = library.C_FindObjects(handle, 100);
      if (some.length === 0) break;
      found.push(...some);
    }
    return found;
  } finally {
    library.C_FindObjectsFinal(handle);
  }
}

/**
 * The one object that fits.
 * @throws Fault `key/object-missing`, `key/object-ambiguous`
 */
export function theKey(session: Session, kind: keyof typeof CKO, choice: KeyChoice, shown: string): Handle {
  const [key, ...others] = findKeys(session, kind, choice);
  const name = kind === 'privateKey' ? 'private key' : 'public key';
  if (key === undefined) {
    throw new Fault(
      'key/object-missing',
      `The token has no ${name} for ${shown}.`,
      '`temper key list` with the URI of the token shows its keys; `temper key create` makes one there.',
    );
  }
  if (others.length > 0) {
    throw new Fault(
      'key/object-ambiguous',
      `The token has ${others.length + 1} ${name}s for ${shown}.`,
      'Name one by object= or id= in the URI; `temper key list` shows both.',
    );
  }
  return key;
}

/** One attribute's bytes; `undefined` where the object has none or does not tell. */
export function attributeOf({ library, handle }: Session, object: Handle, type: number): Buffer | undefined {
  try {
    return library.C_GetAttributeValue(handle, object, [{ type }])[0]?.value;
  } catch {
    return undefined;
  }
}

export function flagOf(session: Session, object: Handle, type: number): boolean | undefined {
  const value = attributeOf(session, object, type);
  return value?.length === 1 ? value[0] !== 0 : undefined;
}

export function nameOf(session: Session, object: Handle): { readonly label: string; readonly id: Buffer } {
  return {
    label: (attributeOf(session, object, CKA.label) ?? Buffer.alloc(0)).toString('utf8'),
    id: attributeOf(session, object, CKA.id) ?? Buffer.alloc(0),
  };
}

export function attributesOf(session: Session, key: Handle): KeyAttributes {
  return {
    extractable: flagOf(session, key, CKA.extractable),
    neverExtractable: flagOf(session, key, CKA.neverExtractable),
    sensitive: flagOf(session, key, CKA.sensitive),
    alwaysSensitive: flagOf(session, key, CKA.alwaysSensitive),
    local: flagOf(session, key, CKA.local),
  };
}

/** The public key that belongs to a private one: by its id, else by its label, else as the private key itself tells it. */
export function publicHalfOf(session: Session, privateKey: Handle): PublicParts | undefined {
  const { label, id } = nameOf(session, privateKey);
  const type = keyTypeOf(session, privateKey);
  const beside = (choice: KeyChoice): Handle[] =>
    findKeys(session, 'publicKey', choice).filter((key) => keyTypeOf(session, key) === type);
  const found = id.length > 0 ? beside({ id }) : label === '' ? [] : beside({ label });
  const named = found.length === 1 ? found[0] : beside({ id, label })[0];
  return (named === undefined ? undefined : publicPartsOf(session, named)) ?? publicPartsOf(session, privateKey);
}

export function publicPartsOf(session: Session, key: Handle): PublicParts | undefined {
  const type = keyTypeOf(session, key);
  const [of, and] = type === CKK.rsa ? [CKA.modulus, CKA.publicExponent] : ([CKA.ecParameters, CKA.ecPoint] as const);
  const [first, second] = [attributeOf(session, key, of), attributeOf(session, key, and)];
  if (first !== undefined && second !== undefined && first.length > 0 && second.length > 0) {
    if (type === CKK.rsa) return { kind: 'rsa', modulus: first, exponent: second };
    if (type === CKK.ec || type === CKK.edwards) {
      return { kind: type === CKK.ec ? 'ec' : 'edwards', parameters: first, point: second };
    }
  }
  const spki = attributeOf(session, key, CKA.publicKeyInfo);
  return spki === undefined || spki.length === 0 ? undefined : { kind: 'spki', spki };
}

function keyTypeOf(session: Session, key: Handle): number | undefined {
  const value = attributeOf(session, key, CKA.keyType);
  return value === undefined || value.length < 4 ? undefined : value.readUInt32LE(0);
}
