import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { FakeKey, FakeTuf, file, hashed, NOW } from '../../test/fakes/tuf.ts';
import { Fault } from '../lib/faults.ts';
import { findTarget, readTarget, targetPath } from './find-target.ts';

const content = Buffer.from('what is wanted');

function faultOf(work: () => unknown): string {
  try {
    work();
  } catch (fault) {
    if (fault instanceof Fault) return `${fault.code}: ${fault.message}`;
    throw fault;
  }
  return 'no fault';
}

/** Looks for a target as a client does that begins anew. */
function find(repo: FakeTuf, name: string) {
  repo.publishAll();
  const refreshed = repo.refresh();
  repo.asked.length = 0;
  return repo.follow(findTarget(refreshed, name, NOW)).found;
}

function get(repo: FakeTuf, name: string): string {
  const found = find(repo, name);
  if (found === undefined) return 'not found';
  return repo.follow(readTarget(repo.refresh().root, found)).toString();
}

function put(repo: FakeTuf, role: string, name: string): void {
  (repo.delegated.get(role)?.targets ?? repo.targets).set(name, content);
}

test('a target is read by its hash', () => {
  const repo = new FakeTuf();
  put(repo, 'targets', 'a/b.txt');
  expect(get(repo, 'a/b.txt')).toBe('what is wanted');
  expect(repo.asked.at(-1)).toBe(hashed('a/b.txt', content));
  expect(find(repo, 'a/c.txt')).toBeUndefined();
});

test('a target with another hash or another length is refused', () => {
  const repo = new FakeTuf();
  put(repo, 'targets', 'a');
  repo.publishAll();
  const path = hashed('a', content);
  repo.files.set(path, Buffer.from('what is wantet'));
  const found = find(repo, 'a');
  repo.files.set(path, Buffer.from('what is wantet'));
  const read = () => found && repo.follow(readTarget(repo.refresh().root, found));
  expect(faultOf(read)).toBe(
    'trust/mismatch: The target a is not the one that belongs to the rest: its sha256 is another one.',
  );
  repo.files.set(path, Buffer.from('short'));
  expect(faultOf(read)).toContain('it has 5 bytes, not 14');
  repo.files.set(path, Buffer.alloc(1000));
  expect(faultOf(read)).toContain('trust/too-large');
  repo.files.delete(path);
  expect(faultOf(read)).toContain('trust/missing');
});

test('one that is said to be larger than any that is read is not asked for', () => {
  const root = new FakeTuf().refresh().root;
  const huge = { name: 'a', file: { length: 2 ** 40, hashes: new Map([['sha256', '00'] as const]) } };
  expect(faultOf(() => readTarget(root, huge).next())).toContain('trust/too-large: The target a');
});

test.each(['../a', 'a/../b', '/a', 'a//b', 'a/', './a', '', '..', 'a\\b', 'a\nb', 'a/.', '\ud800'])(
  'the name %j leads nowhere',
  (name) => {
    const repo = new FakeTuf();
    put(repo, 'targets', name.toWellFormed());
    expect(faultOf(() => find(repo, name))).toContain('trust/target-name');
  },
);

test('a name longer than any leads nowhere', () => {
  expect(faultOf(() => find(new FakeTuf(), 'x'.repeat(1025)))).toContain('trust/target-name');
});

test('names are parts of an address, whatever is in them', () => {
  const path = (name: string) => targetPath(name, { length: 1, hashes: new Map([['sha256', 'ab']]) }, true);
  expect([path('a b?c#d%2e'), path('…/ü.txt'), path("it's(*)!")]).toEqual([
    'ab.a%20b%3Fc%23d%252e',
    '%E2%80%A6/ab.%C3%BC.txt',
    'ab.it%27s%28%2A%29%21',
  ]);
});

test('a target of the name __proto__ is one like others', () => {
  const repo = new FakeTuf();
  put(repo, 'targets', '__proto__');
  expect(get(repo, '__proto__')).toBe('what is wanted');
  expect(find(new FakeTuf(), 'constructor')).toBeUndefined();
});

