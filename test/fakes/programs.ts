// The least of ELF, Mach-O and PE files that holds sections.

export interface FakeSection {
  readonly name: string;
  readonly content: Buffer;
}

export interface ElfShape {
  readonly bits?: 32 | 64;
  readonly bigEndian?: boolean;
  /** Leaves the section table out, as some tools strip it. */
  readonly stripped?: boolean;
}

/** Where the content of all sections is in memory: one writable segment at this address holds it. */
export const FAKE_ADDRESS = 0x400000;
const PAGE = 0x1000;

export function elfOf(
  sections: readonly FakeSection[],
  { bits = 64, bigEndian = false, stripped = false }: ElfShape = {},
): Buffer {
  const wide = bits === 64;
  const { body, places } = laidOut(sections);
  const names = Buffer.from(`\0${sections.map(({ name }) => `${name}\0`).join('')}.shstrtab\0`, 'latin1');
  const table = PAGE + body.length + names.length;
  const count = sections.length + 2;
  const out = Buffer.alloc(table + (stripped ? 0 : count * (wide ? 64 : 40)));
  const put = writer(out, bigEndian, wide);
  out.set([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, bigEndian ? 2 : 1, 1]);
  put.u16(16, 2);
  put.u16(18, 62);
  put.word(wide ? 32 : 28, 128); // program headers
  put.word(wide ? 40 : 32, stripped ? 0 : table);
  for (const [i, value] of [wide ? 56 : 32, 1, wide ? 64 : 40, stripped ? 0 : count, count - 1].entries())
    put.u16((wide ? 54 : 42) + 2 * i, value);
  put.u32(128, 1);
  put.u32(128 + (wide ? 4 : 24), 6);
  put.word(128 + (wide ? 8 : 4), PAGE);
  put.word(128 + (wide ? 16 : 8), FAKE_ADDRESS);
  put.word(128 + (wide ? 32 : 16), body.length);
  body.copy(out, PAGE);
  names.copy(out, PAGE + body.length);
  if (stripped) return out;
  const all = [...places, { name: '.shstrtab', at: body.length, size: names.length }];
  for (const [i, { name, at, size }] of all.entries()) {
    const header = table + (i + 1) * (wide ? 64 : 40);
    put.u32(header, names.indexOf(`\0${name}\0`) + 1);
    put.u32(header + 4, 1);
    put.word(header + (wide ? 16 : 12), FAKE_ADDRESS + at);
    put.word(header + (wide ? 24 : 16), PAGE + at);
    put.word(header + (wide ? 32 : 20), size);
  }
  return out;
}

export function machOf(sections: readonly FakeSection[], fat = false): Buffer {
  const { body, places } = laidOut(sections);
  const out = Buffer.alloc(PAGE + body.length);
  const put = writer(out, false, true);
  put.u32(0, 0xfeedfacf);
  put.u32(12, 2);
  put.u32(16, 1);
  put.u32(20, 72 + sections.length * 80);
  put.u32(32, 0x19);
  put.u32(36, 72 + sections.length * 80);
  for (const [i, value] of [FAKE_ADDRESS, body.length, PAGE, body.length].entries()) put.word(56 + 8 * i, value);
  put.u32(92, 3);
  put.u32(96, sections.length);
  for (const [i, { name, at, size }] of places.entries()) {
    const section = 104 + i * 80;
    out.write(name, section, 'latin1');
    put.word(section + 32, FAKE_ADDRESS + at);
    put.word(section + 40, size);
    put.u32(section + 48, PAGE + at);
  }
  body.copy(out, PAGE);
  if (!fat) return out;
  const head = Buffer.alloc(PAGE);
  for (const [i, value] of [0xcafebabe, 1, 0x01000007, 3, PAGE, out.length].entries()) head.writeUInt32BE(value, 4 * i);
  return Buffer.concat([head, out]);
}

export function peOf(sections: readonly FakeSection[]): Buffer {
  const { body, places } = laidOut(sections);
  const out = Buffer.alloc(PAGE + body.length);
  const put = writer(out, false, true);
  out.write('MZ');
  put.u32(60, 64);
  out.write('PE', 64);
  put.u16(64 + 6, sections.length);
  put.u16(64 + 20, 112);
  put.u16(64 + 24, 0x20b);
  put.word(64 + 48, FAKE_ADDRESS);
  for (const [i, { name, at, size }] of places.entries()) {
    const header = 64 + 24 + 112 + i * 40;
    out.write(name, header, 'latin1');
    put.u32(header + 12, at);
    put.u32(header + 16, size);
    put.u32(header + 20, PAGE + at);
    put.u32(header + 36, 0xc0000040);
  }
  body.copy(out, PAGE);
  return out;
}

function laidOut(sections: readonly FakeSection[]) {
  let at = 0;
  const places = sections.map(({ name, content }) => {
    const place = { name, at, size: content.length };
    at += Math.ceil(content.length / 16) * 16;
    return place;
  });
  const body = Buffer.alloc(at);
  for (const [i, { content }] of sections.entries()) content.copy(body, places[i]?.at);
  return { body, places };
}

function writer(out: Buffer, big: boolean, wide: boolean) {
  const u16 = (at: number, value: number) => (big ? out.writeUInt16BE(value, at) : out.writeUInt16LE(value, at));
  const u32 = (at: number, value: number) => (big ? out.writeUInt32BE(value, at) : out.writeUInt32LE(value, at));
  const word = (at: number, value: number) => {
    if (!wide) u32(at, value);
    else if (big) out.writeBigUInt64BE(BigInt(value), at);
    else out.writeBigUInt64LE(BigInt(value), at);
  };
  return { u16, u32, word };
}
