// A TUF repository in memory whose every file a test can change before it is signed, and a client without a network.
import { createPrivateKey, createPublicKey, hash, type KeyObject, sign } from 'node:crypto';
import { canonicalBytes } from '../../src/tuf/canonical.ts';
import { refresh, type Refreshed } from '../../src/tuf/refresh.ts';
import type { TufState } from '../../src/tuf/state.ts';
import type { Walk } from '../../src/tuf/walk.ts';

export type Members = Record<string, unknown>;

/** Seconds since 1970; what the repository makes expires a day later. */
export const NOW = 1_800_000_000;
const DAY = 86_400;

function keyIdOf(member: Members): string {
  return hash('sha256', canonicalBytes(member, 'key'), 'hex');
}

let made = 0;

/** Another one at each call, the same ones in each run. */
function nextKey(): KeyObject {
  const seed = hash('sha256', `key ${made++} of a fake repository`, 'buffer');
  // PKCS #8 of an Ed25519 key (RFC 8410, 7).
  const key = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

/** An Ed25519 key with its id. */
export class FakeKey {
  readonly private: KeyObject;
  readonly member: Members;
  /** What it is called, which is its own unless a test says otherwise. */
  id: string;

  /** @param extra further members, which give the same key another id */
  constructor(privateKey: KeyObject = nextKey(), extra: Members = {}) {
    const hex = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex');
    this.private = privateKey;
    this.member = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: hex }, ...extra };
    this.id = keyIdOf(this.member);
  }

  sign(signed: Members): { keyid: string; sig: string } {
    return { keyid: this.id, sig: sign(null, canonicalBytes(signed, 'it'), this.private).toString('hex') };
  }
}

export interface FakeRole {
  keys: FakeKey[];
  threshold: number;
}

export interface FakeDelegation {
  name: string;
  key?: FakeKey;
  paths?: string[];
  prefixes?: string[];
  terminating?: boolean;
}

export class FakeTuf {
  readonly roles: Record<'root' | 'timestamp' | 'snapshot' | 'targets', FakeRole> = {
    root: one(),
    timestamp: one(),
    snapshot: one(),
    targets: one(),
  };
  readonly versions = { root: 1, timestamp: 1, snapshot: 1, targets: 1 };
  /** Files by path. */
  readonly metadata = new Map<string, Buffer>();
  readonly files = new Map<string, Buffer>();
  readonly targets = new Map<string, Buffer>();
  /** What a role of targets delegates; their own targets and versions. */
  readonly delegations = new Map<string, Members>();
  readonly delegated = new Map<string, { key: FakeKey; version: number; targets: Map<string, Buffer> }>();
  /** Changes a signed part before it is signed, by role. */
  readonly change = new Map<string, (signed: Members) => Members>();
  /** Paths that were asked for. */
  readonly asked: string[] = [];

  constructor() {
    this.publishAll();
  }

  publishAll(): void {
    this.publishRoot();
    this.publishTargets();
    this.publishSnapshot();
    this.publishTimestamp();
  }

  /** The next version of some roles and of what names them. */
  bump(...roles: readonly (keyof FakeTuf['versions'])[]): void {
    for (const role of roles) this.versions[role]++;
    this.publishAll();
  }

  get firstRoot(): Buffer {
    return this.metadata.get('1.root.json') ?? Buffer.alloc(0);
  }

  /** Signs with these, besides the role's own. */
  publishRoot(also: readonly FakeKey[] = []): void {
    const keys = Object.values(this.roles).flatMap((role) => role.keys);
    const signed = this.signed('root', {
      consistent_snapshot: true,
      keys: Object.fromEntries(keys.map((key) => [key.id, key.member])),
      roles: Object.fromEntries(
        Object.entries(this.roles).map(([name, { keys: own, threshold }]) => [
          name,
          { keyids: own.map(({ id }) => id), threshold },
        ]),
      ),
    });
    this.metadata.set(`${this.versions.root}.root.json`, file(signed, [...this.roles.root.keys, ...also]));
  }

  publishTargets(): void {
    const signed = this.signed('targets', this.targetsBody('targets', this.targets));
    this.metadata.set(`${this.versions.targets}.targets.json`, file(signed, this.roles.targets.keys));
    for (const [name, { key, version, targets }] of this.delegated) {
      const body = { ...head('targets', version), ...this.targetsBody(name, targets) };
      const changed = this.change.get(name)?.(body) ?? body;
      this.metadata.set(`${version}.${encodeURIComponent(name)}.json`, file(changed, [key]));
    }
  }

