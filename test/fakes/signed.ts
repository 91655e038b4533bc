// Signatures as witnesses get to see them.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { signEnvelope } from '../../src/dsse/envelope.ts';
import { STATEMENT_PAYLOAD_TYPE, statementAbout, statementBytes } from '../../src/intoto/statement.ts';
import { signerOf } from '../../src/keys/private.ts';
import { digestOf } from '../../src/lib/digest.ts';
import type { SignedContent } from '../../src/sign/witness.ts';
import { certificateFor } from './bundles.ts';
import { fakeIssuer } from './authority.ts';

export interface Signing {
  readonly key?: KeyObject;
  readonly kind?: 'message' | 'statement';
  /** Whether there is a certificate; seconds since 1970 from when on it is valid, for ten minutes. */
  readonly certifiedFrom?: number;
  readonly message?: string;
}

export function newKey(kind: 'ed25519' | 'P-256' | 'P-384' | 'rsa' = 'P-256'): KeyObject {
  if (kind === 'ed25519') return generateKeyPairSync('ed25519').privateKey;
  if (kind === 'rsa') return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  return generateKeyPairSync('ec', { namedCurve: kind }).privateKey;
}

export async function signedContent(signing: Signing = {}): Promise<SignedContent> {
  const { key = newKey(), kind = 'message', certifiedFrom, message: text = 'what is signed' } = signing;
  const signer = signerOf(key, 'k');
  const { publicKey } = signer;
  const message = Buffer.from(text);
  const window = [certifiedFrom ?? 0, (certifiedFrom ?? 0) + 3600] as const;
  const certificate =
    certifiedFrom === undefined
      ? undefined
      : certificateFor(fakeIssuer('a', window), Buffer.from(publicKey.spki), { from: certifiedFrom });
  if (kind === 'message') {
    const signature = await signer.sign(message);
    return { content: { kind: 'message', message }, signature, publicKey, certificate };
  }
  const statement = statementBytes(statementAbout({ digest: digestOf(message) }, 'https://x.example/p', {}));
  const envelope = await signEnvelope(STATEMENT_PAYLOAD_TYPE, statement, async (bytes) => await signer.sign(bytes));
  const signature = envelope.signatures[0]?.sig ?? Buffer.alloc(0);
  return { content: { kind: 'envelope', envelope }, signature, publicKey, certificate };
}
