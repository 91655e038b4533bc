import { expect, test } from 'vitest';
import { cargoPurl } from './cargo.ts';
import { golangPurl } from './golang.ts';
import { mavenPurl } from './maven.ts';

test.each([
  [mavenPurl('org.x', 'y', '1.0+2'), 'pkg:maven/org.x/y@1.0%2B2'],
  [mavenPurl('', 'junit', '4.13'), 'pkg:maven/junit/junit@4.13'],
  [mavenPurl('org.x', 'y', ''), 'pkg:maven/org.x/y'],
  [
    golangPurl('github.com/User/Repo/v2', 'v2.0.0+incompatible'),
    'pkg:golang/github.com/User/Repo/v2@v2.0.0%2Bincompatible',
  ],
  [golangPurl('stdlib', '1.22.1'), 'pkg:golang/stdlib@1.22.1'],
  [cargoPurl('libc', '0.2.150'), 'pkg:cargo/libc@0.2.150'],
])('%s', (purl, expected) => {
  expect(purl).toBe(expected);
});

test('refuses what has no name', () => {
  for (const write of [() => mavenPurl('a', ' ', '1'), () => golangPurl('a/', 'v1'), () => cargoPurl('', '1')]) {
    expect(write).toThrow(expect.objectContaining({ code: 'purl/malformed' }));
  }
});
