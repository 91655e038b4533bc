// Lock files of real images: somebody else's fixtures, read from the shared folder.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Cataloged, catalogFiles } from '../../test/fakes/catalog.ts';
import { pathText } from '../lib/bytes.ts';
import { decompress } from '../lib/decompress.ts';
import { tarItems } from '../lib/tar-read.ts';
import { npmLock } from './npm/npm-lock.ts';
import { pythonLock } from './python/python-lock.ts';

const images = join(process.env['TEMPER_SHARED'] ?? join(import.meta.dirname, '../../../shared'), 'images');

/** What stands in all layers of an archive that may be a Docker or an OCI one. */
async function declaredIn(name: string): Promise<Cataloged> {
  const files: Record<string, Buffer> = {};
  const archive = await decompress(readFileSync(join(images, name)), 64 << 20, name);
  for (const outer of tarItems(archive, 1000)) {
    if (outer.entry.kind !== 'file' || !/layer\.tar$|^blobs\/sha256\//.test(outer.entry.path)) continue;
    const layer = await decompress(outer.content, 64 << 20, name);
    if (layer.toString('latin1', 257, 262) !== 'ustar') continue;
    for (const { entry, content } of tarItems(layer, 100_000)) {
      if (entry.kind === 'file') files[pathText(entry.path)] = content;
    }
  }
  return catalogFiles([npmLock, pythonLock], files);
}

function edgesOf({ edges }: Cataloged): number {
  return Object.values(edges).flat().length;
}

const ARCHIVES: readonly [string, string, number, number][] = [
  ['npm_npm-without-lockfiles_npm7-with-package-lock-file.tar', 'goof/package-lock.json', 64, 115],
  ['pnpm_pnpmlockv9.tar', 'app/pnpm-lock.yaml', 2, 1],
  ['docker-archives_docker-save_poetry.tar', 'app/poetry.lock', 13, 12],
];

for (const [name, lock, packages, edges] of ARCHIVES) {
  test.skipIf(!existsSync(join(images, name)))(`${name}: ${packages} packages with ${edges} edges`, async () => {
    const declared = await declaredIn(name);
    expect(declared.read).toContain(lock);
    expect(declared.faults).toEqual({});
    expect(declared.packages).toHaveLength(packages);
    expect(edgesOf(declared)).toBe(edges);
  });
}
