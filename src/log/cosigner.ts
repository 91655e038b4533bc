import type { SignedCheckpoint } from '../tlog/checkpoint.ts';
import type { LogReader } from './reader.ts';

/** Who looks at a checkpoint before it is published. */
export interface Cosigner {
  /**
   * The checkpoint with the signatures of those who saw that the log only grew.
   * @param signed by the log; its tiles are written
   * @param before the last one that was published
   * @param reader makes the consistency proofs
   * @throws Fault `log/witness-…`, `log/no-quorum` when too few signed
   */
  cosign(signed: SignedCheckpoint, before: SignedCheckpoint, reader: LogReader): Promise<SignedCheckpoint>;
}
