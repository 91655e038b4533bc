// How old a database's data is.
import { currentAt, type DatabaseDescription, type DatabaseSource } from '../../advisory/database/description.ts';

/** When the newest of its sources was known to be current, seconds since 1970; `undefined`: none ever was. */
export function dataTime({ sources }: Pick<DatabaseDescription, 'sources'>): number | undefined {
  const times = sources.map(currentAt).filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.max(...times);
}

export interface StaleSource extends Pick<DatabaseSource, 'feed' | 'title'> {
  /** Seconds; `undefined`: it was never read. */
  readonly age: number | undefined;
}

/**
 * Sources whose content was last known to be the newest longer ago than `age`.
 * @param age in seconds
 * @param now seconds since 1970
 */
export function staleSources(
  { sources }: Pick<DatabaseDescription, 'sources'>,
  age: number,
  now: number,
): readonly StaleSource[] {
  return sources.flatMap((source): StaleSource[] => {
    const time = currentAt(source);
    const { feed, title } = source;
    if (time === undefined) return [{ feed, title, age: undefined }];
    return now - time > age ? [{ feed, title, age: now - time }] : [];
  });
}
