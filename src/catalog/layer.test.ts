import { expect, test } from 'vitest';
import { sha1Of, sha256Of } from '../image/file-digests.ts';
import { sha1Hex, sha256Hex, digestOf } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { headerSum, type TarEntry } from '../lib/tar.ts';
import { TAR_END, tarHeader, tarPadding } from '../lib/tar-write.ts';
import { CatalogerIndex } from './catalog.ts';
import type { Spool } from './content.ts';
import { analyseLayer, type LayerAnalysis } from './layer.ts';
import { analysisOf, recordOf } from './record.ts';
import type { Cataloger } from './types.ts';

/** Says which files it was given, with their first and last bytes. */
function reader(more: Partial<Cataloger<string>>): Cataloger<string> {
  return {
    id: 'reader',
    version: 1,
    evidence: 'installed',
    reads: [{ name: 'data' }],
    limit: 1 << 30,
    parse: ({ content }) => {
      if (content.read(0, 3).toString() === 'bad') throw new Fault('test/bad', 'It is bad.', 'Do not.');
      if (content.read(0, 3).toString() === 'odd') throw new TypeError('a defect');
      return `${content.size} ${content.read(0, 2).toString()} ${content.read(content.size - 2, 9).toString()}`;
    },
    assemble: () => [],
    ...more,
  };
}

function tar(
  ...files: readonly (readonly [path: string, content: string | Buffer | { readonly to: string }])[]
): Buffer {
  const parts: Buffer[] = [];
  for (const [path, content] of files) {
    const link = typeof content === 'object' && 'to' in content;
    const bytes = link ? Buffer.alloc(0) : Buffer.from(content);
    const entry: TarEntry = {
      path,
      kind: link ? 'hardlink' : 'file',
      mode: 0o644,
      uid: 0,
      gid: 0,
      mtime: 0,
      size: bytes.length,
      target: link ? content.to : undefined,
    };
    parts.push(tarHeader(entry), bytes, tarPadding(bytes.length));
  }
  return Buffer.concat([...parts, TAR_END]);
}

