// Java archives of real images: somebody else's fixtures, read from the shared folder.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { pathText } from '../../lib/bytes.ts';
import { decompress } from '../../lib/decompress.ts';
import { tarItems } from '../../lib/tar-read.ts';
import { java } from './java.ts';

const images = join(process.env['TEMPER_SHARED'] ?? join(import.meta.dirname, '../../../../shared'), 'images');

async function archivesIn(name: string): Promise<Record<string, Buffer>> {
  const files: Record<string, Buffer> = {};
  const archive = await decompress(readFileSync(join(images, name)), 64 << 20, name);
  for (const layer of tarItems(archive, 1000)) {
    if (layer.entry.kind !== 'file' || !layer.entry.path.endsWith('/layer.tar')) continue;
    for (const { entry, content } of tarItems(await decompress(layer.content, 64 << 20, name), 100_000)) {
      if (entry.kind === 'file') files[pathText(entry.path)] = content;
    }
  }
  return files;
}

const ARCHIVES: readonly [string, Readonly<Record<string, readonly string[]>>][] = [
  [
    'docker-archives_docker-save_java.tar',
    {
      'pkg:maven/javax.activation/activation@1.1.1': [],
      'pkg:maven/org.apache.yetus/audience-annotations@0.5.0': [],
      'pkg:maven/org.glassfish.hk2.external/aopalliance-repackaged@2.5.0': [],
    },
  ],
  [
    'docker-archives_docker-save_java-uberjar.tar',
    {
      'pkg:maven/com.google.guava/guava@30.1-jre': ['pkg:maven/com.google.j2objc/j2objc-annotations@1.3'],
      'pkg:maven/com.google.j2objc/j2objc-annotations@1.3': [],
      'pkg:maven/org.slf4j/jul-to-slf4j@1.7.30': ['pkg:maven/com.google.guava/guava@30.1-jre'],
    },
  ],
];

for (const [name, edges] of ARCHIVES) {
  test.skipIf(!existsSync(join(images, name)))(`${name}: packages and edges`, async () => {
    const found = catalogFiles(java, await archivesIn(name));
    expect(found.edges).toEqual(edges);
    expect(Object.keys(found.faults).filter((path) => !path.includes('._'))).toEqual([]);
  });
}
