import { array, assert, constantFrom, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PackagesIndex } from '../deb/packages.ts';
import { Fault } from '../lib/faults.ts';
import { parseRequests } from './request.ts';
import { type Resolution, resolvePackages } from './resolve.ts';
import { Universe } from './universe.ts';

const HEX = 'c'.repeat(64);

/** An index from lines such as `app 1.0 | Depends: lib (>= 1), x | Provides: v`. */
function index(...lines: string[]): PackagesIndex {
  const stanzas = lines.map((line) => {
    const [head = '', ...fields] = line.split(/ \| (?=[A-Z])/);
    const [name = '', version = '1', architecture = 'amd64'] = head.split(' ');
    const fixed = `Package: ${name}\nVersion: ${version}\nArchitecture: ${architecture}\nFilename: pool/${name}.deb`;
    return `${fixed}\nSize: 1\nSHA256: ${HEX}\n${fields.map((field) => `${field}\n`).join('')}`;
  });
  return new PackagesIndex(Buffer.from(stanzas.join('\n')));
}

function resolveIn(indexes: readonly PackagesIndex[], requests: readonly string[]): Resolution {
  const named = indexes.map((it, i) => ({ repository: `r${i}`, index: it }));
  return resolvePackages(parseRequests(requests), named, 'amd64');
}

const resolve = (lines: string[], ...requests: string[]) => resolveIn([index(...lines)], requests);
const set = ({ packages }: Resolution) => packages.map((p) => `${p.name} ${p.version}`);

