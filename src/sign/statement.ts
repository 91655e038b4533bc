import { signEnvelope } from '../dsse/envelope.ts';
import { predicateTypes } from '../intoto/predicates.ts';
import { STATEMENT_PAYLOAD_TYPE, type Statement, statementBytes, statementTypes } from '../intoto/statement.ts';
import type { Signer } from '../keys/types.ts';
import { type Digest, hexOf } from '../lib/digest.ts';
import { bundleBytes } from '../sigstore/bundle.ts';

/** Signs a statement: the bytes of a Sigstore bundle v0.3 around a DSSE envelope around its canonical JSON. */
export async function signStatement(statement: Statement, signer: Signer): Promise<Buffer> {
  const envelope = await signEnvelope(STATEMENT_PAYLOAD_TYPE, statementBytes(statement), async (message) =>
    signer.sign(message),
  );
  return bundleBytes(envelope, signer.publicKey.spki);
}

/** The statement that cosign 3 signs to sign an image or index. @param words of the signer, its annotations */
export function imageSignature(digest: Digest, words: Readonly<Record<string, string>> = {}): Statement {
  return {
    _type: statementTypes.v1,
    subject: [{ digest: { sha256: hexOf(digest) }, annotations: words }],
    predicateType: predicateTypes.signature,
    predicate: {},
  };
}
