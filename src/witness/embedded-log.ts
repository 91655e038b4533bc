// The embedded log as a witness: an entry of its own, proven under the checkpoint that it published last.
import type { PublicKey } from '../keys/types.ts';
import type { Log } from '../log/log.ts';
import type { SignedContent, Testimony, Witness } from '../sign/witness.ts';
import { formatNote } from '../tlog/note.ts';
import { noteKeyHash } from '../tlog/note-key.ts';
import { logEntryJson } from '../sigstore/log-entry.ts';
import type { TrustedLog } from '../sigstore/trusted-root.ts';
import { checkedEntry } from './entry.ts';
import { hashedRekordBody } from './hashed-rekord.ts';

export interface EmbeddedLog {
  readonly log: Log;
  /** For people: its folder. */
  readonly name: string;
  /** The log's own. */
  readonly key: Pick<PublicKey, 'spki'>;
  /** Seconds since 1970. */
  readonly now: () => number;
}

/** A log that this program keeps. What it acknowledged is in it for good; it says no time. */
export class EmbeddedLogWitness implements Witness {
  readonly gives = 'proof';
  readonly name: string;
  readonly #place: EmbeddedLog;

  constructor(place: EmbeddedLog) {
    this.name = place.name;
    this.#place = place;
  }

  /** As a trusted root has it: what its key proves is its word, whenever it was given. */
  get trusted(): TrustedLog {
    const { origin } = this.#place.log.checkpoint;
    const { spki } = this.#place.key;
    const validFor = { start: 0, end: undefined };
    return { url: `https://${origin}`, id: noteKeyHash(origin, spki), spki: Buffer.from(spki), validFor };
  }

  /** @throws Fault `log/…`, `lock/busy`, `file/…`, `tlog/entry-too-long`, and those of the log's key */
  async witness(signed: SignedContent): Promise<Testimony> {
    const { log, key, now } = this.#place;
    const body = hashedRekordBody(signed);
    const { index, checkpoint } = await log.append([body]);
    const { proof } = await log.reader().entryWithProof(index, checkpoint);
    const entry = logEntryJson({
      logIndex: index,
      logId: noteKeyHash(checkpoint.origin, key.spki),
      kind: 'hashedrekord',
      version: '0.0.2',
      integratedTime: undefined,
      promise: undefined,
      proof: {
        index,
        size: checkpoint.size,
        root: checkpoint.root,
        hashes: proof.hashes,
        checkpoint: formatNote(checkpoint.note),
      },
      body,
    });
    const check = { name: this.name, promised: false, root: undefined, now: now() };
    return { kind: 'log-entry', entry: checkedEntry(entry, signed, check) };
  }
}
