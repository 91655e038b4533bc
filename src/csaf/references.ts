import { type Fields, objectsIn, textOf } from './fields.ts';
import type { CsafReference } from './types.ts';

/** The `references` of a document or a vulnerability. */
export function referencesOf(fields: Fields): CsafReference[] {
  return objectsIn(fields['references'], 'references')
    .map((reference) => ({ category: textOf(reference['category']), url: textOf(reference['url']) }))
    .filter(({ url }) => url !== '');
}