class MemorySpool implements Spool {
  #parts: Buffer[] = [];
  reset(): void {
    this.#parts = [];
  }
  write(chunk: Uint8Array): void {
    this.#parts.push(Buffer.from(chunk));
  }
  read(offset: number, length: number): Buffer {
    return Buffer.concat(this.#parts).subarray(offset, offset + length);
  }
}

async function analyse(
  archive: Buffer,
  catalogers: readonly Cataloger<unknown>[],
  { piece = archive.length, digests = false } = {},
): Promise<LayerAnalysis> {
  async function* chunks(): AsyncGenerator<Buffer> {
    // The chunk is only good while it is read.
    for (let at = 0; at < archive.length; at += piece) {
      const chunk = Buffer.from(archive.subarray(at, at + piece));
      yield chunk;
      chunk.fill(0xee);
    }
  }
  return await analyseLayer(chunks, { index: new CatalogerIndex(catalogers), digests, spool: new MemorySpool() });
}

const facts = ({ facts: all, entries }: LayerAnalysis): unknown[] =>
  all.map(({ cataloger, at, fact }) => [cataloger, entries[at]?.path, fact]);

test.each([7, 512, 1000, 1 << 20])('a file is handed on whole, in pieces of %d bytes', async (piece) => {
  const archive = tar(['a/data', 'hello'], ['a/other', 'x'.repeat(2000)], ['b/data', `<${'y'.repeat(3000)}>`]);
  const analysis = await analyse(archive, [reader({})], { piece, digests: true });
  expect(facts(analysis)).toEqual([
    ['reader', 'a/data', '5 he lo'],
    ['reader', 'b/data', '3002 <y y>'],
  ]);
  expect(analysis.diffId).toBe(digestOf(archive));
  expect(analysis.entries.map((e) => sha256Of(e.digests ?? ''))).toEqual(
    ['hello', 'x'.repeat(2000), `<${'y'.repeat(3000)}>`].map((text) => sha256Hex(text)),
  );
  expect(sha1Of(analysis.entries[0]?.digests ?? '')).toBe(sha1Hex('hello'));
});

test('a large file is kept out of memory and read at random', async () => {
  const large = Buffer.alloc((4 << 20) + 5, 'z');
  large.write('ab');
  const analysis = await analyse(tar(['data', large], ['x/data', 'small']), [reader({})], { piece: 1 << 20 });
  expect(facts(analysis)).toEqual([
    ['reader', 'data', `${large.length} ab zz`],
    ['reader', 'x/data', '5 sm ll'],
  ]);
});

test('a program is known by its first bytes, whatever its name', async () => {
  const elf = Buffer.concat([Buffer.from('\x7fELF', 'latin1'), Buffer.alloc(100, 'e')]);
  const programs = reader({ id: 'programs', reads: [{ program: true }] });
  const archive = tar(['bin/x', elf], ['bin/script', `#!/bin/sh\n${'#'.repeat(100)}`], ['tiny', '\x7fELF']);
  for (const piece of [3, 600, 1 << 20]) {
    expect(facts(await analyse(archive, [programs], { piece })).filter((f) => String(f).includes('bin/x'))).toEqual([
      ['programs', 'bin/x', '104 \x7fE ee'],
    ]);
  }
  expect(facts(await analyse(archive, [programs]))).toHaveLength(1);
});

test('what cannot be read is named, and the rest goes on', async () => {
  const archive = tar(['a/data', 'bad'], ['b/data', 'odd'], ['c/data', 'x'.repeat(100)], ['d/data', 'good']);
  for (const piece of [50, 1 << 20]) {
    const analysis = await analyse(archive, [reader({ limit: 50 })], { piece });
    expect(analysis.notRead.map(({ path, code }) => [path, code])).toEqual([
      ['a/data', 'test/bad'],
      ['b/data', 'catalog/defect'],
      ['c/data', 'catalog/too-large'],
    ]);
    expect(facts(analysis)).toEqual([['reader', 'd/data', '4 go od']]);
  }
});

test('a file that only a hard link after it asks for is read again, as what the link is called', async () => {
  const archive = tar(['store/x', 'some content'], ['store/y', { to: 'store/x' }], ['a/data', { to: 'store/y' }]);
  const { facts, notRead } = await analyse(archive, [reader({})], { piece: 100 });
  expect(facts).toEqual([{ cataloger: 'reader', at: 2, fact: '12 so nt' }]);
  expect(notRead).toEqual([]);
});

test('a hard link is named when what it links to cannot be read, is too large, or is not there', async () => {
  const archive = tar(
    ['x', 'bad'],
    ['a/data', { to: 'x' }],
    ['y', 'long'],
    ['b/data', { to: 'y' }],
    ['c/data', { to: 'z' }],
  );
  const { notRead } = await analyse(archive, [reader({ limit: 3 })]);
  expect(notRead.map(({ path, code }) => [path, code])).toEqual([
    ['c/data', 'catalog/linked'],
    ['a/data', 'test/bad'],
    ['b/data', 'catalog/too-large'],
  ]);
});

test('a hard link to a file that was read is that file, too', async () => {
  const analysis = await analyse(tar(['store/data', 'hello'], ['app/data', { to: 'store/data' }]), [reader({})]);
  expect(facts(analysis)).toEqual([
    ['reader', 'store/data', '5 he lo'],
    ['reader', 'app/data', '5 he lo'],
  ]);
});

test.each([50, 1 << 20])(
  'a file is read under the name of a hard link that a cataloger asks for, in pieces of %d bytes',
  async (piece) => {
    const elf = Buffer.concat([Buffer.from('\x7fELF', 'latin1'), Buffer.alloc(100, 'e')]);
    const named = reader({ id: 'named', reads: [{ program: true, match: (path) => path.endsWith('busybox') }] });
    const archive = tar(
      ['bin/[', elf],
      ['bin/ash', { to: 'bin/[' }],
      ['bin/busybox', { to: 'bin/ash' }],
      ['store/00', 'hello'],
      ['store/01', 'other'],
      ['app/data', { to: 'store/00' }],
      ['lib/data', { to: 'store/00' }],
      ['lib/busybox', { to: 'store/01' }],
    );
    const analysis = await analyse(archive, [named, reader({})], { piece, digests: true });
    expect(facts(analysis)).toEqual([
      ['named', 'bin/busybox', '104 \x7fE ee'],
      ['reader', 'app/data', '5 he lo'],
      ['reader', 'lib/data', '5 he lo'],
    ]);
    expect(analysis.diffId).toBe(digestOf(archive));
    expect(sha256Of(analysis.entries[0]?.digests ?? '')).toBe(sha256Hex(elf));
  },
);

test('a layer is read again only for links that nobody read', async () => {
  let opened = 0;
  const archive = tar(['store/data', 'bad'], ['app/data', { to: 'store/data' }], ['other', { to: 'store/data' }]);
  async function* open(): AsyncGenerator<Buffer> {
    opened++;
    yield archive;
  }
  await analyseLayer(open, { index: new CatalogerIndex([reader({})]), digests: false, spool: new MemorySpool() });
  expect(opened).toBe(1);
});

test('an empty file is read, too', async () => {
  expect(facts(await analyse(tar(['data', '']), [reader({})]))).toEqual([['reader', 'data', '0  ']]);
});

test.each([true, false])('the record of a layer gives it back (digests: %s)', async (digests) => {
  const archive = tar(['data', 'hello'], ['b/data', 'bad'], ['c', { to: 'data' }]);
  const analysis = await analyse(archive, [reader({})], { digests });
  expect(analysisOf(Buffer.concat(recordOf(analysis)))).toEqual(analysis);
});

test('keeps that a file has capabilities, with and without digests, through the record', async () => {
  const record = '38 SCHILY.xattr.security.capability=x\n';
  const owner = { uid: 0, gid: 0, mtime: 0, mode: 0o755, target: undefined };
  const pax = tarHeader({ ...owner, path: 'pax', kind: 'file', size: record.length });
  pax.write('x', 156, 'latin1');
  pax.write(`${headerSum(pax).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  const file = [tarHeader({ ...owner, path: 'bin/ping', kind: 'file', size: 1 }), Buffer.from('x'), tarPadding(1)];
  const bytes = Buffer.concat([pax, Buffer.from(record), tarPadding(record.length), ...file, tar(['plain', 'x'])]);
  for (const digests of [true, false]) {
    const analysis = await analyse(bytes, [], { digests });
    expect(analysis.entries.map(({ path, capabilities }) => [path, capabilities])).toEqual([
      ['bin/ping', true],
      ['plain', undefined],
    ]);
    expect(analysisOf(Buffer.concat(recordOf(analysis)))).toEqual(analysis);
  }
});
