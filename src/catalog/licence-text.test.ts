import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert, property, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { detectLicence } from './licence-text.ts';

const root = join(import.meta.dirname, '../..');
const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
const ISC = `Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby
granted, provided that the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
THIS SOFTWARE.`;

function detected(text: string): string | undefined {
  return detectLicence(Buffer.from(text), 1 << 16)?.id;
}

test('the same text in other clothes', () => {
  expect(detected(MIT)).toBe('MIT');
  expect(detected(`The MIT License (MIT)\n\nCopyright (c) 2020 A. Person and others <a@example.org>\n\n${MIT}\n`)).toBe(
    'MIT',
  );
  expect(detected(MIT.replace(/^/gm, ' * ').toUpperCase())).toBe('MIT');
  expect(detected(MIT.replace(/\s+/g, ' '))).toBe('MIT');
  expect(detected(ISC.replace(/(.{60,70}) /g, '$1\n'))).toBe('ISC');
});

test('a clause less is another licence', () => {
  expect(detected(ISC.replace(/, provided that[^.]*/, ''))).toBe('0BSD');
  expect(detected(MIT.replace(/, subject to the[^]*?portions of the\nSoftware/, ''))).toBe('MIT-0');
});

test('two licences in one text are not one of them, nor is one among much else', () => {
  expect(detected(`${ISC}\n\n----\n\n${MIT}`)).toBeUndefined();
  const other = Array.from({ length: 900 }, (_, i) => `word${i}`).join(' ');
  expect(detected(`${MIT}\n${other}`)).toBeUndefined();
  expect(detected(`${MIT}\nThe logo and all of the pictures are under another licence, which is not told here.`)).toBe(
    'MIT',
  );
});

test('what is no licence', () => {
  for (const text of ['', 'MIT', 'See the file LICENSE.', 'Permission is hereby granted to nobody.']) {
    expect(detected(text)).toBeUndefined();
  }
});

test('what stands behind the limit is not looked at', () => {
  expect(detectLicence(Buffer.from(MIT), 200)).toBeUndefined();
});

test('any bytes are read', () => {
  assert(property(uint8Array({ maxLength: 2000 }), (bytes) => (detectLicence(bytes, 1000)?.confidence ?? 1) <= 1));
});

const COMMON = '/usr/share/common-licenses';

test.skipIf(!existsSync(COMMON)).each([
  ['Apache-2.0', 'Apache-2.0'],
  ['BSD', 'BSD-3-Clause'],
  ['CC0-1.0', 'CC0-1.0'],
  ['GFDL-1.2', 'GFDL-1.2-only'],
  ['GPL-1', 'GPL-1.0-only'],
  ['GPL-2', 'GPL-2.0-only'],
  ['GPL-3', 'GPL-3.0-only'],
  ['LGPL-2', 'LGPL-2.0-only'],
  ['LGPL-2.1', 'LGPL-2.1-only'],
  ['LGPL-3', 'LGPL-3.0-only'],
  ['MPL-2.0', 'MPL-2.0'],
])("Debian's copy of %s", (file, id) => {
  expect(detectLicence(readFileSync(join(COMMON, file)), 1 << 16)?.id).toBe(id);
});

/** A licence file and what the package itself says, of each package that has both. */
function licensed(folder: string): readonly { readonly name: string; readonly says: string; readonly text: Buffer }[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('@')) return licensed(path);
    if (!existsSync(join(path, 'package.json'))) return [];
    const { license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as { readonly license?: unknown };
    const file = readdirSync(path).find((name) => /^(?:licen[cs]e|copying)(?:\.(?:md|txt))?$/i.test(name));
    if (file === undefined || typeof license !== 'string') return [];
    return [{ name: entry.name, says: license, text: readFileSync(join(path, file)) }];
  });
}

test('real packages: nine of ten are told as they say themselves, and none of the others as something else', () => {
  const all = licensed(join(root, 'node_modules'));
  const told = all.map(({ name, says, text }) => ({ name, says, id: detectLicence(text, 1 << 16)?.id }));
  const narrow = (says: string): string => says.replace(/(?:-or-later|\+)$/, '-only');
  expect(told.filter(({ says, id }) => id !== undefined && id !== says && id !== narrow(says))).toEqual([]);
  expect(told.filter(({ id }) => id !== undefined).length / told.length).toBeGreaterThan(0.9);
  expect(all.length).toBeGreaterThan(20);
});
