import { expect, test } from 'vitest';
import type { DebPackage } from '../deb/deb-file.ts';
import type { TarEntry } from '../lib/tar.ts';
import { unpack } from './unpack.ts';

function shipping(entry: Partial<TarEntry>): () => unknown {
  const whole: TarEntry = {
    path: 'usr/bin/a',
    kind: 'file',
    mode: 0o755,
    uid: 0,
    gid: 0,
    mtime: 0,
    size: 0,
    target: undefined,
    ...entry,
  };
  const deb: DebPackage = {
    control: 'Package: a\n',
    members: new Map(),
    items: [{ entry: whole, content: Buffer.alloc(0) }],
    release: () => undefined,
  };
  return () => unpack(deb, { name: 'a', purl: 'pkg:deb/debian/a', epoch: 0, reviews: new Map() });
}

test('refuses the setuid and setgid bit on files, and on hard links, which set it on what they link to', () => {
  expect(shipping({})).not.toThrow();
  expect(shipping({ mode: 0o4755 })).toThrow('ships /usr/bin/a with the setuid or setgid bit');
  expect(shipping({ kind: 'hardlink', target: 'usr/bin/b', mode: 0o2755 })).toThrow('with the setuid or setgid bit');
  expect(shipping({ kind: 'directory', mode: 0o2775 })).not.toThrow();
});
