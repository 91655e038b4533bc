// The versions of a key in Cloud KMS: which one signs, and making them.
import { z } from 'zod';
import { sleep } from '../../../io/clock.ts';
import type { KmsFaults } from '../faults.ts';
import type { GoogleClient } from './client.ts';
import { type GoogleKey, keyName } from './reference.ts';

const Version = z.object({
  name: z.string().regex(/\/cryptoKeyVersions\/\d{1,12}$/),
  state: z.string(),
  algorithm: z.string(),
  protectionLevel: z.string().optional(),
  importJob: z.string().optional(),
});
export type GoogleVersion = z.infer<typeof Version>;
const Page = z.object({ cryptoKeyVersions: z.array(Version).default([]), nextPageToken: z.string().default('') });

/** Pages of a thousand versions that are read at most. */
const MOST_PAGES = 20;
/** Milliseconds between two looks at a version that is being made: from, to, and in all. */
const [SOON, LATER, PATIENCE] = [200, 3000, 120_000];

export class GoogleVersions {
  readonly #key: GoogleKey;
  readonly #name: string;
  readonly #client: GoogleClient;
  readonly #faults: KmsFaults;
  readonly #signal: AbortSignal | undefined;

  constructor(key: GoogleKey, client: GoogleClient, faults: KmsFaults, signal: AbortSignal | undefined) {
    this.#key = key;
    this.#name = keyName(key);
    this.#client = client;
    this.#faults = faults;
    this.#signal = signal;
  }

  /** The version that the reference names, else the newest that is enabled. @throws Fault `key/object-missing`, `key/kms-denied` */
  async current(): Promise<GoogleVersion> {
    const { version } = this.#key;
    const found =
      version === undefined ? await this.#newest() : await this.#get(`${this.#name}/cryptoKeyVersions/${version}`);
    if (found.state === 'ENABLED') return found;
    throw this.#faults.denied(this.#faults.reference, `the version is ${found.state}`, 'Enable it, or name another.');
  }

  /** Makes the key, and its key ring where that is missing. @throws Fault `key/exists` */
  async createKey(algorithm: string): Promise<void> {
    const { location, keyRing, key } = this.#key;
    const body = { purpose: 'ASYMMETRIC_SIGN', versionTemplate: { algorithm, protectionLevel: 'SOFTWARE' } };
    const asked = {
      path: `${location}/keyRings/${keyRing}/cryptoKeys?cryptoKeyId=${key}`,
      body,
      permission: 'cloudkms.cryptoKeys.create',
      repeatable: false,
    };
    let answer = await this.#client.ask(asked);
    if (answer === undefined) {
      const path = `${location}/keyRings?keyRingId=${keyRing}`;
      const made = await this.#client.ask({
        path,
        body: {},
        permission: 'cloudkms.keyRings.create',
        repeatable: false,
      });
      if (made === undefined) throw this.#missing();
      answer = await this.#client.ask(asked);
    }
    if (answer === undefined) throw this.#missing();
    if (answer === 'exists') throw this.#faults.exists();
    await this.#enabled(`${this.#name}/cryptoKeyVersions/1`);
  }

  /** Makes a version as the key's template says. */
  async createVersion(): Promise<GoogleVersion> {
    const permission = 'cloudkms.cryptoKeyVersions.create';
    const path = `${this.#name}/cryptoKeyVersions`;
    const answer = await this.#client.ask({ path, body: {}, permission, repeatable: false });
    if (answer === undefined) throw this.#missing();
    const made = Version.safeParse(answer);
    if (!made.success) throw this.#faults.strange('no new version');
    return await this.#enabled(made.data.name);
  }

  /** Asymmetric keys are made while nobody waits. */
  async #enabled(name: string): Promise<GoogleVersion> {
    for (let waited = 0, pause = SOON; ; waited += pause, pause = Math.min(pause * 2, LATER)) {
      const found = await this.#get(name);
      if (found.state === 'ENABLED') return found;
      if (found.state !== 'PENDING_GENERATION' || waited > PATIENCE || this.#signal?.aborted === true) {
        throw this.#faults.strange(`a key that is ${found.state}`, 'Look at the key in the Cloud console.');
      }
      await sleep(pause, this.#signal);
    }
  }

  async #get(name: string): Promise<GoogleVersion> {
    if (!name.startsWith(`${this.#name}/`)) throw this.#faults.strange('a version of another key');
    const answer = await this.#client.ask({ path: name, permission: 'cloudkms.cryptoKeyVersions.get' });
    if (answer === undefined) throw this.#missing();
    const version = Version.safeParse(answer);
    if (!version.success || version.data.name !== name) throw this.#faults.strange('no version of the key');
    return version.data;
  }

  async #newest(): Promise<GoogleVersion> {
    let newest: GoogleVersion | undefined;
    let token = '';
    for (let page = 0; page < MOST_PAGES; page++) {
      const query = new URLSearchParams({
        filter: 'state=ENABLED',
        pageSize: '1000',
        ...(token && { pageToken: token }),
      });
      const path = `${this.#name}/cryptoKeyVersions?${query.toString()}`;
      const answer = await this.#client.ask({ path, permission: 'cloudkms.cryptoKeyVersions.list' });
      if (answer === undefined) throw this.#missing();
      const read = Page.safeParse(answer);
      if (!read.success) throw this.#faults.strange('no versions of the key');
      for (const version of read.data.cryptoKeyVersions) {
        if (newest === undefined || numberOf(version) > numberOf(newest)) newest = version;
      }
      token = read.data.nextPageToken;
      if (token === '') break;
    }
    if (newest === undefined) throw this.#missing('enabled version of');
    if (!newest.name.startsWith(`${this.#name}/`)) throw this.#faults.strange('a version of another key');
    return newest;
  }

  #missing(what = 'key') {
    return this.#faults.missing(
      what === 'key' ? `key ${this.#name}` : `${what} ${this.#name}`,
      'Check project, location and names; `temper key create` makes a key there.',
    );
  }
}

function numberOf({ name }: GoogleVersion): number {
  return Number(name.slice(name.lastIndexOf('/') + 1));
}
