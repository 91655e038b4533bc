// Rekor v2 (rekor-tiles, api/proto/rekor/v2/rekor_service.proto): entries of one kind, proven at once, without a time.
import { parseJson } from '../lib/json.ts';
import type { SignedContent, Testimony } from '../sign/witness.ts';
import { ask, below } from './ask.ts';
import { checkedEntry } from './entry.ts';
import { malformedAnswer, unfitKey } from './faults.ts';
import { signatureJson, signedDigest } from './hashed-rekord.ts';
import { ENTRY_ANSWER, type RekorWitness, type WitnessOptions } from './types.ts';

/** A log of Rekor v2 at an address. It keeps no signatures by Ed25519 keys. */
export class RekorV2Witness implements RekorWitness {
  readonly gives = 'proof';
  readonly saysTime = false;
  readonly name: string;
  readonly #url: URL;
  readonly #options: WitnessOptions;

  constructor(url: URL, options: WitnessOptions) {
    this.name = url.href;
    this.#url = below(url, 'api/v2/log/entries');
    this.#options = options;
  }

  /** @throws Fault `witness/…`, `network/…` */
  async witness(signed: SignedContent): Promise<Testimony> {
    if (signed.publicKey.algorithm === 'ed25519') {
      throw unfitKey(this.name, 'ed25519', 'Sign with an ECDSA key, or with Rekor v1.');
    }
    const request = { digest: signedDigest(signed), signature: signatureJson(signed) };
    const { bytes } = await ask(this.#options.http, {
      name: this.name,
      url: this.#url,
      body: { type: 'application/json', bytes: Buffer.from(JSON.stringify({ hashedRekordRequestV002: request })) },
      accept: 'application/json',
      limit: ENTRY_ANSWER,
    });
    const { root, now } = this.#options;
    const check = { name: this.name, promised: false, root, now: now() };
    return { kind: 'log-entry', entry: checkedEntry(this.#parsed(bytes), signed, check) };
  }

  #parsed(bytes: Buffer): unknown {
    try {
      return parseJson(bytes, 'the answer');
    } catch (fault) {
      throw malformedAnswer(this.name, 'what is no JSON', fault);
    }
  }
}
