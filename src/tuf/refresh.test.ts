import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FakeKey, FakeTuf, file, type Members, NOW } from '../../test/fakes/tuf.ts';
import { Fault } from '../lib/faults.ts';
import { refresh } from './refresh.ts';
import { openState, requireFreshSet, type TufState } from './state.ts';

const past = '2020-01-01T00:00:00Z';

function signedOf(bytes: Buffer | undefined): { signed: Members; signatures: { keyid: string; sig: string }[] } {
  return JSON.parse(String(bytes)) as ReturnType<typeof signedOf>;
}

/** Code and message of the fault. */
function faultOf(work: () => unknown): string {
  try {
    work();
  } catch (fault) {
    if (fault instanceof Fault) return `${fault.code}: ${fault.message}`;
    throw fault;
  }
  return 'no fault';
}

test('a first update reads each file once and trusts it', () => {
  const repo = new FakeTuf();
  const { root, timestamp, snapshot, targets, state } = repo.refresh();
  expect([root, timestamp, snapshot, targets].map(({ version }) => version)).toEqual([1, 1, 1, 1]);
  expect(repo.asked).toEqual(['2.root.json', 'timestamp.json', '1.snapshot.json', '1.targets.json']);
  expect(openState(state)?.targets.version).toBe(1);
});

test('a second update reads only what changed', () => {
  const repo = new FakeTuf();
  const { state } = repo.refresh();
  repo.asked.length = 0;
  repo.refresh(state);
  expect(repo.asked).toEqual(['2.root.json', 'timestamp.json']);
  repo.bump('timestamp', 'snapshot');
  repo.asked.length = 0;
  expect(repo.refresh(state).snapshot.version).toBe(2);
  expect(repo.asked).toEqual(['2.root.json', 'timestamp.json', '2.snapshot.json']);
});

describe('roots', () => {
  test('are gone through one by one, each signed by the one before and by its own keys', () => {
    const repo = new FakeTuf();
    for (let i = 0; i < 3; i++) {
      const old = repo.roles.root.keys;
      repo.roles.root.keys = [new FakeKey()];
      repo.versions.root++;
      repo.publishRoot(old);
    }
    expect(repo.refresh().root.version).toBe(4);
  });

  test('a gap in the chain ends it', () => {
    const repo = new FakeTuf();
    repo.bump('root');
    repo.roles.timestamp.keys = [new FakeKey()];
    repo.bump('root');
    repo.metadata.delete('2.root.json');
    expect(faultOf(() => repo.refresh())).toContain(
      'trust/unsigned: timestamp.json is signed by 0 of the 1 distinct keys that the role timestamp needs',
    );
  });

  test('one that only its own keys signed is refused', () => {
    const repo = new FakeTuf();
    repo.roles.root.keys = [new FakeKey()];
    repo.bump('root');
    expect(faultOf(() => repo.refresh())).toContain(
      'trust/unsigned: 2.root.json is signed by 0 of the 1 distinct keys that the role root of version 1 needs',
    );
  });

  test('one that too few of its own keys signed is refused', () => {
    const repo = new FakeTuf();
    const [old] = repo.roles.root.keys as [FakeKey];
    repo.roles.root = { keys: [old, new FakeKey()], threshold: 2 };
    repo.versions.root++;
    repo.publishRoot();
    const document = signedOf(repo.metadata.get('2.root.json'));
    document.signatures.pop();
    repo.metadata.set('2.root.json', Buffer.from(JSON.stringify(document)));
    expect(faultOf(() => repo.refresh())).toContain('2.root.json is signed by 1 of the 2 distinct keys');
  });

  test('one of another version than its name says is refused', () => {
    const repo = new FakeTuf();
    repo.metadata.set('2.root.json', repo.firstRoot);
    expect(faultOf(() => repo.refresh())).toContain('trust/mismatch: 2.root.json');
  });

  test('an endless chain ends after 256', () => {
    const repo = new FakeTuf();
    for (let i = 0; i < 260; i++) {
      repo.versions.root++;
      repo.publishRoot();
    }
    expect(repo.refresh().root.version).toBe(257);
  });

  test('a first root that is not signed by its own keys is refused', () => {
    const repo = new FakeTuf();
    const { signed } = signedOf(repo.firstRoot);
    const root = file({ ...signed, version: 7 }, [new FakeKey()]);
    expect(faultOf(() => repo.refresh({ root, targets: new Map() }))).toContain('trust/unsigned: root.json');
  });

  test('a newer one is reached also when the rest fails', () => {
    const repo = new FakeTuf();
    repo.bump('root');
    repo.metadata.delete('timestamp.json');
    const reached: TufState[] = [];
    expect(faultOf(() => repo.follow(refresh(repo.first, NOW), reached))).toContain('trust/missing');
    expect(reached.map(({ root }) => signedOf(root).signed['version'])).toEqual([2]);
  });
});

