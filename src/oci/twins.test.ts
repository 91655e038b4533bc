import { expect, test } from 'vitest';
import { parseDocument, parseImageConfig } from './documents.ts';
import { mediaTypes } from './types.ts';
import { twinMember } from './twins.ts';

const digest = `sha256:${'1'.repeat(64)}`;
const blob = JSON.stringify({ mediaType: mediaTypes.layerGzip, digest, size: 1 });

test.each([
  ['{"layers":[],"Layers":[]}', 'Layers'],
  ['{"a":{"b":1,"\\u0062":2}}', 'b'],
  ['{"layer\\u017f":1,"layers":2}', 'layers'],
  ['{"annotations":{"a":"1","a":"2"}}', 'a'],
  ['{"x":"{\\"a\\":1","x" : 2}', 'x'],
])('finds the name that an object has twice: %s', (text, name) => {
  expect(twinMember(text)).toBe(name);
});

test.each(['{"a":[{"b":1},{"b":2}],"c":{"b":3}}', '{"annotations":{"a":"1","A":"2"}}', '{"a":"a","b":"a:"}', '[]'])(
  'finds none in %s',
  (text) => {
    expect(twinMember(text)).toBeUndefined();
  },
);

test('refuses a manifest or config that a runtime reads otherwise', () => {
  const manifest = `{"schemaVersion":2,"config":${blob},"layers":[${blob}],"Layers":[]}`;
  expect(() => parseDocument(Buffer.from(manifest), mediaTypes.manifest)).toThrow('"Layers" twice');
  const rootfs = `{"type":"layers","diff_ids":["${digest}"]}`;
  const config = `{"architecture":"amd64","os":"linux","rootfs":${rootfs},"config":{"User":"1","user":"0"}}`;
  expect(() => parseImageConfig(Buffer.from(config))).toThrow('"user" twice');
});
