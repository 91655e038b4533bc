// Who writes to a log in object storage: one writer at a time, as far as that can be had. The lease is an object that is only ever
// replaced as it was read; one that is not renewed in time is another's for the taking. That spares writers work in vain; that
// none of them does harm is for commits and the checkpoint to see to.
import { now, sleep } from '../../io/clock.ts';
import { hasEnded, processName } from '../../io/locks.ts';
import { Fault } from '../../lib/faults.ts';
import { parseJson } from '../../lib/json.ts';
import { leaseLost } from './faults.ts';
import type { S3Object, S3Objects } from './objects.ts';

export interface LeaseOptions {
  /** Milliseconds for which it lasts when it is not renewed, 30,000 unless given. */
  readonly term?: number | undefined;
  /** Milliseconds to wait for another writer, 120,000 unless given. */
  readonly patience?: number | undefined;
}

export const LEASE_PATH = '.temper/lease';
const LEASE_LIMIT = 4096;
const LONGEST_TERM = 600_000;
/** A third of it is added at random: two that wait do not ask at the same times. */
const POLL = 40;
/** The store tells ages in whole seconds. */
const SECOND = 1000;

interface Held {
  readonly etag: string;
  /** By this machine's clock. */
  readonly until: number;
}

export class Lease {
  readonly #objects: S3Objects;
  readonly #name: string;
  readonly #term: number;
  readonly #patience: number;
  #held: Held | 'lost' | undefined;
  /** The ETag of the lease as this writer let go of it. */
  #free: string | undefined;
  /** What another holds, and since when this writer sees it unchanged. */
  #watched: { readonly etag: string; readonly since: number } | undefined;

  constructor(objects: S3Objects, name: string, { term = 30_000, patience = 120_000 }: LeaseOptions) {
    this.#objects = objects;
    this.#name = name;
    this.#term = term;
    this.#patience = patience;
  }

  /** Does work while this writer has the lease; one piece at a time. @throws Fault `lock/busy`, `s3/…`, `network/…` */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    this.#held = await this.#acquire();
    const stop = new AbortController();
    const renewing = this.#renew(stop.signal);
    try {
      return await work();
    } finally {
      stop.abort();
      await renewing;
      await this.#release();
    }
  }

  /** To be asked before every write. @throws Fault `s3/lease-lost` when another writer has it, or may have it, in the midst of work */
  check(): void {
    const held = this.#held;
    if (held === 'lost' || (held !== undefined && now().getTime() > held.until)) throw leaseLost(this.#name);
  }

  async #acquire(): Promise<Held> {
    const deadline = now().getTime() + this.#patience;
    const own = this.#free === undefined ? undefined : await this.#take({ etag: this.#free });
    this.#free = undefined;
    if (own !== undefined) return own;
    for (;;) {
      const there = await this.#objects.get(LEASE_PATH, LEASE_LIMIT);
      if (there === undefined || (await this.#isOver(there))) {
        const held = await this.#take(there === undefined ? { absent: true } : { etag: there.etag });
        if (held !== undefined) return held;
      } else if (now().getTime() > deadline) throw this.#busy(there);
      await sleep(POLL + (Math.random() * POLL) / 3);
    }
  }

  async #take(condition: Parameters<S3Objects['putIf']>[2]): Promise<Held | undefined> {
    const until = now().getTime() + this.#term;
    const etag = await this.#write(await processName(), condition);
    return etag === undefined ? undefined : { etag, until };
  }

  async #renew(signal: AbortSignal): Promise<void> {
    for (;;) {
      await sleep(this.#term / 3, signal);
      const held = this.#held;
      if (signal.aborted || held === undefined || held === 'lost') return;
      try {
        this.#held = (await this.#take(held)) ?? 'lost';
      } catch (fault) {
        // It runs out by itself when the store is not reached in time.
        if (!(fault instanceof Fault)) throw fault;
      }
    }
  }

  // When it cannot be let go of, it runs out: what was done is done.
  async #release(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    if (held === undefined || held === 'lost') return;
    try {
      this.#free = await this.#write('', held);
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
    }
  }

  async #write(holder: string, condition: Parameters<S3Objects['putIf']>[2]): Promise<string | undefined> {
    // The name makes every lease another object than the one before: no ETag comes again.
    const lease = { lease: 'temper-log-lease/v1', holder, term: this.#term, name: await processName() };
    const bytes = Buffer.from(`${JSON.stringify(lease)}\n`);
    return await this.#objects.putIf(LEASE_PATH, bytes, condition, { 'cache-control': 'no-store' });
  }

  async #isOver({ bytes, etag, age }: S3Object): Promise<boolean> {
    const { holder, term } = readLease(bytes, this.#term);
    if (holder === '' || (await hasEnded(holder)) === true) return true;
    if (this.#watched?.etag !== etag) this.#watched = { etag, since: now().getTime() };
    const watched = now().getTime() - this.#watched.since;
    return watched > term || (age ?? 0) > term + SECOND;
  }

  #busy({ bytes }: S3Object): Fault {
    const { holder } = readLease(bytes, this.#term);
    return new Fault(
      'lock/busy',
      `Another writer is writing to ${this.#name} and does not let go of ${LEASE_PATH} (${holder.slice(0, 100)}).`,
      'Wait for it to end.',
    );
  }
}

/** Who holds it, nobody where it is empty; one that nobody can read is held by somebody. */
function readLease(bytes: Buffer, otherwise: number): { holder: string; term: number } {
  try {
    const value = parseJson(bytes, LEASE_PATH);
    const members = new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
    const [holder, term]: unknown[] = [members.get('holder'), members.get('term')];
    if (typeof holder !== 'string' || typeof term !== 'number') return { holder: '?', term: otherwise };
    return { holder, term: Math.min(Math.max(term, 0), LONGEST_TERM) };
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return { holder: '?', term: otherwise };
  }
}
