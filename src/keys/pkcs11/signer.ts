// A token's key as a signer: hashes here, has the device sign, and checks what it gave.
import { createHash } from 'node:crypto';
import type { Worker } from '../../io/worker.ts';
import { Fault } from '../../lib/faults.ts';
import { ecdsaDer } from '../ecdsa-der.ts';
import { hashOfScheme, isSignature, schemeFor } from '../scheme.ts';
import type { PublicKey, SignatureScheme, Signer, TokenOrigin } from '../types.ts';
import type { DeviceScheme, Question } from './messages.ts';

/** @param patience milliseconds that a signature may take */
export function tokenSigner(worker: Worker, publicKey: PublicKey, origin: TokenOrigin, patience: number): Signer {
  return {
    publicKey,
    origin,
    close: async () => await worker.close(),
    sign: async (message, named) => {
      const scheme = schemeFor(publicKey, named);
      const hash = hashOfScheme(scheme, publicKey.algorithm);
      const bytes = hash === null ? message : createHash(hash).update(message).digest();
      const question = { ask: 'sign', scheme: deviceScheme(scheme), bytes } satisfies Question;
      const made = (await worker.ask(question, patience)) as Uint8Array;
      const signature = scheme === 'ecdsa' ? ecdsaDer(made) : Buffer.from(made);
      if (!isSignature(publicKey, message, signature, scheme)) throw notItsOwn(origin.uri);
      return signature;
    },
  };
}

function deviceScheme(scheme: SignatureScheme): DeviceScheme {
  switch (scheme) {
    case 'ecdsa':
    case 'ed25519':
      return { kind: scheme };
    case 'rsa-pkcs1-sha256':
      return { kind: 'rsa-pkcs1' };
    case 'rsa-pss-sha256':
      return { kind: 'rsa-pss', hash: 'sha256' };
    case 'rsa-pss-sha384':
      return { kind: 'rsa-pss', hash: 'sha384' };
    case 'rsa-pss-sha512':
      return { kind: 'rsa-pss', hash: 'sha512' };
  }
}

function notItsOwn(uri: string): Fault {
  return new Fault(
    'key/token-signature',
    `The token's signature does not fit the public key beside ${uri}.`,
    'The public key in the token belongs to another private key: give each pair its own CKA_ID.',
  );
}
