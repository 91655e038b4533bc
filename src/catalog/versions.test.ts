import { expect, test } from 'vitest';
import { catalogers } from './all.ts';
import { catalogerVersions } from './versions.ts';

test('the list of versions is that of the catalogers', () => {
  expect(catalogerVersions).toEqual(catalogers.map(({ id, version }) => [id, version]));
});
