import { cpuTime } from '../../../test/fakes/cpu-time.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fault } from '../../lib/faults.ts';
import { readBom } from '../read.ts';
import type { Bom } from '../types.ts';
import { packagesOfCycloneDx } from './read-packages.ts';

/** In chunks of a few bytes, which are used again. */
async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  const chunk = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) {
    const length = bytes.copy(chunk, 0, at, at + size);
    yield await Promise.resolve(chunk.subarray(0, length));
  }
}

/** What matching asks for. */
function asked({ packages, subject }: Bom): unknown {
  const list = packages.map(({ purl, name, version, kind, source, locations, ownedBy, dependencies, maintainer }) => {
    return { purl, name, version, kind, source, locations, ownedBy, dependencies, maintainer };
  });
  return JSON.parse(JSON.stringify({ list, subject }));
}

const whole = (bytes: Buffer): unknown => {
  try {
    return asked(readBom(bytes, 'x'));
  } catch (fault) {
    if (fault instanceof Fault) return fault.code;
    throw fault;
  }
};

/** As a user has it: what cannot be read so, the reader of whole documents reads. */
async function lean(bytes: Buffer, size: number): Promise<unknown> {
  try {
    const bom = await packagesOfCycloneDx(inChunks(bytes, size), 'x');
    return bom === undefined ? whole(bytes) : asked(bom);
  } catch (fault) {
    if (fault instanceof Fault) return fault.code;
    throw fault;
  }
}

const metadata = { component: { type: 'container', name: 'image', version: '1' } };
const head = { bomFormat: 'CycloneDX', specVersion: '1.6', metadata };
const documentWith = (components: string): Buffer => Buffer.from(`${JSON.stringify(head).slice(0, -1)},${components}}`);

const text = fc.oneof(
  fc.constantFrom('a', 'b', '},{"bom-ref":"', '"', '\\', 'é', '{"bom-ref"', '\u0000', '[', '__proto__'),
  fc.string({ maxLength: 8 }),
);
const hashes = fc.array(
  fc.record({ alg: fc.constantFrom('SHA-1', 'SHA-256', 'MD5', 'other'), content: fc.constantFrom('ab', '"', 'é') }),
  { maxLength: 2 },
);
const property = fc.record({
  name: fc.constantFrom('syft:package:foundBy', 'syft:cpe23', 'syft:location:0:path', 'temper:source', 'x'),
  value: text,
});
const component: fc.Arbitrary<object> = fc.letrec<{ one: object }>((tie) => ({
  one: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    // As syft writes files.
    fc.record({ 'bom-ref': text, type: fc.constant('file'), name: text, hashes }),
    fc.record(
      {
        'bom-ref': text,
        type: fc.constantFrom('library', 'file', 'operating-system', 'application'),
        group: text,
        name: text,
        version: text,
        purl: fc.constantFrom('pkg:npm/a@1', 'pkg:npm/b@2', 'pkg:deb/debian/libc6@1?upstream=glibc', ''),
        author: text,
        licenses: fc.constant([{ license: { id: 'MIT' } }]),
        hashes,
        properties: fc.array(property, { maxLength: 3 }),
        pedigree: fc.constant({ ancestors: [{ 'bom-ref': 'x', type: 'library', name: 'y' }, { 'bom-ref': 'z' }] }),
        components: fc.array(tie('one'), { maxLength: 2 }),
      },
      { requiredKeys: ['name'] },
    ),
  ),
})).one;

