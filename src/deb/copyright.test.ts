import { expect, test } from 'vitest';
import { readCopyright } from './copyright.ts';

const head = 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: x\n\n';

function expression(...licenses: string[]): string {
  return readCopyright(
    Buffer.from(head + licenses.map((l, i) => `Files: f${i}\nCopyright: 2020 A\nLicense: ${l}\n`).join('\n')),
    'x',
  ).expression;
}

test.each([
  ['GPL-2+', 'GPL-2.0-or-later'],
  ['LGPL-2.1', 'LGPL-2.1-only'],
  ['GFDL-1.3+', 'GFDL-1.3-or-later'],
  ['Expat', 'MIT'],
  ['BSD-3-clause', 'BSD-3-Clause'],
  ['Apache-2.0', 'Apache-2.0'],
  ['Expat or GPL-2', 'MIT OR GPL-2.0-only'],
  ['GPL-2+ and Expat', 'GPL-2.0-or-later AND MIT'],
  ['GPL-3+ with autoconf exception', 'LicenseRef-GPL-3-with-autoconf-exception'],
  ['public-domain', 'LicenseRef-public-domain'],
])('reads the short name %s as %s', (license, expected) => {
  expect(expression(license)).toBe(expected);
});

test('all licences of the files apply together, alternatives in brackets', () => {
  expect(expression('Expat or Apache-2.0', 'ISC', 'ISC')).toBe('ISC AND (MIT OR Apache-2.0)');
});

test('keeps the text of a licence that SPDX does not list, and only of those that the files name', () => {
  const found = readCopyright(
    Buffer.from(
      `${head}Files: *\nCopyright: 2020 A\nLicense: Lucky\n\nLicense: Lucky\n Do as\n .\n you like.\n\nLicense: Unused\n text\n`,
    ),
    'x',
  );
  expect(found.texts).toEqual({ 'LicenseRef-Lucky': 'Do as\n\nyou like.' });
  expect(found.copyright).toBe('2020 A');
});

test('a free-form file is a reference with its text, not a guess', () => {
  const found = readCopyright(Buffer.from('This is free software; see /usr/share/common-licenses/GPL-3.'), 'gcc-14');
  expect(found.expression).toBe('LicenseRef-gcc-14-copyright');
  expect(found.texts['LicenseRef-gcc-14-copyright']).toContain('GPL-3');
});