function faultOf(action: () => unknown): Fault {
  try {
    action();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('there was no fault');
}

describe('closes over needs', () => {
  test('of Pre-Depends and Depends, in cycles too, and takes nothing that nobody needs', () => {
    const lines = ['aa 1 | Pre-Depends: bb', 'bb 1 | Depends: cc', 'cc 1 | Depends: aa | Recommends: dd', 'dd 1'];
    const found = resolve(lines, 'aa');
    expect(set(found)).toEqual(['aa 1', 'bb 1', 'cc 1']);
    expect(found.packages.map((p) => p.dependencies)).toEqual([['bb'], ['cc'], ['aa']]);
  });

  test('with the highest version that satisfies, by the order of Debian versions', () => {
    const lines = ['lib 1.9', 'lib 1.10', 'lib 1.10~rc1', 'lib 2', 'app 1 | Depends: lib (<< 2)'];
    expect(set(resolve(lines, 'app'))).toEqual(['app 1', 'lib 1.10']);
  });

  test('across repositories; of equal versions the first repository’s', () => {
    const found = resolveIn([index('app 1 | Depends: lib', 'lib 1'), index('lib 2', 'app 1')], ['app']);
    expect(found.packages.map((p) => `${p.name} ${p.version} ${p.repository}`)).toEqual(['app 1 r0', 'lib 2 r1']);
  });

  test('of its architecture and of all, never of another', () => {
    const lines = ['app 1 | Depends: data, tool', 'data 1 all', 'tool 2 arm64', 'tool 1 amd64'];
    expect(set(resolve(lines, 'app'))).toEqual(['app 1', 'data 1', 'tool 1']);
  });

  test('with an exact version that is asked for', () => {
    expect(set(resolve(['lib 1', 'lib 2'], 'lib=1'))).toEqual(['lib 1']);
  });
});

describe('alternatives', () => {
  test('from left to right', () => {
    expect(set(resolve(['app 1 | Depends: xx | yy', 'xx 1', 'yy 1'], 'app'))).toEqual(['app 1', 'xx 1']);
  });

  test('but one that is in the set anyhow before the others', () => {
    const lines = ['app 1 | Depends: xx | yy, other', 'other 1 | Depends: yy', 'xx 1', 'yy 1'];
    expect(set(resolve(lines, 'app'))).toEqual(['app 1', 'other 1', 'yy 1']);
  });

  test('the next where the first is not there, or cannot be met, however deep', () => {
    const lines = ['app 1 | Depends: xx | yy', 'xx 1 | Depends: x2', 'x2 1 | Depends: nowhere', 'yy 1'];
    expect(set(resolve(lines, 'app'))).toEqual(['app 1', 'yy 1']);
  });

  test('a lower version where the highest cannot be met', () => {
    const lines = ['app 1 | Depends: lib', 'lib 2 | Depends: nowhere', 'lib 1'];
    expect(set(resolve(lines, 'app'))).toEqual(['app 1', 'lib 1']);
  });

  test('a lower version of the one because of the other', () => {
    const lines = ['app 1 | Depends: lib, tool', 'lib 2', 'lib 1', 'tool 1 | Depends: lib (= 1)'];
    expect(set(resolve(lines, 'app'))).toEqual(['app 1', 'lib 1', 'tool 1']);
  });
});

describe('virtual packages', () => {
  test('a real package of that name first', () => {
    const lines = ['app 1 | Depends: mta', 'aaa 1 | Provides: mta | Priority: required', 'mta 1'];
    expect(set(resolve(lines, 'app'))).toEqual(['app 1', 'mta 1']);
  });

  test('else by priority, then name', () => {
    const providers = ['zzz 1 | Provides: mta | Priority: standard', 'bbb 1 | Provides: mta', 'aaa 1 | Provides: mta'];
    expect(set(resolve(['app 1 | Depends: mta', ...providers], 'app'))).toEqual(['app 1', 'zzz 1']);
    expect(set(resolve(['app 1 | Depends: mta', ...providers.slice(1)], 'app'))).toEqual(['aaa 1', 'app 1']);
    expect(set(resolve(['app 1 | Depends: mta', ...providers], 'app', 'bbb'))).toEqual(['app 1', 'bbb 1']);
  });

  test('a versioned need only by a versioned Provides', () => {
    const lines = ['app 1 | Depends: api (>= 2)', 'aaa 9 | Provides: api', 'bbb 1 | Provides: api (= 1)'];
    expect(set(resolve([...lines, 'ccc 1 | Provides: api (= 3)'], 'app'))).toEqual(['app 1', 'ccc 1']);
    expect(() => resolve(lines, 'app')).toThrow('app → api (>= 2), but no repository has api');
  });

  test('cannot be asked for themselves', () => {
    const fault = faultOf(() => resolve(['aaa 1 | Provides: mta'], 'mta'));
    expect(fault).toMatchObject({ code: 'resolve/unknown-package', hint: 'Ask for one of them by name: aaa.' });
  });
});

describe('qualifiers', () => {
  test(':any is met by a package that allows it, and by no other', () => {
    const lines = (multiArch: string) => ['app 1 | Depends: py:any', `py 1 | Multi-Arch: ${multiArch}`];
    expect(set(resolve(lines('allowed'), 'app'))).toEqual(['app 1', 'py 1']);
    expect(() => resolve(lines('no'), 'app')).toThrow('app → py:any');
  });

  test('another architecture is not met', () => {
    expect(() => resolve(['app 1 | Depends: lib:i386', 'lib 1'], 'app')).toThrow('app → lib:i386');
    expect(set(resolve(['app 1 | Depends: lib:amd64', 'lib 1'], 'app'))).toEqual(['app 1', 'lib 1']);
  });
});

describe('conflicts', () => {
  test.each(['Conflicts', 'Breaks'])('%s within the set are obeyed, in both directions', (field) => {
    expect(() => resolve([`aa 1 | ${field}: bb (<< 2)`, 'bb 1'], 'aa', 'bb')).toThrow('bb 1 cannot be beside aa 1');
    expect(() => resolve([`aa 1 | ${field}: bb (<< 2)`, 'bb 1'], 'bb', 'aa')).toThrow('aa 1 cannot be beside bb 1');
    expect(set(resolve([`aa 1 | ${field}: bb (<< 2)`, 'bb 2'], 'aa', 'bb'))).toEqual(['aa 1', 'bb 2']);
  });

  test('a package does not conflict with what it provides itself', () => {
    const lines = ['aa 1 | Provides: mta | Conflicts: mta', 'bb 1 | Provides: mta | Conflicts: mta'];
    expect(set(resolve(lines, 'aa'))).toEqual(['aa 1']);
    expect(() => resolve(lines, 'aa', 'bb')).toThrow('bb 1 cannot be beside aa 1, which is asked for');
  });

  test('lead to another alternative', () => {
    const lines = ['app 1 | Depends: xx | yy', 'xx 1 | Conflicts: base', 'yy 1', 'base 1'];
    expect(set(resolve(lines, 'app', 'base'))).toEqual(['app 1', 'base 1', 'yy 1']);
  });
});

describe('exclusions', () => {
  const lines = [
    'app 1 | Depends: conf | conf-2, lib',
    'conf 1 | Depends: perl',
    'perl 1',
    'other 1 | Provides: conf-2',
    'lib 1',
  ];

  test('leave out what would be chosen and everything behind it, and say who asked', () => {
    const found = resolve(lines, 'app', '!conf', '!perl');
    expect(set(found)).toEqual(['app 1', 'lib 1']);
    expect(found.packages[0]).toMatchObject({ dependencies: ['lib'], excludedDependencies: ['conf'] });
    expect(found.exclusions).toEqual([
      { name: 'conf', askedBy: ['app'] },
      { name: 'perl', askedBy: [] },
    ]);
  });

  test('do not matter where an alternative is in the set anyhow', () => {
    const found = resolve(lines, 'app', 'other', '!conf');
    expect(found.packages[0]).toMatchObject({ dependencies: ['lib', 'other'], excludedDependencies: [] });
  });

  test('may name what a virtual package stands for, or the virtual package', () => {
    const awk = ['base 1 | Pre-Depends: awk', 'mawk 1 | Provides: awk'];
    expect(resolve(awk, 'base', '!mawk').packages[0]).toMatchObject({ excludedDependencies: ['mawk'] });
    expect(resolve(awk, 'base', '!awk').packages[0]).toMatchObject({ excludedDependencies: ['awk'] });
  });

  test('do not bring in the second alternative in place of the first', () => {
    expect(set(resolve(['app 1 | Depends: xx | yy', 'xx 1', 'yy 1'], 'app', '!xx'))).toEqual(['app 1']);
    expect(set(resolve(['app 1 | Depends: xx | yy', 'xx 1', 'yy 1'], 'app', '!yy'))).toEqual(['app 1', 'xx 1']);
  });
});

describe('what cannot be met', () => {
  test('is shown with the chain that led there', () => {
    const lines = ['nodejs 20 | Depends: libnode115', 'libnode115 1 | Depends: libfoo (>= 2)', 'libfoo 1.5'];
    expect(faultOf(() => resolve(lines, 'nodejs'))).toMatchObject({
      code: 'resolve/unsatisfiable',
      message: 'A need cannot be met: nodejs → libnode115 → libfoo (>= 2), but the repositories have only libfoo 1.5.',
      hint: expect.stringContaining('"!libfoo"'),
    });
  });

  test('is shown for the preferred way where every way is closed', () => {
    const lines = ['app 1 | Depends: xx | yy', 'xx 1 | Depends: none1', 'yy 1 | Depends: none2'];
    expect(() => resolve(lines, 'app')).toThrow('app → xx → none1, but no repository has none1.');
  });

  test('names two versions that exclude each other', () => {
    const lines = [
      'app 1 | Depends: aa, bb',
      'aa 1 | Depends: lib (= 1)',
      'bb 1 | Depends: lib (= 2)',
      'lib 1',
      'lib 2',
    ];
    expect(() => resolve(lines, 'app')).toThrow(
      'app → bb → lib (= 2), but lib 2 cannot be beside lib 1, which is needed by app → aa.',
    );
  });

  test('a mistyped name gets its neighbours', () => {
    expect(faultOf(() => resolve(['nodejs 1'], 'nodjes'))).toMatchObject({
      code: 'resolve/unknown-package',
      hint: 'Did you mean nodejs?',
    });
  });

  test('a version that is not there', () => {
    expect(() => resolve(['lib 1'], 'lib=2')).toThrow('lib (= 2), but the repositories have only lib 1.');
  });
});

test.each(['', '!', 'A', 'lib=', 'lib=1_0', 'lib (>= 1)', 'lib:i386', '-x', '!lib=1', 'a b'])(
  'refuses the request %j',
  (line) => {
    expect(faultOf(() => parseRequests([line])).code).toBe('resolve/malformed-request');
  },
);

test('refuses requests that contradict each other', () => {
  expect(() => parseRequests(['lib', '!lib'])).toThrow('contradict');
  expect(() => parseRequests(['lib=1', 'lib'])).toThrow('contradict');
  expect(parseRequests(['lib', 'lib']).packages).toHaveLength(1);
});

test('goes back to the decision that matters, not through all between', () => {
  // Twenty free choices lie between the wrong decision and its consequence: 2^20 ways for a search that does not see that.
  const free = Array.from({ length: 20 }, (_, i) => [`p${i} 1`, `q${i} 1`]).flat();
  const lines = [
    'app 1 | Depends: xx | yy, last',
    'xx 1 | Conflicts: end',
    'yy 1',
    `last 1 | Depends: ${Array.from({ length: 20 }, (_, i) => `p${i} | q${i}`).join(', ')}, end | end2`,
    'end 1',
    'end2 1 | Conflicts: xx',
    ...free,
  ];
  expect(set(resolve(lines, 'app'))).toContain('yy 1');
});

describe('agrees with trying everything', () => {
  const NAMES = ['aa', 'bb', 'cc', 'dd', 'ee'];
  const relation = record({
    name: constantFrom(...NAMES, 'vv'),
    constraint: constantFrom('', '', ' (= 1)', ' (>= 2)', ' (<< 2)'),
  }).map((r) => r.name + r.constraint);
  const alternatives = array(relation, { minLength: 1, maxLength: 2 }).map((group) => group.join(' | '));
  const stanza = record({
    depends: array(alternatives, { maxLength: 3 }),
    conflicts: array(relation, { maxLength: 1 }),
    provides: constantFrom('', '', 'vv', 'vv (= 2)'),
  });
  const universe = array(stanza, { minLength: NAMES.length * 2, maxLength: NAMES.length * 2 });

  test('and what it finds is closed and free of conflicts', () => {
    let satisfiable = 0;
    assert(
      property(universe, (stanzas) => {
        const it = index(
          ...stanzas.map((s, i) =>
            [
              `${NAMES[i >> 1]} ${(i & 1) + 1}`,
              ...(s.depends.length > 0 ? [`Depends: ${s.depends.join(', ')}`] : []),
              ...(s.conflicts.length > 0 ? [`Conflicts: ${s.conflicts.join(', ')}`] : []),
              ...(s.provides === '' ? [] : [`Provides: ${s.provides}`]),
            ].join(' | '),
          ),
        );
        const expected = exists(it);
        const found = attempt(it);
        expect(found !== undefined).toBe(expected);
        if (found !== undefined) satisfiable++;
        const chosen = (found?.packages ?? []).map((p) => it.named(p.name).find((c) => c.version === p.version));
        expect(
          isGood(
            it,
            chosen.filter((c) => c !== undefined),
          ),
        ).toBe(true);
      }),
      { numRuns: 400, seed: 7 },
    );
    expect(satisfiable).toBeGreaterThan(40);
  });

  type Package = ReturnType<PackagesIndex['named']>[number];

  function attempt(it: PackagesIndex): Resolution | undefined {
    try {
      return resolveIn([it], ['aa']);
    } catch (error) {
      if (error instanceof Fault && error.code === 'resolve/unsatisfiable') return undefined;
      throw error;
    }
  }

  function isGood(it: PackagesIndex, chosen: readonly Package[]): boolean {
    const rules = new Universe([{ repository: 'r', index: it }], 'amd64');
    return chosen.every(
      (one) =>
        one.dependencies.every((group) => group.some((r) => chosen.some((two) => rules.satisfied(r, two)))) &&
        one.conflicts.every((r) => chosen.every((two) => two.name === one.name || !rules.satisfied(r, two))),
    );
  }

  /** Every choice of one version or none of every name, 3^5 of them. */
  function exists(it: PackagesIndex): boolean {
    const walk = (at: number, chosen: readonly Package[]): boolean => {
      const name = NAMES[at];
      if (name === undefined) return isGood(it, chosen);
      if (it.named(name).some((version) => walk(at + 1, [...chosen, version]))) return true;
      return name !== 'aa' && walk(at + 1, chosen);
    };
    return walk(0, []);
  }
});
