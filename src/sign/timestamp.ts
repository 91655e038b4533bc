import { Fault } from '../lib/faults.ts';
import type { Signer } from '../keys/types.ts';
import { tokenBytes } from '../timestamp/token.ts';
import type { Witness } from './witness.ts';

/**
 * Has a timestamp authority stamp the signature of a Notary Project envelope: its token alone.
 * @throws Fault `witness/other` when the witness is no timestamp authority; `witness/…`, `x509/malformed`
 */
export function notaryTimestamp(
  witness: Witness,
  { publicKey }: Pick<Signer, 'publicKey'>,
): (signature: Uint8Array) => Promise<Uint8Array> {
  return async (signature) => {
    const content = { kind: 'message', message: signature } as const;
    const testimony = await witness.witness({ content, signature, publicKey, certificate: undefined });
    if (testimony.kind === 'timestamp') return tokenBytes(testimony.response);
    throw new Fault(
      'witness/other',
      `${witness.name} gives no timestamps.`,
      'Notary Project signatures have no place for entries of logs.',
    );
  };
}
