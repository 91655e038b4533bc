// Damage to tars that leaves their checksums right: headers, extended headers, sizes, order.
import { BLOCK, headerSum } from '../../src/lib/tar.ts';
import { brokenBytes } from './mutate-bytes.ts';
import type { Random } from './random.ts';

/** A header with what follows it. */
interface Part {
  readonly header: Buffer;
  readonly content: Buffer;
}

const FIELDS = [
  [0, 100],
  [100, 8],
  [108, 8],
  [116, 8],
  [124, 12],
  [124, 12],
  [136, 12],
  [157, 100],
  [257, 8],
  [345, 155],
  [386, 12],
  [398, 12],
  [482, 1],
  [483, 12],
] as const;
const NAMES = [
  '..',
  '../../x',
  '/x',
  './',
  '',
  'a//b',
  'a/./../..',
  '.wh..wh..opq',
  '.wh.x',
  'a/'.repeat(49),
  '\xff\xfe',
];
const FLAGS = '01234567xgLKSDMNVAEIX? ';
const KEYS = [
  'path',
  'linkpath',
  'size',
  'uid',
  'mtime',
  'comment',
  'hdrcharset',
  'SCHILY.xattr.security.capability',
  'GNU.sparse.major',
  'GNU.sparse.minor',
  'GNU.sparse.name',
  'GNU.sparse.size',
  'GNU.sparse.realsize',
  'GNU.sparse.map',
  'GNU.sparse.numblocks',
  'GNU.sparse.offset',
  'GNU.sparse.numbytes',
  '__proto__',
];
const VALUES = [
  '',
  '0',
  '1',
  '-1',
  '512',
  '1.5',
  '0,1',
  '0,512,1024,512',
  '99999999999999999999',
  '9223372036854775807',
  '../../x',
  'a\0b',
  'x',
  'a/'.repeat(3000),
  '\xff\n',
];

/** The archive with one to a few changes; a few have wrong checksums or are cut, too. */
export function brokenTar(archive: Buffer, random: Random, others: readonly Buffer[]): Buffer {
  const parts = partsOf(archive);
  if (parts.length === 0) return brokenBytes(archive, random, others);
  for (let i = 0; i <= random.small(6); i++) change(parts, random);
  const out = Buffer.concat(parts.flatMap(({ header, content }) => [header, content]));
  return random.once(6) ? brokenBytes(out, random, others) : out;
}

function change(parts: Part[], random: Random): void {
  const at = random.below(parts.length);
  const part = parts[at] as Part;
  switch (random.below(8)) {
    case 0:
      parts.splice(at, 1 + random.small(3));
      if (parts.length === 0) parts.push(part);
      break;
    case 1:
      parts.splice(random.below(parts.length), 0, part);
      break;
    case 2: {
      // Another one's header before the same content.
      const other = random.pick(parts);
      parts[at] = { header: other.header, content: part.content };
      break;
    }
    case 3:
      parts.splice(at, 0, extended(random));
      break;
    case 4:
      parts.splice(at, 0, longName(random));
      break;
    case 5:
      parts.splice(at, 0, { header: Buffer.alloc(BLOCK), content: Buffer.alloc(0) });
      break;
    default:
      parts[at] = { header: changedHeader(part.header, random), content: changedContent(part.content, random) };
  }
}

function changedHeader(header: Buffer, random: Random): Buffer {
  const copy = Buffer.from(header);
  const [at, length] = random.pick(FIELDS);
  const octal = random
    .small(1 << 20)
    .toString(8)
    .padStart(Math.max(0, length - 1), '0');
  const name = at === 0 || at === 157;
  switch (random.below(4)) {
    case 0:
      copy[156] = FLAGS.charCodeAt(random.below(FLAGS.length)) & (random.once(8) ? 0 : 0xff);
      break;
    case 1:
      random.bytes(length).copy(copy, at);
      break;
    case 2:
      copy.fill(random.pick([0, 0x20, 0x80, 0xff]), at, at + length);
      break;
    default:
      copy.write(name ? `${random.pick(NAMES)}\0` : `${octal}\0`, at, length, 'latin1');
  }
  return random.once(30) ? copy : checked(copy);
}

function changedContent(content: Buffer, random: Random): Buffer {
  if (!random.once(4)) return content;
  return random.once(2)
    ? brokenBytes(content, random, [content])
    : content.subarray(0, random.below(content.length + 1));
}

function checked(header: Buffer): Buffer {
  header.write(`${headerSum(header).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

function extended(random: Random): Part {
  const body = Array.from({ length: 1 + (random.once(30) ? 5000 : random.below(5)) }, () => {
    const rest = ` ${random.pick(KEYS)}=${random.pick(VALUES)}\n`;
    const length = rest.length + (rest.length < 8 ? 1 : rest.length < 97 ? 2 : rest.length < 996 ? 3 : 4);
    return `${random.once(25) ? random.below(200) : length}${rest}`;
  }).join('');
  return meta(random.once(5) ? 'g' : 'x', Buffer.from(body, 'latin1'), random);
}

function longName(random: Random): Part {
  const name = random.once(10) ? 'a/'.repeat(random.pick([100, 2048, 60_000])) : `${random.pick(NAMES)}\0`;
  return meta(random.once(3) ? 'K' : 'L', Buffer.from(name, 'latin1'), random);
}

function meta(flag: string, body: Buffer, random: Random): Part {
  const header = Buffer.alloc(BLOCK);
  const size = random.once(25) ? random.pick([0, 0o40000000000, body.length + 1]) : body.length;
  header.write('././@LongLink', 0, 'latin1');
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  header.write(flag, 156, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  return {
    header: checked(header),
    content: Buffer.concat([body, Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK)]),
  };
}

function partsOf(archive: Buffer): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const header = archive.subarray(at, at + BLOCK);
    const size = Number.parseInt(header.toString('latin1', 124, 135), 8);
    const end = at + BLOCK + (Number.isNaN(size) ? 0 : Math.ceil(size / BLOCK) * BLOCK);
    parts.push({ header, content: archive.subarray(at + BLOCK, end) });
    at = end;
  }
  return parts;
}