describe('signatures', () => {
  function withThreshold(threshold: number, keys = 2): FakeTuf {
    const repo = new FakeTuf();
    repo.roles.timestamp = { keys: Array.from({ length: keys }, () => new FakeKey()), threshold };
    repo.publishAll();
    return repo;
  }

  test('as many distinct keys as the threshold must sign', () => {
    const repo = withThreshold(2);
    expect(repo.refresh().timestamp.version).toBe(1);
    const document = signedOf(repo.metadata.get('timestamp.json'));
    document.signatures.pop();
    repo.metadata.set('timestamp.json', Buffer.from(JSON.stringify(document)));
    expect(faultOf(() => repo.refresh())).toContain('timestamp.json is signed by 1 of the 2 distinct keys');
  });

  test('the same signature twice counts once', () => {
    const repo = withThreshold(2);
    const document = signedOf(repo.metadata.get('timestamp.json'));
    const [first] = document.signatures;
    document.signatures = Array.from({ length: 3 }, () => first as { keyid: string; sig: string });
    repo.metadata.set('timestamp.json', Buffer.from(JSON.stringify(document)));
    expect(faultOf(() => repo.refresh())).toContain('timestamp.json is signed by 1 of the 2 distinct keys');
  });

  test('the same key under two ids counts once', () => {
    const repo = withThreshold(2, 1);
    const [key] = repo.roles.timestamp.keys as [FakeKey];
    repo.roles.timestamp.keys = [key, new FakeKey(key.private, { 'x-other': true })];
    repo.publishAll();
    expect(faultOf(() => repo.refresh())).toContain('timestamp.json is signed by 1 of the 2 distinct keys');
  });

  test("an id that is not the key's is refused", () => {
    const repo = new FakeTuf();
    const [key] = repo.roles.root.keys as [FakeKey];
    key.id = 'ab'.repeat(32);
    repo.publishAll();
    expect(faultOf(() => repo.refresh())).toMatch(/^trust\/malformed: root.json .* another key's id/);
  });

  test('keys of one role do not sign for another', () => {
    const repo = new FakeTuf();
    const { signed } = signedOf(repo.metadata.get('timestamp.json'));
    repo.metadata.set('timestamp.json', file(signed, repo.roles.snapshot.keys));
    expect(faultOf(() => repo.refresh())).toContain('timestamp.json is signed by 0 of the 1');
  });

  test('names that objects have anyway are keys and roles like others', () => {
    const repo = new FakeTuf();
    repo.change.set('root', (signed) => {
      const keys = JSON.parse('{"__proto__":{"keytype":"none","scheme":"none","keyval":{}}}') as Members;
      const roles = signed['roles'] as Record<string, { keyids: string[] }>;
      roles['timestamp']?.keyids.push('__proto__', 'constructor');
      return { ...signed, keys: { ...(signed['keys'] as Members), ['__proto__']: keys['__proto__'] } };
    });
    repo.publishAll();
    expect(repo.refresh().timestamp.version).toBe(1);
  });
});

describe('what goes back is refused', () => {
  function seen(): { repo: FakeTuf; state: TufState } {
    const repo = new FakeTuf();
    repo.bump('targets', 'snapshot', 'timestamp');
    repo.bump('targets', 'snapshot', 'timestamp');
    return { repo, state: repo.refresh().state };
  }

  test('the timestamp', () => {
    const { repo, state } = seen();
    repo.versions.timestamp = 2;
    repo.publishAll();
    expect(faultOf(() => repo.refresh(state))).toContain(
      'trust/rollback: timestamp.json went back: version 2 is older',
    );
  });

  test('the snapshot that it names', () => {
    const { repo, state } = seen();
    Object.assign(repo.versions, { timestamp: 4, snapshot: 2 });
    repo.publishTimestamp();
    expect(faultOf(() => repo.refresh(state))).toMatch(/^trust\/rollback: snapshot.json, as the timestamp names it/);
  });

  test('the targets that the snapshot names', () => {
    const { repo, state } = seen();
    Object.assign(repo.versions, { timestamp: 4, snapshot: 4, targets: 2 });
    repo.publishAll();
    expect(faultOf(() => repo.refresh(state))).toMatch(/^trust\/rollback: targets.json, as the snapshot names it/);
  });

  test('a role that the snapshot names no more', () => {
    const { repo, state } = seen();
    repo.delegate('targets', [{ name: 'extra' }]);
    repo.bump('targets', 'snapshot', 'timestamp');
    const next = repo.refresh(state).state;
    repo.delegated.clear();
    repo.bump('snapshot', 'timestamp');
    expect(faultOf(() => repo.refresh(next))).toMatch(/^trust\/mismatch: snapshot.json .*extra.json/);
  });

  test('but for what keys signed that were taken away: their versions may have been driven up', () => {
    const { repo, state } = seen();
    repo.roles.timestamp.keys = [new FakeKey()];
    repo.roles.snapshot.keys = [new FakeKey()];
    Object.assign(repo.versions, { root: 2, timestamp: 1, snapshot: 1, targets: 1 });
    repo.publishAll();
    expect(repo.refresh(state).timestamp.version).toBe(1);
  });

  test('the same version with another content says nothing new', () => {
    const { repo, state } = seen();
    repo.change.set('timestamp', (signed) => ({ ...signed, expires: '2099-01-01T00:00:00Z' }));
    repo.publishTimestamp();
    expect(repo.refresh(state).state.timestamp).toEqual(state.timestamp);
  });
});

describe('expiry', () => {
  test.each(['root', 'timestamp', 'snapshot', 'targets'] as const)('an expired %s is refused', (role) => {
    const repo = new FakeTuf();
    repo.change.set(role, (signed) => ({ ...signed, expires: past }));
    repo.publishAll();
    expect(faultOf(() => repo.refresh())).toBe(
      `trust/expired: The trust root expired: version 1 of the role ${role} counted until ${past}.`,
    );
  });

  test('a root in the middle of the chain may be expired', () => {
    const repo = new FakeTuf();
    repo.change.set('root', (signed) => ({ ...signed, expires: past }));
    repo.publishAll();
    repo.change.delete('root');
    repo.bump('root');
    expect(repo.refresh().root.version).toBe(2);
  });

  test('what is frozen expires: the second it says is the first that it does not count', () => {
    const repo = new FakeTuf();
    const { state } = repo.refresh();
    expect(repo.refresh(state, NOW + 86_399).timestamp.version).toBe(1);
    expect(faultOf(() => repo.refresh(state, NOW + 86_400))).toContain('trust/expired');
    const set = openState(state);
    expect(faultOf(() => set && requireFreshSet(set, NOW + 86_400))).toContain('trust/expired');
  });
});

describe('files that do not belong together', () => {
  test('a snapshot with another hash or length', () => {
    const repo = new FakeTuf();
    const bytes = repo.metadata.get('1.snapshot.json') ?? Buffer.alloc(0);
    repo.metadata.set('1.snapshot.json', Buffer.concat([bytes, Buffer.from(' ')]));
    expect(faultOf(() => repo.refresh())).toMatch(/^trust\/too-large: 1.snapshot.json/);
    repo.metadata.set('1.snapshot.json', Buffer.from(bytes.toString().replace('"signed":{', '"signed" {')));
    expect(faultOf(() => repo.refresh())).toMatch(/^trust\/mismatch: snapshot.json .* its sha256/);
    repo.metadata.set('1.snapshot.json', bytes.subarray(1));
    expect(faultOf(() => repo.refresh())).toMatch(/^trust\/mismatch: snapshot.json .* bytes/);
  });

  test('a snapshot of another version than the timestamp names', () => {
    const repo = new FakeTuf();
    const old = repo.metadata.get('1.snapshot.json') as Buffer;
    repo.bump('snapshot', 'timestamp');
    repo.metadata.set('2.snapshot.json', old);
    repo.change.set('timestamp', (signed) => ({ ...signed, meta: { 'snapshot.json': { version: 2 } } }));
    repo.publishTimestamp();
    expect(faultOf(() => repo.refresh())).toContain('it is version 1, and the timestamp names 2');
  });

  test('targets of another version than the snapshot names', () => {
    const repo = new FakeTuf();
    repo.versions.targets = 2;
    repo.publishTargets();
    repo.metadata.set('1.targets.json', repo.metadata.get('2.targets.json') as Buffer);
    expect(faultOf(() => repo.refresh())).toContain('it is version 2, and the snapshot names 1');
  });

  test('metadata of another kind', () => {
    const repo = new FakeTuf();
    repo.metadata.set('timestamp.json', repo.metadata.get('1.targets.json') as Buffer);
    expect(faultOf(() => repo.refresh())).toContain('trust/malformed: timestamp.json');
  });

  test('metadata that never ends', () => {
    const repo = new FakeTuf();
    repo.metadata.set('timestamp.json', Buffer.alloc((16 << 10) + 1, ' '));
    expect(faultOf(() => repo.refresh())).toBe('trust/too-large: timestamp.json is larger than 16384 bytes.');
  });
});

test('whatever happens to a byte of a file, it is refused or read as it was', () => {
  const repo = new FakeTuf();
  repo.targets.set('a', Buffer.from('a'));
  repo.publishAll();
  const names = [...repo.metadata.keys()];
  const honest = new Map(repo.metadata);
  const { root, timestamp, snapshot, targets } = repo.refresh();
  const told = JSON.stringify([root, timestamp, snapshot, targets].map(({ message }) => message.toString()));
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.nat(), fc.integer({ min: 1, max: 255 }), (name, place, bits) => {
      const bytes = Buffer.from(honest.get(name) as Buffer);
      bytes[place % bytes.length] = (bytes[place % bytes.length] ?? 0) ^ bits;
      repo.metadata.set(name, bytes);
      const first = { root: name === '1.root.json' ? bytes : repo.firstRoot, targets: new Map() };
      try {
        const now = repo.follow(refresh(first, NOW));
        expect(
          JSON.stringify([now.root, now.timestamp, now.snapshot, now.targets].map(({ message }) => message.toString())),
        ).toBe(told);
      } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
      } finally {
        repo.metadata.set(name, honest.get(name) as Buffer);
      }
    }),
    { numRuns: 400 },
  );
});
