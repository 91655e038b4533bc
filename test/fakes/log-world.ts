// What writers of one log were told, and what the log must hold for that, whatever became of them.
import { auditLog } from '../../src/log/audit.ts';
import { Log } from '../../src/log/log.ts';
import type { LogStorage } from '../../src/log/storage.ts';
import { parseCheckpoint, parseCheckpointText } from '../../src/tlog/checkpoint.ts';
import { ed25519Signer } from './log-keys.ts';

const key = ed25519Signer();

export class LogWorld {
  /** Entries that were acknowledged, by index. */
  readonly acknowledged = new Map<number, string>();
  /** Checkpoints that were ever to be read. */
  readonly checkpoints = new Set<string>();
  /** Texts of checkpoints that the key signed, published or not. */
  readonly signed = new Set<string>();
  /** What must not have happened. */
  readonly problems: string[] = [];

  async open(storage: LogStorage): Promise<Log> {
    const sign = async (message: Uint8Array): Promise<Uint8Array> => {
      this.signed.add(Buffer.from(message).toString());
      return await key.sign(message);
    };
    return await Log.open(storage, { origin: 'log.example', signer: { ...key, sign } });
  }

  async append(log: Log, words: readonly string[]): Promise<void> {
    const { index } = await log.append(words.map((word) => Buffer.from(word)));
    for (const [i, word] of words.entries()) {
      const other = this.acknowledged.get(index + i);
      if (other !== undefined) this.problems.push(`${other} and ${word} are both said to be entry ${index + i}`);
      this.acknowledged.set(index + i, word);
    }
  }

  /** Takes up what is left: every acknowledged entry is there, and every checkpoint that was ever signed is of its past. */
  async check(storage: LogStorage): Promise<void> {
    const log = await this.open(storage);
    await log.append([Buffer.from('one more')]);
    const reader = log.reader();
    const entries: Buffer[] = [];
    while (entries.length < log.checkpoint.size) {
      entries.push(...(await reader.bundle(entries.length / 256, log.checkpoint.size)));
    }
    for (const [index, word] of this.acknowledged) {
      if (entries[index]?.toString() !== word) throw new Error(`entry ${index} is not ${word}`);
    }
    for (const text of this.checkpoints) await reader.consistency(parseCheckpoint(text), log.checkpoint);
    for (const text of this.signed) await reader.consistency(parseCheckpointText(text), log.checkpoint);
    const audit = await auditLog(storage, { keys: [] });
    const bad = audit.checks.filter(({ outcome }) => outcome === 'refuted');
    if (bad.length > 0) throw new Error(JSON.stringify(bad));
    if (this.problems.length > 0) throw new Error(this.problems.join('; '));
  }
}
