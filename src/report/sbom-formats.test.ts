import { expect, test } from 'vitest';
import { targetsOf } from './sbom-formats.ts';

test('outputs are files with or without a format', () => {
  expect(targetsOf(['cyclonedx-json=a', 'b.json', './json'], 'spdx')).toEqual([
    { format: 'cyclonedx-json', file: 'a' },
    { format: 'spdx-json', file: 'b.json' },
    { format: 'spdx-json', file: './json' },
  ]);
  expect(targetsOf([], undefined)).toEqual([{ format: 'table', file: undefined }]);
});

test.each(['json', 'cyclonedx', 'spdx-json=', 'nonsense=a'])('--output %s is refused', (output) => {
  const code = expect.stringMatching(/^(usage\/output|sbom\/unknown-output)$/) as unknown;
  expect(() => targetsOf([output], undefined)).toThrow(expect.objectContaining({ code }));
});
