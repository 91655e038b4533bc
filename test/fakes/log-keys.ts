// Keys of logs and witnesses.
import { generateKeyPairSync } from 'node:crypto';
import { signerOf } from '../../src/keys/private.ts';
import type { Signer } from '../../src/keys/types.ts';

export function ed25519Signer(): Signer {
  return signerOf(generateKeyPairSync('ed25519').privateKey, 'a new key');
}
