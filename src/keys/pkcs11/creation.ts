// The templates of a key pair that is made in the token and never leaves it.
import type { Mechanism, Template } from 'pkcs11js';
import { CKA, CKM } from './constants.ts';
import type { KeyType } from '../key-type.ts';

interface Creation {
  readonly mechanism: Mechanism;
  readonly publicTemplate: Template;
  readonly privateTemplate: Template;
}

/** Object identifiers, DER: RFC 5480, 2.1.1.1; RFC 8410, 3. */
const CURVES = {
  p256: Buffer.from('06082a8648ce3d030107', 'hex'),
  p384: Buffer.from('06052b81040022', 'hex'),
  ed25519: Buffer.from('06032b6570', 'hex'),
} as const;

const EXPONENT = Buffer.from([1, 0, 1]);

/** A private key that only signs, sensitive and not extractable from its first moment. */
export function creation(type: KeyType, label: string, id: Uint8Array): Creation {
  const names = [
    { type: CKA.token, value: true },
    { type: CKA.label, value: label },
    { type: CKA.id, value: Buffer.from(id) },
  ];
  const kind =
    type === 'rsa3072'
      ? [
          { type: CKA.modulusBits, value: 3072 },
          { type: CKA.publicExponent, value: EXPONENT },
        ]
      : [{ type: CKA.ecParameters, value: CURVES[type] }];
  return {
    mechanism: { mechanism: mechanismFor(type) },
    publicTemplate: [...names, { type: CKA.private, value: false }, { type: CKA.verify, value: true }, ...kind],
    privateTemplate: [
      ...names,
      { type: CKA.private, value: true },
      { type: CKA.sensitive, value: true },
      { type: CKA.extractable, value: false },
      { type: CKA.sign, value: true },
    ],
  };
}

function mechanismFor(type: KeyType): number {
  if (type === 'rsa3072') return CKM.rsaKeyPair;
  return type === 'ed25519' ? CKM.edwardsKeyPair : CKM.ecKeyPair;
}
