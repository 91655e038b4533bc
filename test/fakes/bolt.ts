// A bbolt database in memory, one leaf page for each bucket that is not small.

export interface FakeBucket {
  readonly [name: string]: FakeBucket | string;
}

const PAGE = 4096;
const HEADER = 16;
const ELEMENT = 16;

/** @param split most elements of a leaf; more lie in several leaves under a branch */
export function fakeBolt(root: FakeBucket, { split = 50, transaction = 7n } = {}): Buffer {
  const pages: Buffer[] = [Buffer.alloc(0), Buffer.alloc(0)];
  const add = (bytes: Buffer): number => {
    const id = pages.length;
    const count = Math.ceil(bytes.length / PAGE);
    const page = Buffer.alloc(count * PAGE);
    bytes.copy(page);
    page.writeBigUInt64LE(BigInt(id), 0);
    page.writeUInt32LE(count - 1, 12);
    for (let i = 0; i < count; i++) pages.push(page.subarray(i * PAGE, (i + 1) * PAGE));
    return id;
  };
  const leaf = (items: readonly [string, FakeBucket | string][]): Buffer => {
    const elements = items.map(([key, value]) => ({
      flags: typeof value === 'string' ? 0 : 1,
      key: Buffer.from(key),
      value: typeof value === 'string' ? Buffer.from(value) : bucket(value),
    }));
    return page(
      2,
      elements.map(({ flags, key, value }) => ({ head: [flags, key.length, value.length], body: [key, value] })),
    );
  };
  const bucket = (value: FakeBucket): Buffer => {
    const items = sorted(value);
    const inline = leaf(items);
    const header = Buffer.alloc(HEADER);
    if (inline.length < 300) return Buffer.concat([header, inline]);
    header.writeBigUInt64LE(BigInt(tree(items)));
    return header;
  };
  const tree = (items: readonly [string, FakeBucket | string][]): number => {
    if (items.length <= split) return add(leaf(items));
    const children: { key: Buffer; id: number }[] = [];
    for (let i = 0; i < items.length; i += split) {
      const part = items.slice(i, i + split);
      children.push({ key: Buffer.from(part[0]?.[0] ?? ''), id: add(leaf(part)) });
    }
    return add(
      page(
        1,
        children.map(({ key, id }) => ({ head: [undefined, key.length, id], body: [key] })),
      ),
    );
  };
  const id = tree(sorted(root));
  pages[0] = meta(0, id, transaction);
  pages[1] = meta(1, id, transaction - 1n);
  return Buffer.concat(pages);
}

const sorted = (value: FakeBucket): [string, FakeBucket | string][] =>
  Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));

interface Element {
  /** A leaf's flags, key and value sizes; a branch's nothing, key size and page. */
  readonly head: readonly [number | undefined, number, number];
  readonly body: readonly Buffer[];
}

function page(flags: number, elements: readonly Element[]): Buffer {
  const table = Buffer.alloc(HEADER + elements.length * ELEMENT);
  table.writeUInt16LE(flags, 8);
  table.writeUInt16LE(elements.length, 10);
  let end = table.length;
  elements.forEach(({ head: [first, keySize, last], body }, i) => {
    const at = HEADER + i * ELEMENT;
    if (first === undefined) {
      table.writeUInt32LE(end - at, at);
      table.writeUInt32LE(keySize, at + 4);
      table.writeBigUInt64LE(BigInt(last), at + 8);
    } else {
      table.writeUInt32LE(first, at);
      table.writeUInt32LE(end - at, at + 4);
      table.writeUInt32LE(keySize, at + 8);
      table.writeUInt32LE(last, at + 12);
    }
    for (const { length } of body) end += length;
  });
  return Buffer.concat([table, ...elements.flatMap(({ body }) => body)]);
}

function meta(id: number, root: number, transaction: bigint): Buffer {
  const bytes = Buffer.alloc(PAGE);
  bytes.writeBigUInt64LE(BigInt(id), 0);
  bytes.writeUInt16LE(4, 8);
  bytes.writeUInt32LE(0xed0cdaed, 16);
  bytes.writeUInt32LE(2, 20);
  bytes.writeUInt32LE(PAGE, 24);
  bytes.writeBigUInt64LE(BigInt(root), 32);
  bytes.writeBigUInt64LE(transaction, 64);
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes.subarray(16, 72)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  bytes.writeBigUInt64LE(hash, 72);
  return bytes;
}
