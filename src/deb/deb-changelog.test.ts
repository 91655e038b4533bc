import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type FakePackage, makeDeb } from '../../test/fakes/deb.ts';
import { debChangelog } from './deb-changelog.ts';

const TEXT = 'a (1) unstable; urgency=low\n\n  * x\n\n -- J <j@e>  Mon, 03 Mar 2025 10:00:00 +0100\n';
const doc = (name: string) => `usr/share/doc/a/${name}`;
const found = async (files: FakePackage['files'], compression: 'gzip' | 'xz' = 'xz') =>
  await debChangelog(await makeDeb({ name: 'a', compression, ...(files ? { files } : {}) }), 'a');

describe('the changelog in a package', () => {
  it.each(['gzip', 'xz'] as const)('is its changelog.Debian.gz (%s)', async (compression) => {
    const files = { [doc('changelog.Debian.gz')]: gzipSync(TEXT), [doc('changelog.gz')]: gzipSync('upstream') };
    expect(await found(files, compression)).toEqual({ kind: 'text', text: TEXT });
  });

  it('is its changelog.gz where it is native, and may not be compressed', async () => {
    expect(await found({ [doc('changelog.gz')]: gzipSync(TEXT) })).toEqual({ kind: 'text', text: TEXT });
    expect(await found({ [doc('changelog.Debian')]: TEXT, [doc('changelog')]: 'upstream' })).toEqual({
      kind: 'text',
      text: TEXT,
    });
  });

  it('is what a link in its folder leads to', async () => {
    const files = { [doc('changelog.Debian.gz')]: { target: 'changelog.gz' }, [doc('changelog.gz')]: gzipSync(TEXT) };
    expect(await found(files)).toEqual({ kind: 'text', text: TEXT });
  });

  it.each(['b', '../b', '/usr/share/doc/b'])('is in another package where its folder is a link to %s', async (to) => {
    // The folder of the package itself would stand in the link's place.
    const deb = await makeDeb({ name: 'other', files: { 'usr/share/doc/a': { target: to } } });
    expect(await debChangelog(deb, 'a')).toEqual({ kind: 'link', package: 'b' });
  });

  it('is in another package where the file is a link to that', async () => {
    const files = { [doc('changelog.Debian.gz')]: { target: '../b/changelog.Debian.gz' }, [doc('changelog.gz')]: 'up' };
    expect(await found(files)).toEqual({ kind: 'link', package: 'b' });
  });

  it('is missing where there is none, or a link leads nowhere', async () => {
    expect(await found({ 'usr/share/doc/b/changelog.Debian.gz': gzipSync(TEXT) })).toEqual({ kind: 'none' });
    expect(await found({ [doc('changelog.Debian.gz')]: { target: '../../../../etc/passwd' } })).toEqual({
      kind: 'none',
    });
  });

  it('is refused when it was made to exhaust memory', async () => {
    const files = { [doc('changelog.Debian.gz')]: gzipSync(Buffer.alloc(70 << 20)) };
    await expect(found(files)).rejects.toMatchObject({ code: 'compression/too-large' });
  });

  it('is refused in a package that is damaged', async () => {
    const deb = await makeDeb({ name: 'a', compression: 'xz', files: { x: 'y'.repeat(10_000) } });
    await expect(debChangelog(deb.subarray(0, 100), 'a')).rejects.toMatchObject({ code: 'ar/malformed' });
    const broken = Buffer.from(deb);
    broken.fill(0x55, deb.length - 120, deb.length - 60);
    await expect(debChangelog(broken, 'a')).rejects.toMatchObject({ code: 'compression/malformed' });
    await expect(debChangelog(Buffer.from('!<arch>\n'), 'a')).rejects.toMatchObject({ code: 'deb/malformed' });
  });

  it('is read without unpacking what comes after it', async () => {
    const files = { [doc('changelog.Debian.gz')]: gzipSync(TEXT), 'usr/share/zzz': 'z'.repeat(4 << 20) };
    const deb = await makeDeb({ name: 'a', compression: 'gzip', files });
    // The end of the archive is not looked at.
    deb.fill(0, deb.length - 50);
    expect(await debChangelog(deb, 'a')).toEqual({ kind: 'text', text: TEXT });
  });
});
