import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonRows, rowPart, type RowsOptions } from './json-rows.ts';

interface Row {
  readonly text: string;
  readonly count: number;
}

function written(
  rows: readonly Row[],
  take = (made: JsonRows) => made.text(),
  options?: RowsOptions,
): readonly string[] {
  const made = new JsonRows(options);
  const texts: string[] = [];
  for (const { text, count } of rows) {
    made.part(rowPart('{"text":"'));
    made.inString(text);
    made.part(rowPart('","count":'));
    made.whole(count);
    made.plain('}');
    if (made.end()) texts.push(take(made));
  }
  return made.isEmpty ? texts : [...texts, take(made)];
}

const rows = fc.array(fc.record({ text: fc.string({ unit: 'binary' }), count: fc.integer() }), { maxLength: 30 });

test('gives what JSON.stringify gives of each row', () => {
  fc.assert(
    fc.property(rows, (list) => {
      expect(written(list).join(',\n')).toBe(list.map((row) => JSON.stringify(row)).join(',\n'));
    }),
  );
});

test('gives many rows in pieces, each of whole rows, whatever their text', () => {
  const texts = ['plain', '"quoted" \\', 'ü€😀', '\n', '', '\ud800'];
  const list = Array.from({ length: 20_000 }, (_, i) => ({ text: texts[(i >> 11) % 6] ?? '', count: i }));
  const pieces = written(list);
  expect(pieces.length).toBeGreaterThan(5);
  expect(pieces.flatMap((piece) => JSON.parse(`[${piece}]`) as Row[])).toEqual(list);
});

test('has room for a row of any length', () => {
  const list = [
    { text: 'a'.repeat(300_000), count: 1 },
    { text: '€'.repeat(300_000), count: 10 },
  ];
  expect(written(list)).toEqual(list.map((row) => JSON.stringify(row)));
});

test('gives nothing where nothing was written', () => {
  expect(written([])).toEqual([]);
});

test('gives bytes with something around them, as little at once as is asked for', () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 100 }), (list, full) => {
      const [before, after] = [rowPart('['), rowPart(']')];
      const pieces = written(list, (made) => made.bytes(before, after).toString(), { between: ',', full });
      expect(pieces.flatMap((piece) => JSON.parse(piece) as Row[])).toEqual(
        list.map((row) => JSON.parse(JSON.stringify(row)) as Row),
      );
      expect(pieces.length).toBeGreaterThanOrEqual(full === 1 ? list.length : 0);
    }),
  );
});
