import fc from 'fast-check';
import { expect, test } from 'vitest';
import { brokenCopies, faultOr } from '../../../test/fakes/broken.ts';
import { contentOf } from '../../../test/fakes/catalog.ts';
import { elfOf, FAKE_ADDRESS, machOf, peOf } from '../../../test/fakes/programs.ts';
import { buildInfoText } from './build-info.ts';

const MAGIC = Buffer.from('\xff Go buildinf:', 'latin1');
const MODULES = 'path\texample.com/a\nmod\texample.com/a\tv1.2.3\th1:x=\n';
const FRAMED = Buffer.concat([Buffer.alloc(16, 0x30), Buffer.from(MODULES), Buffer.alloc(16, 0xf9)]);

/** As Go 1.18 and later write it. */
function inline(go = 'go1.22.1', modules = FRAMED): Buffer {
  const length = modules.length;
  return Buffer.concat([
    MAGIC,
    Buffer.from([8, 2]),
    Buffer.alloc(16),
    Buffer.from([go.length]),
    Buffer.from(go),
    Buffer.from([(length & 0x7f) | 0x80, length >> 7]),
    modules,
  ]);
}

/** As earlier ones do: pointers to strings, which stand behind it. */
function pointed(bits: 32 | 64, big: boolean, at = FAKE_ADDRESS): Buffer {
  const size = bits / 8;
  const out = Buffer.alloc(256);
  const word = (place: number, value: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt(value));
    const exact = bytes.subarray(8 - size);
    out.set(big ? exact : exact.reverse(), place);
  };
  out.set(MAGIC);
  out.set([size, big ? 1 : 0], 14);
  word(16, at + 64);
  word(16 + size, at + 96);
  word(64, at + 120);
  word(64 + size, 8);
  word(96, at + 128);
  word(96 + size, FRAMED.length);
  out.write('go1.17.5', 120);
  FRAMED.copy(out, 128);
  return out;
}

const whole = { go: 'go1.22.1', modules: MODULES };
const old = { go: 'go1.17.5', modules: MODULES };
const other = { name: '.rodata', content: Buffer.alloc(100, 1) };
const elf = (content: Buffer) => [other, { name: '.go.buildinfo', content }];

test.each([
  ['ELF', elfOf(elf(inline())), whole],
  ['ELF of 32 bits, big-endian', elfOf(elf(inline()), { bits: 32, bigEndian: true }), whole],
  ['ELF without sections', elfOf(elf(inline()), { stripped: true }), whole],
  ['Mach-O', machOf([{ name: '__go_buildinfo', content: inline() }]), whole],
  ['Mach-O of several architectures', machOf([{ name: '__go_buildinfo', content: inline() }], true), whole],
  ['PE', peOf([{ name: '.data', content: Buffer.concat([Buffer.alloc(4096, 7), inline()]) }]), whole],
  [
    'PE, a megabyte into its data',
    peOf([{ name: '.data', content: Buffer.concat([Buffer.alloc(1 << 20), inline()]) }]),
    whole,
  ],
  ['old ELF', elfOf([{ name: '.go.buildinfo', content: pointed(64, false) }]), old],
  ['old ELF of 32 bits', elfOf([{ name: '.go.buildinfo', content: pointed(32, false) }], { bits: 32 }), old],
  ['old ELF, big-endian', elfOf([{ name: '.go.buildinfo', content: pointed(64, true) }], { bigEndian: true }), old],
  ['old PE', peOf([{ name: '.data', content: pointed(64, false) }]), old],
  ['a program built without modules', elfOf(elf(inline('go1.22.1', Buffer.alloc(0)))), { go: 'go1.22.1', modules: '' }],
])('reads %s', (_, bytes, expected) => {
  expect(buildInfoText(contentOf(bytes))).toEqual(expected);
});

test.each([
  ['text', Buffer.from('text')],
  ['a program of another language', elfOf([other])],
  ['a Java class', Buffer.from([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61, 0, 0])],
  ['a version that is none', elfOf(elf(inline('rust1.2')))],
  ['pointers out of the program', elfOf(elf(pointed(64, false, 2 ** 40)))],
  ['pointers that are cut', elfOf(elf(pointed(64, false).subarray(0, 20)))],
  ['what only looks alike between two words', elfOf(elf(Buffer.concat([Buffer.alloc(3), inline()])))],
])('takes nothing from %s', (_, bytes) => {
  expect(buildInfoText(contentOf(bytes))).toBeUndefined();
});

test('looks at a program of another language with few reads', () => {
  const reads: number[] = [];
  const content = contentOf(elfOf([other, { name: '.text', content: Buffer.alloc(1 << 20) }]));
  buildInfoText({ ...content, read: (at, length) => (reads.push(length), content.read(at, length)) });
  expect(reads.length).toBeLessThanOrEqual(6);
  expect(Math.max(...reads)).toBeLessThan(4096);
});

test('gives information or none, whatever is changed', () => {
  const all = [
    elfOf(elf(inline())),
    elfOf([{ name: '.go.buildinfo', content: pointed(64, false) }]),
    elfOf(elf(inline()), { bits: 32, bigEndian: true, stripped: true }),
    machOf([{ name: '__go_buildinfo', content: inline() }], true),
    peOf([{ name: '.data', content: pointed(64, false) }]),
  ];
  fc.assert(
    fc.property(brokenCopies(all, 12), (broken) => {
      const text = faultOr(() => buildInfoText(contentOf(broken)));
      expect(text === undefined || 'go' in text).toBe(true);
    }),
    { numRuns: 5000 },
  );
});