describe('components read without what is not asked for', () => {
  test('give the packages that the whole document gives, whatever stands in it and however it is written', async () => {
    const options = fc.tuple(fc.constantFrom(undefined, 1, '\t'), fc.constantFrom(1, 13, 400, 1 << 17));
    await fc.assert(
      fc.asyncProperty(fc.array(component, { maxLength: 8 }), options, async (components, [space, size]) => {
        const bytes = Buffer.from(JSON.stringify({ ...head, components, dependencies: [] }, undefined, space));
        expect(await lean(bytes, size)).toEqual(whole(bytes));
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['members twice', '"components":[{"name":"a","purl":"pkg:npm/a@1","purl":"pkg:npm/b@1"}]'],
    ['components twice', '"components":[{"name":"a"}],"components":[{"name":"b"}]'],
    ['metadata again', '"components":[{"name":"a"}],"metadata":{"component":{"name":"c","type":"file"}}'],
    [
      'names with escapes',
      '"components":[{"n\\u0061me":"a","p\\u0075rl":"pkg:npm/a@1"}],"compon\\u0065nts":[{"name":"b"}]',
    ],
    ['a name that is a prototype', '"components":[{"name":"a","__proto__":{"purl":"pkg:npm/b@1"}}]'],
    [
      'a file with an escape',
      '"components":[{"bom-ref":"f","type":"file","name":"/a\\"","hashes":[{"alg":"MD5","content":"a"}]}]',
    ],
    [
      'a file in a file',
      '"components":[{"type":"file","name":"/a","hashes":[{"alg":"MD5","content":"a"}],"components":[{"name":"b"}]}]',
    ],
    ['components that are none', '"components":[{"name":"a"},null,{"name":"b"}]'],
    ['components that are an object', '"components":{"name":"a"}'],
    ['components without a name', '"components":[{"name":"a"},{"bom-ref":"b"}]'],
    ['a name that is a number', '"components":[{"name":1}]'],
    ['properties that are no list', '"components":[{"name":"a","properties":{}}]'],
    ['a comma too many', '"components":[{"name":"a"},]'],
    ['a comma too few', '"components":[{"name":"a"}{"name":"b"}]'],
    ['an end too many', '"components":[{"name":"a"}}]'],
    ['a list in the place of a component', '"components":[{"name":"a"},[{"name":"b"}]]'],
    ['half a character', '"components":[{"name":"a\\ud800"},{"name":"b"}]'],
    ['long names', `"components":[{"name":"${'a'.repeat(100_000)}"},{"name":"b","version":"${'1'.repeat(300_000)}"}]`],
    ['deep nesting', `"components":[${'{"name":"a","components":['.repeat(300)}${']}'.repeat(300)}]`],
    ['nesting that is deep enough', `"components":[${'{"name":"a","components":['.repeat(40)}${']}'.repeat(40)}]`],
  ])('%s are as the whole document has them', async (_, components) => {
    const bytes = documentWith(components);
    for (const size of [1 + (bytes.length >> 6), 1 << 16]) expect(await lean(bytes, size)).toEqual(whole(bytes));
  });

  test.each([
    ['a byte order mark', Buffer.from(`\ufeff${JSON.stringify({ ...head, components: [{ name: 'a' }] })}`)],
    ['UTF-16', Buffer.from(`\ufeff${JSON.stringify({ ...head, components: [{ name: 'a' }] })}`, 'utf16le')],
    ['bytes that are no text', Buffer.from(documentWith('"components":[{"name":"\u00ff"}]').toString(), 'latin1')],
    [
      'metadata behind them',
      Buffer.from(
        JSON.stringify({ ...head, metadata: undefined, components: [{ name: 'a' }], late: 1 }).replace(
          '"late":1',
          `"metadata":${JSON.stringify(metadata)}`,
        ),
      ),
    ],
    ['nothing that is described', Buffer.from(JSON.stringify({ ...head, metadata: {}, components: [{ name: 'a' }] }))],
  ])('%s are read as the reader of whole documents reads them', async (_, bytes) => {
    expect(await lean(bytes, 50)).toEqual(whole(bytes));
  });

  test('stand between thousands of files', async () => {
    const components = Array.from({ length: 6000 }, (_, i) =>
      i % 100 === 50
        ? { 'bom-ref': `p${i}`, type: 'library', name: `n${i}`, purl: `pkg:npm/n${i}@${i}` }
        : {
            'bom-ref': `f${i}`,
            type: 'file',
            name: `/f/${'x'.repeat(i % 300)}`,
            hashes: [{ alg: 'MD5', content: `${i}` }],
          },
    );
    const bytes = Buffer.from(JSON.stringify({ ...head, components }));
    const expected = whole(bytes);
    for (const size of [1000, 70_001, 1 << 19]) expect(await lean(bytes, size)).toEqual(expected);
    const bom = await packagesOfCycloneDx(inChunks(bytes, 4096), 'x');
    expect(bom?.packages).toHaveLength(60);
  });

  test('of a document that is cut off anywhere are its fault', async () => {
    const list = [
      { 'bom-ref': 'a', name: 'a' },
      { 'bom-ref': 'b', name: 'b' },
      { 'bom-ref': 'c', name: 'c' },
    ];
    const bytes = documentWith(`"components":${JSON.stringify(list)}`);
    for (let length = 100; length < bytes.length; length++)
      expect(await lean(bytes.subarray(0, length), 64)).toBe('json/malformed');
  });

  test('of which each breaks what is guessed take no longer than others', async () => {
    const inner = '{"x":[{"bom-ref":"a"},{"bom-ref":"b"}],"name":"n"}';
    const bytes = documentWith(
      `"components":[{"bom-ref":"1","name":"m"},{"bom-ref":"2","name":"m"}${`,${inner}`.repeat(40_000)}]`,
    );
    const start = cpuTime();
    expect((await packagesOfCycloneDx(inChunks(bytes, 1 << 18), 'x'))?.packages).toHaveLength(2);
    expect(cpuTime() - start).toBeLessThan(10_000);
  });
});
