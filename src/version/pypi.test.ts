import { expect, test } from 'vitest';
import { outOfOrder, notSame } from '../../test/contracts/versions.ts';

test('every kind of release in order', () => {
  expect(
    outOfOrder('PyPI', [
      '1.0.dev456',
      '1.0a1.dev3',
      '1.0a1',
      '1.0a2.dev456',
      '1.0a12.dev456',
      '1.0a12',
      '1.0b1.dev456',
      '1.0b2',
      '1.0b2.post345.dev456',
      '1.0b2.post345',
      '1.0rc1.dev456',
      '1.0rc1',
      '1.0',
      '1.0+abc.5',
      '1.0+abc.7',
      '1.0+5',
      '1.0+5.1',
      '1.0.post456.dev34',
      '1.0.post456',
      '1.0.15',
      '1.1.dev1',
      '1!0.1',
      '2!0',
    ]),
  ).toEqual([]);
});

test('spellings of the same version', () => {
  expect(notSame('PyPI', ['1.0a1', '1.0.alpha1', '1.0-ALPHA-1', 'v1.0_a.1', ' 1.0.0a01 ', '0!1a1'])).toEqual([]);
  expect(notSame('PyPI', ['1rc1', '1c1', '1pre1', '1.preview_1'])).toEqual([]);
  expect(notSame('PyPI', ['1.post1', '1-1', '1.rev1', '1r1', '1-r-1'])).toEqual([]);
  expect(notSame('PyPI', ['1.post0', '1.post', '1.r'])).toEqual([]);
  expect(notSame('PyPI', ['1+ubuntu.1', '1+UBUNTU-1', '1+ubuntu_01'])).toEqual([]);
});

test('what PEP 440 does not know is before all that it knows', () => {
  expect(outOfOrder('PyPI', ['0.1-bulbasaur', '0.9-doduo', '0.9-eevee', '0.dev0', '0.1'])).toEqual([]);
  expect(outOfOrder('PyPI', ['unknown', '1.0-dev-x', '1.0.0.0a..b', '1.0-x', '0'])).toEqual([]);
});
