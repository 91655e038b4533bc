import { cpuTime } from '../../test/fakes/cpu-time.ts';
import { expect, test } from 'vitest';
import { pkg } from '../../test/fakes/packages.ts';
import { DependencyWays } from './ways.ts';

const purl = (name: string) => `pkg:npm/${name}@1`;

/** `a: b c` says that a needs b and c. */
function waysOf(...lines: readonly string[]): DependencyWays {
  return new DependencyWays(
    lines.map((line) => {
      const [name = '', needs = ''] = line.split(': ');
      return pkg(purl(name), {
        dependencies: needs
          .split(' ')
          .filter((one) => one !== '')
          .map(purl),
      });
    }),
  );
}

const names = (ways: DependencyWays, name: string) =>
  ways.to(purl(name)).map((way) => way.map((one) => one.slice('pkg:npm/'.length, -'@1'.length)).join(' '));

test('lead from each outermost package by the fewest steps, the shortest first', () => {
  const ways = waysOf('a: b c', 'b: c', 'c: d', 'd', 'x: b', 'y: d');
  expect(names(ways, 'd')).toEqual(['y', 'a c', 'x b c']);
  expect(names(ways, 'a')).toEqual([]);
  expect(ways.to('pkg:npm/none@1')).toEqual([]);
});

test('end in circles, and do not come out of those that nothing needs', () => {
  const ways = waysOf('a: b', 'b: a c', 'c: b', 'r: c', 'self: self leaf', 'leaf');
  expect(names(ways, 'a')).toEqual(['r c b']);
  expect(names(ways, 'leaf')).toEqual(['self']);
  expect(names(waysOf('a: b', 'b: a'), 'a')).toEqual([]);
});

test('are five at most', () => {
  const ways = waysOf('z', ...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `${name}: z`));
  expect(names(ways, 'z')).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('through many packages that all need each other take little time', () => {
  const many = Array.from({ length: 2000 }, (_, i) => `p${i}`);
  const lines = many.map(
    (name, i) => `${name}: ${[1, 2, 3, 5, 8, 13, 21, 34, 55, 89].map((step) => many[(i + step) % 2000]).join(' ')}`,
  );
  const begun = cpuTime();
  const ways = waysOf(`root: p0`, ...lines);
  for (const name of many) ways.to(purl(name));
  expect(cpuTime() - begun).toBeLessThan(2000);
});
