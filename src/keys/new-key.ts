import type { KeyObject } from 'node:crypto';
import { crypto } from '../lib/crypto.ts';
import type { KeyType } from './key-type.ts';

/** A new private key in this process' memory. */
export function newPrivateKey(type: KeyType): KeyObject {
  switch (type) {
    case 'p256':
      return crypto().generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    case 'p384':
      return crypto().generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
    case 'rsa3072':
      return crypto().generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey;
    case 'ed25519':
      return crypto().generateKeyPairSync('ed25519').privateKey;
  }
}
