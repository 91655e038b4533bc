// A repository that keeps account of what was read: which content is what its digest says, which is not, which is missing.
import { compareStrings } from '../../lib/bytes.ts';
import { type Digest, isDigest } from '../../lib/digest.ts';
import { Fault } from '../../lib/faults.ts';
import type { Descriptor } from '../../oci/types.ts';
import type { Repository } from '../../repository/types.ts';
import type { Check } from '../../verify/check.ts';

type Content = Pick<Descriptor, 'digest' | 'size'>;

const OUTCOMES: Readonly<Record<string, 'refuted' | 'not established'>> = {
  'blob/altered': 'refuted',
  'repository/altered': 'refuted',
  'repository/not-found': 'not established',
};

/** What a fault says about content: that it is altered or missing; `undefined` when it says something else. */
export function contentOutcome(fault: unknown): 'refuted' | 'not established' | undefined {
  return fault instanceof Fault ? OUTCOMES[fault.code] : undefined;
}

export class Ledger {
  readonly #checks = new Map<Digest, Check>();

  /** One check per content that was read to its end or could not be, sorted by digest. */
  checks(): Check[] {
    return [...this.#checks.values()].sort((a, b) => compareStrings(a.subject, b.subject));
  }

  has(digest: Digest): boolean {
    return this.#checks.has(digest);
  }

  /**
   * Takes a fault down as a check when it says that content is altered or missing.
   * @returns its outcome; `undefined` when the fault says something else and must go on.
   */
  note(fault: unknown, asked: Digest): Check['outcome'] | undefined {
    const outcome = contentOutcome(fault);
    if (outcome === undefined || !(fault instanceof Fault)) return undefined;
    // Looking for one thing, a repository may find another one altered; its sentence names it.
    const named = /sha256:[0-9a-f]{64}/.exec(fault.message)?.[0] ?? asked;
    const subject = isDigest(named) ? named : asked;
    this.#checks.set(subject, { check: 'blob-digest', subject, outcome, reason: fault.message.replace(/\.$/, '') });
    return outcome;
  }

  /** The repository, with its reads taken down. Faults still reach the caller. */
  watch(repository: Repository): Repository {
    const read = async (content: Content, bytes: Promise<Buffer>): Promise<Buffer> => {
      try {
        const got = await bytes;
        this.#established(content);
        return got;
      } catch (fault) {
        this.note(fault, content.digest);
        throw fault;
      }
    };
    // Who reads one format asks the same as who reads another: all see one list.
    const listed = new Map<Digest, Promise<Descriptor[]>>();
    const referrers = async (digest: Digest): Promise<Descriptor[]> => {
      const known = listed.get(digest) ?? repository.referrers(digest);
      listed.set(digest, known);
      return await known;
    };
    return {
      name: repository.name,
      resolve: async (reference) => repository.resolve(reference),
      manifest: async (content) => read(content, repository.manifest(content)),
      blob: async (content, limit) => read(content, repository.blob(content, limit)),
      stream: (content) => this.#stream(content, repository.stream(content)),
      has: async (content) => repository.has(content),
      referrers: async (digest, artifactType) =>
        artifactType === undefined ? await referrers(digest) : repository.referrers(digest, artifactType),
      tags: async () => repository.tags(),
      putBlob: async (source) => repository.putBlob(source),
      putManifests: async (manifests) => repository.putManifests(manifests),
    };
  }

  async *#stream(content: Content, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* chunks;
    } catch (fault) {
      this.note(fault, content.digest);
      throw fault;
    }
    this.#established(content);
  }

  #established({ digest, size }: Content): void {
    if (this.#checks.get(digest)?.outcome === 'refuted') return;
    this.#checks.set(digest, {
      check: 'blob-digest',
      subject: digest,
      outcome: 'established',
      reason: `${size} bytes`,
    });
  }
}
