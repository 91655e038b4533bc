import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BytePath } from '../lib/bytes.ts';
import type { EntryKind } from '../lib/tar.ts';
import { FilePlaces } from './names.ts';

interface Named {
  readonly path: BytePath;
  readonly kind: EntryKind;
  readonly target: string | undefined;
}

/** What hard links lead to, by the plainest rules. */
function placesOf(entries: readonly Named[]): (number | undefined)[] {
  const places = new Map<string, number>();
  return entries.map(({ path, kind, target }, at) => {
    const place = kind === 'file' ? at : kind === 'hardlink' ? places.get(target ?? '') : undefined;
    if (place !== undefined) places.set(path, place);
    else if (kind !== 'directory') places.delete(path);
    return place;
  });
}

const names = fc.constantFrom('a', 'b', 'c', 'd/e');
const entry: fc.Arbitrary<Named> = fc.record({
  path: names,
  kind: fc.constantFrom<EntryKind>('file', 'hardlink', 'hardlink', 'directory', 'symlink'),
  target: names,
});

test('hard links lead to the file that stood last by their target’s name, whether few or many', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 120 }), (entries) => {
      const places = new FilePlaces(entries);
      expect(entries.map((one, at) => places.next(one, at))).toEqual(placesOf(entries));
    }),
  );
});