describe('delegations', () => {
  test('are asked in their order, depth first', () => {
    const repo = new FakeTuf();
    repo.delegate('targets', [{ name: 'a' }, { name: 'b' }, { name: 'c', paths: ['other/*'] }]);
    repo.delegate('a', [{ name: 'a1' }, { name: 'a2' }]);
    expect(find(repo, 'x')).toBeUndefined();
    expect(repo.asked).toEqual(['1.a.json', '1.a1.json', '1.a2.json', '1.b.json']);
    put(repo, 'a2', 'x');
    put(repo, 'b', 'x');
    expect(find(repo, 'x')?.role).toBe('a2');
  });

  test('behind a terminating one nobody is asked', () => {
    const repo = new FakeTuf();
    repo.delegate('targets', [{ name: 'a' }, { name: 'b' }]);
    repo.delegate('a', [{ name: 'a1', terminating: true }, { name: 'a2' }]);
    put(repo, 'a2', 'x');
    put(repo, 'b', 'x');
    expect(find(repo, 'x')).toBeUndefined();
    expect(repo.asked).toEqual(['1.a.json', '1.a1.json']);
  });

  test('in a circle end', () => {
    const repo = new FakeTuf();
    repo.delegate('targets', [{ name: 'a' }]);
    repo.delegate('a', [{ name: 'b' }]);
    repo.delegate('b', [{ name: 'a' }]);
    expect(find(repo, 'x')).toBeUndefined();
    expect(repo.asked).toEqual(['1.a.json', '1.b.json']);
  });

  test('that go on without end are followed through 32 roles', () => {
    const repo = new FakeTuf();
    for (let i = 0; i < 50; i++) repo.delegate(i === 0 ? 'targets' : `r${i - 1}`, [{ name: `r${i}` }]);
    put(repo, 'r40', 'x');
    expect(find(repo, 'x')).toBeUndefined();
    expect(repo.asked).toHaveLength(32);
  });

  test('to a role whose file another key signed are refused', () => {
    const repo = new FakeTuf();
    repo.delegate('targets', [{ name: 'a' }]);
    const made = repo.delegated.get('a');
    if (made !== undefined) made.key = new FakeKey();
    expect(faultOf(() => find(repo, 'x'))).toContain('trust/unsigned: a.json is signed by 0 of the 1');
  });

  test('to a role whose file expired are refused', () => {
    const repo = new FakeTuf();
    repo.delegate('targets', [{ name: 'a' }]);
    repo.change.set('a', (signed) => ({ ...signed, expires: '2020-01-01T00:00:00Z' }));
    expect(faultOf(() => find(repo, 'x'))).toContain('the role a counted until 2020-01-01T00:00:00Z');
  });

  test('by the hash of the name', () => {
    const repo = new FakeTuf();
    const prefix = hash('sha256', 'x', 'hex').slice(0, 2);
    repo.delegate('targets', [
      { name: 'no', prefixes: ['zz'] },
      { name: 'bin', prefixes: ['zz', prefix] },
    ]);
    put(repo, 'bin', 'x');
    expect(find(repo, 'x')?.role).toBe('bin');
    expect(repo.asked).toEqual(['1.bin.json']);
  });

  test('to bins of names', () => {
    const repo = new FakeTuf();
    const key = new FakeKey();
    const keys = { [key.id]: key.member };
    const succinct = { keyids: [key.id], threshold: 1, bit_length: 10, name_prefix: 'bins' };
    repo.delegations.set('targets', { keys, succinct_roles: succinct });
    const first = Number.parseInt(hash('sha256', 'x', 'hex').slice(0, 8), 16);
    const bin = `bins-${Math.floor(first / 2 ** 22)
      .toString(16)
      .padStart(3, '0')}`;
    repo.delegated.set(bin, { key, version: 1, targets: new Map([['x', content]]) });
    expect(find(repo, 'x')?.role).toBe(bin);
  });

  test.each(['../a', '?', '#', '..', 'a/b'])('to a role of the name %j ask for one file', (name) => {
    const repo = new FakeTuf();
    repo.delegate('targets', [{ name }]);
    repo.publishAll();
    const { signed } = JSON.parse(String(repo.metadata.get(`1.${encodeURIComponent(name)}.json`))) as {
      signed: object;
    };
    const path = `1.${encodeURIComponent(name).replace(/^\.\.$/, '%2E%2E')}.json`;
    repo.metadata.set(path, file({ ...signed }, [repo.delegated.get(name)?.key as FakeKey]));
    const refreshed = repo.refresh();
    repo.asked.length = 0;
    expect(repo.follow(findTarget(refreshed, 'x', NOW)).found).toBeUndefined();
    expect(repo.asked).toEqual([path]);
  });

  test('to what is no delegated role are refused', () => {
    const repo = new FakeTuf();
    repo.delegate('targets', [{ name: 'root' }]);
    repo.delegated.clear();
    expect(faultOf(() => find(repo, 'x'))).toContain('"root" is no name of a delegated role');
  });
});
