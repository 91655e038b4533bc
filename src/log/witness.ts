// A witness (C2SP tlog-witness): signs a checkpoint when it is consistent with the last one that it saw.
import type { Http } from '../io/http.ts';
import { Fault, messageOf } from '../lib/faults.ts';
import type { SignedCheckpoint } from '../tlog/checkpoint.ts';
import { parseDecimal } from '../tlog/decimal.ts';
import { formatNote, type NoteSignature, NOTE_LIMIT, parseSignatureLines } from '../tlog/note.ts';
import { verifyNoteSignature } from '../tlog/note-verify.ts';
import type { PolicyWitness } from '../tlog/policy.ts';
import type { LogReader } from './reader.ts';

/** What is read of a refusal. */
const ERROR_LIMIT = 4096;

/** Sizes that a witness may name before it is given up: another log server may move it meanwhile. */
const TRIES = 3;

export class Witness {
  readonly #policy: PolicyWitness;
  readonly #url: string;
  readonly #http: Http;
  /** The size that it saw last, as far as is known. */
  #seen: number | undefined;

  /** @param http asks once and briefly: what a witness misses now it is told with the next checkpoint */
  constructor(policy: PolicyWitness, url: string, http: Http) {
    this.#policy = policy;
    this.#url = url.replace(/\/+$/, '');
    this.#http = http;
  }

  get name(): string {
    return this.#policy.name;
  }

  /**
   * Its cosignature, verified.
   * @throws Fault `log/witness-down`, `log/witness-refused` (it does not know the log or its key), `log/witness-ahead` (it saw a larger
   * tree: this log went back), `log/witness-forked` (it saw another tree), `log/witness-signature`
   */
  async cosign(signed: SignedCheckpoint, before: SignedCheckpoint, reader: LogReader): Promise<NoteSignature> {
    this.#seen ??= before.note.signatures.some(
      ({ name, id }) => name === this.#policy.key.name && id === this.#policy.key.id,
    )
      ? before.size
      : 0;
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const { status, body } = await this.#ask(signed, this.#seen, reader);
      if (status === 200) return this.#accept(signed, body);
      const size = status === 409 ? parseDecimal(body.replace(/\n$/, '')) : undefined;
      if (size === undefined) throw this.#refusal(status, body);
      if (size > signed.size) throw this.#ahead(signed.size, size);
      if (size === this.#seen) throw this.#forked(size);
      this.#seen = size;
    }
    throw this.#down('it names another size each time');
  }

  async #ask(signed: SignedCheckpoint, old: number, reader: LogReader): Promise<{ status: number; body: string }> {
    const proof = await reader.consistencyHashes(old, signed.size);
    const lines = [`old ${old}`, ...proof.map((hash) => hash.toString('base64'))].map((line) => `${line}\n`);
    const body = Buffer.from(`${lines.join('')}\n${formatNote(signed.note)}`);
    try {
      const response = await this.#http.send(`${this.#url}/add-checkpoint`, { method: 'POST', body });
      const text = await response.bytes(response.status === 200 ? NOTE_LIMIT : ERROR_LIMIT);
      return { status: response.status, body: text.toString('utf8') };
    } catch (cause) {
      throw this.#down(messageOf(cause), cause);
    }
  }

  #accept(signed: SignedCheckpoint, body: string): NoteSignature {
    const { key } = this.#policy;
    const line = linesOf(body).find(({ name, id }) => name === key.name && id === key.id);
    if (line === undefined || !verifyNoteSignature(signed.note.text, line, key)) {
      throw new Fault(
        'log/witness-signature',
        `The witness ${this.name} did not answer with a cosignature by its key.`,
        "Check its key in the log's policy.",
      );
    }
    this.#seen = signed.size;
    return line;
  }

  #refusal(status: number, body: string): Fault {
    if (status === 422) return this.#forked(this.#seen ?? 0);
    if (status !== 403 && status !== 404) return this.#down(`it answered with status ${status}`);
    const reason = status === 404 ? 'does not know this log' : "does not trust this log's key";
    return new Fault(
      'log/witness-refused',
      `The witness ${this.name} ${reason}: ${body.trim().slice(0, 200)}`,
      "Give the log's origin and verifier key to whoever runs the witness.",
    );
  }

  #ahead(size: number, seen: number): Fault {
    return new Fault(
      'log/witness-ahead',
      `The witness ${this.name} saw this log at size ${seen}; it is now at ${size}: it went back.`,
      'Restore the newest copy of the log; never append to an old one.',
    );
  }

  #forked(size: number): Fault {
    return new Fault(
      'log/witness-forked',
      `The witness ${this.name} saw another tree of size ${size} than this log holds.`,
      'One of the two is not what it was: compare the checkpoints before anything else is appended.',
    );
  }

  #down(reason: string, cause?: unknown): Fault {
    return new Fault(
      'log/witness-down',
      `The witness ${this.name} did not cosign: ${reason.replace(/\.$/, '')}.`,
      'Try again later.',
      {
        cause,
      },
    );
  }
}

/** The signature lines of an answer; none of one that has others. */
function linesOf(body: string): NoteSignature[] {
  try {
    return parseSignatureLines(body, 'the answer');
  } catch {
    return [];
  }
}
