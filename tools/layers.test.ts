import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { architectureSections } from './diagram.ts';
import { importsOf, readImports, sourceFiles, violations } from './imports.ts';
import { layers, pureFolders } from './layers.ts';

const root = join(import.meta.dirname, '..');
const imports = readImports(root);

test('every import of the program goes in an allowed direction', () => {
  expect(violations(imports, layers)).toEqual([]);
});

test('the table has no cycles: each folder imports only folders that stand before it', () => {
  const seen = new Set<string>();
  for (const layer of layers) {
    expect([layer.folder, layer.imports.filter((name) => !seen.has(name))]).toEqual([layer.folder, []]);
    seen.add(layer.folder);
  }
});

test('the walk sees the real files', () => {
  expect(sourceFiles(root)).toContain('src/lib/faults.ts');
  expect(imports.length).toBeGreaterThan(100);
});

function planted(source: string, file = 'src/lib/planted.ts'): string[] {
  return violations(importsOf(file, source), layers);
}

const edge = 'src/lib/planted.ts:1 imports src/flow/build.ts: lib may not import flow';

test.each([
  ["import { build } from '../flow/build.ts';"],
  ["import type { Build } from '../flow/build.ts';"],
  ["import { type Build } from '../flow/build.ts';"],
  ["export { build } from '../flow/build.ts';"],
  ["export type { Build } from '../flow/build.ts';"],
  ["export * from '../flow/build.ts';"],
  ["export const b = async () => await import('../flow/build.ts');"],
  ["export type B = import('../flow/build.ts').Build;"],
  ["import '../flow/build.ts';"],
])('finds a planted violation: %s', (source) => {
  expect(planted(source)).toEqual([edge]);
});

test('finds an import() whose name is computed', () => {
  expect(planted("export const b = (x: string) => import('../flow/' + x);")).toEqual([
    'src/lib/planted.ts:1 imports a computed name: nobody can tell what',
  ]);
});

test.each(['node:fs', 'fs/promises', 'node:child_process', 'node:http'])('finds an effect outside io: %s', (name) => {
  expect(planted(`import * as x from '${name}';`)).toEqual([
    `src/lib/planted.ts:1 imports ${name}: only io may have effects`,
  ]);
  expect(violations(importsOf('src/io/planted.ts', `import * as x from '${name}';`), layers)).toEqual([]);
});

test('finds a folder that the table does not know', () => {
  expect(planted("import '../lib/json.ts';", 'src/utils/planted.ts')).toEqual([
    'src/utils/planted.ts:1: the folder src/utils is not in tools/layers.ts',
  ]);
});

test('only io reads the clock, the environment and makes requests', () => {
  const reads = /\bDate\.now\(|new Date\(\)|\bprocess\.(env|cwd|stdout|stderr|argv|exit)\b|(?<![.\w])fetch\(/;
  const found = sourceFiles(root)
    .filter((file) => !file.startsWith('src/io/') && !file.startsWith('src/cli/'))
    .filter((file) => reads.test(readFileSync(join(root, file), 'utf8')));
  expect(found).toEqual([]);
});

test('verifying, deciding and describing stay pure', () => {
  for (const folder of ['verify', 'decide', 'bom', 'image']) expect(pureFolders).toContain(folder);
});

test('docs/architecture.md shows the table as it is', () => {
  const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  for (const section of architectureSections()) expect(text).toContain(section);
});
