import { describe, expect, it } from 'vitest';
import { ChangelogSearch } from './changelog-search.ts';
import type { Finding } from './changelog-cache.ts';
import type { PackageFile } from './packages.ts';

const MB = 1_000_000;
const file = (name: string, size: number): PackageFile => ({
  name,
  version: '1',
  filename: `pool/${name}.deb`,
  digest: `sha256:${'0'.repeat(64)}`,
  size,
  archive: 'debian:',
});
const none: Finding = { kind: 'none', code: 'deb/no-changelog', reason: 'None.' };
const link = (to: string): Finding => ({ kind: 'link', package: to });

/** The packages that are looked into, in their order. */
function search(sizes: Readonly<Record<string, number>>, holds: (name: string) => Finding, largest = 1000 * MB) {
  const packages = Object.entries(sizes).map(([name, size]) => file(name, size));
  const it = new ChangelogSearch({ name: 'a', version: '1', suite: 'trixie-security', packages }, largest);
  const seen: string[] = [];
  while (it.result === undefined) {
    seen.push(it.next.name);
    it.see(holds(it.next.name));
  }
  return { seen, result: it.result };
}

describe('the search for a changelog', () => {
  it('begins with the smallest package, and follows where its folder leads', () => {
    const sizes = { doc: 0.1 * MB, small: 0.2 * MB, lib: 0.9 * MB };
    const { seen, result } = search(sizes, (name) => (name === 'doc' ? link('lib') : { kind: 'fixes', fixes: [] }));
    expect(seen).toEqual(['doc', 'lib']);
    expect(result).toMatchObject({ file: { name: 'lib' }, missing: undefined });
  });

  it('looks into other small packages before it follows to a large one', () => {
    const sizes = { meta: 0.01 * MB, headers: 0.1 * MB, kbuild: 1 * MB, image: 150 * MB };
    const { seen } = search(sizes, (name) =>
      name === 'kbuild' ? { kind: 'fixes', fixes: [] } : name === 'image' ? none : link('image'),
    );
    expect(seen).toEqual(['meta', 'headers', 'kbuild']);
  });

  it('follows to a large one where nothing else is left', () => {
    const { seen } = search({ a: 0.01 * MB, b: 0.1 * MB, jre: 50 * MB }, (name) =>
      name === 'jre' ? { kind: 'fixes', fixes: [] } : link('jre'),
    );
    expect(seen).toEqual(['a', 'b', 'jre']);
  });

  it('does not go in circles, nor to packages of others', () => {
    const { seen, result } = search({ a: 1, b: 2 }, (name) => link(name === 'a' ? 'b' : 'a'));
    expect(seen).toEqual(['a', 'b']);
    expect(result.missing).toEqual({
      code: 'deb/no-changelog',
      reason: 'No package of a that was looked into brings its changelog.',
    });
    expect(search({ a: 1 }, () => link('libc6')).result.missing?.code).toBe('deb/no-changelog');
  });

  it('ends after twelve packages, with what the last one said', () => {
    const sizes = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`p${i}`, i + 1]));
    const { seen, result } = search(sizes, () => none);
    expect(seen.length).toBe(12);
    expect(result.missing).toEqual({ code: 'deb/no-changelog', reason: 'None.' });
  });

  it('does not look into packages that are too large', () => {
    const { seen, result } = search({ meta: 1, image: 100 * MB }, () => link('image'), 50 * MB);
    expect(seen).toEqual(['meta']);
    expect(result.missing?.code).toBe('archive/changelog-large');
    expect(search({ image: 100 * MB }, () => none, 50 * MB).seen).toEqual([]);
  });
});
