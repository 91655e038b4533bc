import fc from 'fast-check';
import parseExpression from 'spdx-expression-parse';
import { expect, test } from 'vitest';
import { licenceOf, licenceOfAll } from './licences.ts';

const rows: [source: string, text: string, expression: string][] = [
  ['rpm', 'GPLv2+', 'GPL-2.0-or-later'],
  ['rpm', 'ASL 2.0', 'Apache-2.0'],
  ['rpm', 'GPL-2.0-only AND MIT', 'GPL-2.0-only AND MIT'],
  ['rpm', 'BSD', 'LicenseRef-BSD'],
  [
    'rpm',
    'GPLv2+ and LGPLv2+ and BSD and Public Domain',
    'GPL-2.0-or-later AND LGPL-2.0-or-later AND LicenseRef-BSD AND LicenseRef-Public-Domain',
  ],
  [
    'rpm',
    'LGPLv2+ and LGPLv2+ with exceptions and GPLv2+',
    'LGPL-2.0-or-later AND LicenseRef-LGPLv2-or-later-with-exceptions AND GPL-2.0-or-later',
  ],
  ['rpm', '(GPL+ or Artistic) and MIT', '(GPL-1.0-or-later OR Artistic-1.0-Perl) AND MIT'],
  ['rpm', '(GPLv2+ or LGPLv3+) and (MPLv2.0 or MIT)', '(GPL-2.0-or-later OR LGPL-3.0-or-later) AND (MPL-2.0 OR MIT)'],
  ['rpm', 'GPL-3.0-or-later WITH GCC-exception-3.1', 'GPL-3.0-or-later WITH GCC-exception-3.1'],
  ['rpm', '(MIT) and (MIT)', 'MIT'],
  ['rpm', 'Python', 'Python-2.0.1'],
  ['rpm', 'zlib and Boost', 'Zlib AND BSL-1.0'],
  ['apk', 'MIT BSD GPL2+', 'MIT AND LicenseRef-BSD AND GPL-2.0-or-later'],
  ['apk', 'GPL-2.0-or-later AND (BSD-3-Clause OR MIT)', 'GPL-2.0-or-later AND (BSD-3-Clause OR MIT)'],
  ['apk', 'custom', 'LicenseRef-custom'],
  ['npm', 'Apache 2.0', 'Apache-2.0'],
  ['npm', '(mit or apache-2.0)', 'MIT OR Apache-2.0'],
  ['npm', 'SEE LICENSE IN LICENSE.txt', 'LicenseRef-SEE-LICENSE-IN-LICENSE.txt'],
  ['npm', 'MIT/X11', 'MIT'],
  ['npm', 'UNLICENSED', 'LicenseRef-UNLICENSED'],
  ['cargo', 'MIT/Apache-2.0', 'MIT OR Apache-2.0'],
  [
    'cargo',
    'Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT',
    'Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT',
  ],
  ['pypi', 'GNU Lesser General Public License v3 or later (LGPLv3+)', 'LGPL-3.0-or-later'],
  ['pypi', 'GNU General Public License v2 (GPLv2)', 'GPL-2.0-only'],
  ['pypi', 'Mozilla Public License 2.0 (MPL 2.0)', 'MPL-2.0'],
  ['pypi', 'Apache Software License', 'LicenseRef-Apache-Software-License'],
  ['pypi', 'ISC License (ISCL)', 'ISC'],
  ['pypi', 'BSD 3-Clause "New" or "Revised" License', 'BSD-3-Clause'],
  ['pypi', 'GPLv3 or later', 'GPL-3.0-or-later'],
  ['pypi', 'GPL', 'LicenseRef-GPL'],
  ['pypi', 'MIT, see LICENSE', 'LicenseRef-MIT-see-LICENSE'],
  ['pypi', 'MIT, BSD-3-Clause, and Apache 2', 'MIT AND BSD-3-Clause AND Apache-2.0'],
  ['pypi', 'Copyright (c) 2010, somebody', 'LicenseRef-Copyright-c-2010-somebody'],
  ['maven', 'The Apache Software License, Version 2.0', 'Apache-2.0'],
  ['maven', 'Eclipse Public License - v 1.0', 'EPL-1.0'],
  ['maven', 'GNU Lesser General Public License, Version 2.1', 'LGPL-2.1-only'],
  ['maven', 'Common Development and Distribution License (CDDL) v1.0', 'CDDL-1.0'],
  ['maven', 'GPL2 w/ CPE', 'GPL-2.0-only WITH Classpath-exception-2.0'],
  ['maven', 'The MIT License (MIT)', 'MIT'],
  ['maven', 'http://www.apache.org/licenses/LICENSE-2.0.txt', 'Apache-2.0'],
  ['maven', 'https://opensource.org/licenses/BSD-3-Clause', 'BSD-3-Clause'],
  ['maven', 'http://www.opensource.org/licenses/mit-license.php', 'MIT'],
  ['maven', 'http://www.eclipse.org/legal/epl-v10.html', 'EPL-1.0'],
  ['maven', 'https://www.gnu.org/licenses/old-licenses/gpl-2.0.html', 'GPL-2.0-only'],
  ['gem', 'Ruby OR BSD-2-Clause', 'Ruby OR BSD-2-Clause'],
  ['any', 'GPL-2.0+', 'GPL-2.0-or-later'],
  ['any', 'Apache-2.0+', 'Apache-2.0+'],
  ['any', 'LicenseRef-Fedora-Public-Domain AND MIT', 'LicenseRef-Fedora-Public-Domain AND MIT'],
  ['any', 'MIT or (BSD-2-Clause', 'LicenseRef-MIT-or-BSD-2-Clause'],
  ['any', 'perl and MIT', '(Artistic-1.0-Perl OR GPL-1.0-or-later) AND MIT'],
  ['any', '__proto__', 'LicenseRef-proto'],
];

