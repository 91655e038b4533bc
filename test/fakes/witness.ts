// A witness that keeps to c2sp.org/tlog-witness: it checks signature and consistency before it signs.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseCheckpoint, type SignedCheckpoint } from '../../src/tlog/checkpoint.ts';
import { cosign } from '../../src/tlog/cosignature.ts';
import { signatureLine } from '../../src/tlog/note.ts';
import { formatVerifierKey, type NoteKey, witnessKey } from '../../src/tlog/note-key.ts';
import { verifyNote } from '../../src/tlog/note-verify.ts';
import { EMPTY_ROOT } from '../../src/tlog/hashes.ts';
import { type TreeHead, verifyConsistency } from '../../src/tlog/verify.ts';

interface Answer {
  readonly status: number;
  readonly body: string;
}

export class FakeWitness implements AsyncDisposable {
  readonly key: NoteKey;
  /** The last tree that it signed. */
  seen: TreeHead = { size: 0, root: EMPTY_ROOT };
  /** Instead of what it would answer. */
  answer: Answer | undefined;
  /** Sizes that it was told as old ones. */
  readonly asked: number[] = [];
  readonly #server: Server;
  readonly #logs: readonly NoteKey[];
  readonly #key: KeyObject;

  private constructor(name: string, logs: readonly NoteKey[]) {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    this.key = witnessKey(name, publicKey.export({ type: 'spki', format: 'der' }));
    this.#key = privateKey;
    this.#logs = logs;
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { url, method } = request;
        const known = url === '/w/add-checkpoint' && method === 'POST';
        void this.#judge(known ? Buffer.concat(chunks).toString() : '').then(({ status, body }) =>
          response.writeHead(status).end(body),
        );
      });
    });
  }

  static async start(name: string, logs: readonly NoteKey[]): Promise<FakeWitness> {
    const witness = new FakeWitness(name, logs);
    await new Promise<void>((resolve) => witness.#server.listen(0, '127.0.0.1', resolve));
    return witness;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/w`;
  }

  /** Its line of a log policy. */
  get line(): string {
    return `witness ${this.key.name} ${formatVerifierKey(this.key)} ${this.url}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #judge(text: string): Promise<Answer> {
    const split = text.indexOf('\n\n');
    const [first = '', ...lines] = text.slice(0, split).split('\n');
    const old = Number(/^old (\d+)$/.exec(first)?.[1] ?? Number.NaN);
    if (Number.isNaN(old)) return { status: 400, body: 'no old size' };
    this.asked.push(old);
    if (this.answer !== undefined) return this.answer;
    const checkpoint = parseCheckpoint(text.slice(split + 2));
    const keys = this.#logs.filter(({ name }) => name === checkpoint.origin);
    if (keys.length === 0) return { status: 404, body: 'unknown log' };
    if (!verifyNote(checkpoint.note, keys).valid) return { status: 403, body: 'unknown key' };
    return await this.#compare(
      checkpoint,
      old,
      lines.map((line) => Buffer.from(line, 'base64')),
    );
  }

  async #compare(checkpoint: SignedCheckpoint, old: number, proof: readonly Buffer[]): Promise<Answer> {
    if (old > checkpoint.size) return { status: 400, body: 'old size is larger' };
    const same = old !== checkpoint.size || checkpoint.root.equals(this.seen.root);
    if (old !== this.seen.size || !same) return { status: 409, body: `${this.seen.size}\n` };
    if (!verifyConsistency(this.seen, checkpoint, proof)) return { status: 422, body: 'not consistent' };
    this.seen = checkpoint;
    const line = await cosign(checkpoint.note.text, this.key, 1_700_000_000, async (m) => sign(null, m, this.#key));
    return { status: 200, body: signatureLine(line) };
  }
}