  publishSnapshot(): void {
    const delegated = [...this.delegated].map(([name, { version }]): [string, object] => [`${name}.json`, { version }]);
    const meta = Object.fromEntries([['targets.json', { version: this.versions.targets }], ...delegated]);
    const signed = this.signed('snapshot', { meta });
    this.metadata.set(`${this.versions.snapshot}.snapshot.json`, file(signed, this.roles.snapshot.keys));
  }

  publishTimestamp(): void {
    const { snapshot: version } = this.versions;
    const bytes = this.metadata.get(`${version}.snapshot.json`) ?? Buffer.alloc(0);
    const meta = {
      'snapshot.json': { version, length: bytes.length, hashes: { sha256: hash('sha256', bytes, 'hex') } },
    };
    this.metadata.set('timestamp.json', file(this.signed('timestamp', { meta }), this.roles.timestamp.keys));
  }

  /** Delegates from a role to others, each with a key of its own and no targets yet. */
  delegate(from: string, delegations: readonly FakeDelegation[]): void {
    const made = delegations.map((one) => ({
      ...one,
      key: one.key ?? this.delegated.get(one.name)?.key ?? new FakeKey(),
    }));
    for (const { name, key } of made) {
      if (!this.delegated.has(name)) this.delegated.set(name, { key, version: 1, targets: new Map() });
    }
    this.delegations.set(from, {
      keys: Object.fromEntries(made.map(({ key }) => [key.id, key.member])),
      roles: made.map(({ name, key, paths, prefixes, terminating = false }) => ({
        name,
        keyids: [key.id],
        threshold: 1,
        terminating,
        ...(prefixes === undefined ? { paths: paths ?? ['*'] } : { path_hash_prefixes: prefixes }),
      })),
    });
  }

  /** Brings a client up to date, or says with which fault it fails. */
  refresh(state: TufState = this.first, now = NOW): Refreshed {
    return this.follow(refresh(state, now));
  }

  /** What a client has that has the first root only. */
  get first(): TufState {
    return { root: this.firstRoot, targets: new Map() };
  }

  /** @param reached gets the states on the way */
  follow<T>(walk: Walk<T>, reached: TufState[] = []): T {
    let step = walk.next();
    while (step.done !== true) {
      const { value } = step;
      if (value.kind === 'reached') {
        reached.push(value.state);
        step = walk.next();
      } else {
        this.asked.push(value.path);
        step = walk.next((value.from === 'metadata' ? this.metadata : this.files).get(value.path));
      }
    }
    return step.value;
  }

  private signed(role: keyof FakeTuf['versions'], body: Members): Members {
    const whole = { ...head(role, this.versions[role]), ...body };
    return this.change.get(role)?.(whole) ?? whole;
  }

  private targetsBody(role: string, targets: ReadonlyMap<string, Buffer>): Members {
    const delegations = this.delegations.get(role);
    for (const [name, bytes] of targets) this.files.set(hashed(name, bytes), bytes);
    const members = [...targets].map(([name, bytes]) => [
      name,
      { length: bytes.length, hashes: { sha256: hash('sha256', bytes, 'hex') } },
    ]);
    return { targets: Object.fromEntries(members), ...(delegations === undefined ? {} : { delegations }) };
  }
}

/** Where a target stands: its hash before its name. */
export function hashed(name: string, bytes: Buffer): string {
  const slash = name.lastIndexOf('/') + 1;
  return `${name.slice(0, slash)}${hash('sha256', bytes, 'hex')}.${name.slice(slash)}`;
}

export function file(signed: Members, keys: readonly FakeKey[]): Buffer {
  return Buffer.from(JSON.stringify({ signatures: keys.map((key) => key.sign(signed)), signed }));
}

function head(type: string, version: number): Members {
  const expires = new Date((NOW + DAY) * 1000).toISOString().replace('.000Z', 'Z');
  return { _type: type, spec_version: '1.0.31', version, expires };
}

function one(): FakeRole {
  return { keys: [new FakeKey()], threshold: 1 };
}
