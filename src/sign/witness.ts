// What others say of a signature, which a bundle carries along: that a log shows it, or when it was there.
import type { Envelope } from '../dsse/envelope.ts';
import type { PublicKey } from '../keys/types.ts';

/** A signature as a witness gets to see it. */
export interface SignedContent {
  readonly content:
    | { readonly kind: 'envelope'; readonly envelope: Envelope }
    /** `message` is what the signer hashed. */
    | { readonly kind: 'message'; readonly message: Uint8Array };
  readonly signature: Uint8Array;
  readonly publicKey: PublicKey;
  /** DER, where the key has one: logs name the signer by it. */
  readonly certificate: Uint8Array | undefined;
}

/** What a witness gives, in the form in which bundles carry it. */
export type Testimony =
  /** A `TransparencyLogEntry` (sigstore_rekor.proto) in its JSON form. */
  | { readonly kind: 'log-entry'; readonly entry: object }
  /** A TimeStampToken's response (RFC 3161, TimeStampResp), DER, as {@link parseTimestampBytes} reads it. */
  | { readonly kind: 'timestamp'; readonly response: Uint8Array };

/** A transparency log or a timestamp authority. */
export interface Witness {
  /** For people: its address or its folder. */
  readonly name: string;
  /**
   * What it gives: a time, a log's promise with its time, or a proof that a log holds the entry. Not every format of signatures has a
   * place for each; one that does not say is taken to give what every format has a place for.
   */
  readonly gives?: 'timestamp' | 'promise' | 'proof';
  /**
   * Testifies to a signature, having checked that what came back is about it.
   * @throws Fault `witness/…` when it cannot or does not: nothing is signed without the witnesses that were asked for
   */
  witness(signed: SignedContent): Promise<Testimony>;
}

/** What witnesses say, each asked in its turn. @throws Fault `witness/…` */
export async function testimoniesOf(signed: SignedContent, witnesses: readonly Witness[]): Promise<Testimony[]> {
  const testimonies: Testimony[] = [];
  for (const witness of witnesses) testimonies.push(await witness.witness(signed));
  return testimonies;
}
