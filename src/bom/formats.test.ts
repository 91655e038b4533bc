import { expect, test } from 'vitest';
import { isDocumentFormat, sbomFormat, sbomFormats } from './formats.ts';

test.each([
  ['spdx', 'spdx-json'],
  ['SPDX-JSON@2.3', 'spdx-json'],
  ['spdx-json@3.0', 'spdx-json@3.0'],
  ['cyclonedx', 'cyclonedx-json'],
  ['cyclonedx-json@1.6', 'cyclonedx-json'],
  ['cyclonedx-json@1.7', 'cyclonedx-json@1.7'],
  ['list', 'table'],
])('%s is %s', (name, format) => {
  expect(sbomFormat(name)).toBe(format);
});

test('names and aliases are different', () => {
  const names = sbomFormats.flatMap((format) => [format.name, ...('aliases' in format ? format.aliases : [])]);
  expect(new Set(names).size).toBe(names.length);
});

test('suggests what a mistyped name may have meant', () => {
  expect(() => sbomFormat('spdx-jsn')).toThrow(
    expect.objectContaining({ code: 'sbom/unknown-output', hint: 'Did you mean spdx-json?' }),
  );
  expect(() => sbomFormat('__proto__')).toThrow(expect.objectContaining({ code: 'sbom/unknown-output' }));
});

test('documents are written by bom/, pages by report/', () => {
  expect(isDocumentFormat('json')).toBe(true);
  expect(isDocumentFormat('html')).toBe(false);
});
