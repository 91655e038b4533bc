import type { Http } from '../io/http.ts';
import type { Witness } from '../sign/witness.ts';
import type { PreparedRoot } from '../verify/sigstore/trust.ts';

/** What every witness over HTTP needs. */
export interface WitnessOptions {
  readonly http: Http;
  /** With one, what comes back must stand before it. */
  readonly root?: PreparedRoot | undefined;
  /** Seconds since 1970. */
  readonly now: () => number;
}

export interface RekorWitness extends Witness {
  /** Whether its entries say when: those of v1 alone. */
  readonly saysTime: boolean;
}

/** Most bytes of a log's answer: an entry comes back whole. */
export const ENTRY_ANSWER = 16 << 20;