test.each(rows)('%s: %s', (source, text, expression) => {
  const found = licenceOf(text, source);
  expect(found?.expression).toBe(expression);
  expect(() => parseExpression(expression)).not.toThrow();
  const references = expression.match(/LicenseRef-[A-Za-z0-9.-]+/g) ?? [];
  expect(Object.keys(found?.texts ?? {})).toEqual(references);
});

test.each(['', '  ', 'UNKNOWN', 'NOASSERTION'])('%j says nothing', (text) => {
  expect(licenceOf(text, 'any')).toBeUndefined();
});

test('keeps a whole text as one reference that is the same wherever the text is', () => {
  const text = 'Permission is hereby granted\nto nobody.';
  const found = licenceOf(text, 'pypi');
  expect(found).toEqual({
    expression: expect.stringMatching(/^LicenseRef-[0-9a-f]{16}$/) as string,
    texts: { [found?.expression ?? '']: text },
    copyright: undefined,
  });
  expect(licenceOf(`${text}\n`, 'pypi')).toEqual(found);
});

test('joins several statements, with brackets where they are needed', () => {
  expect(licenceOfAll(['MIT', 'Apache-2.0 OR GPLv2', '', 'MIT'], 'gem')?.expression).toBe(
    'MIT AND (Apache-2.0 OR GPL-2.0-only)',
  );
  expect(licenceOfAll(['MIT', 'Apache-2.0 AND BSD'], 'maven', 'OR')?.expression).toBe(
    'MIT OR Apache-2.0 AND LicenseRef-BSD',
  );
  expect(licenceOfAll(['UNKNOWN'], 'gem')).toBeUndefined();
});

test('any text becomes an expression that others read, and soon', () => {
  const word = fc.constantFrom(
    'MIT',
    'and',
    'OR',
    '(',
    ')',
    'GPLv2+',
    ',',
    'with',
    'or later',
    'BSD',
    '/',
    '&',
    'ASL 2.0',
    '+',
    'é',
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(word, { maxLength: 60 }).map((words) => words.join(' ')),
    fc.string({ minLength: 900, maxLength: 1100, unit: fc.constantFrom('g', 'p', 'v', ' ', '2', '.', '(', '+') }),
  );
  fc.assert(
    fc.property(texts, fc.constantFrom('apk', 'rpm', 'cargo', 'any'), (text, source) => {
      const found = licenceOf(text, source);
      expect(() => parseExpression(found?.expression ?? 'MIT')).not.toThrow();
    }),
    { numRuns: 2000 },
  );
});
