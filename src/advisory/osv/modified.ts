// The list of what was modified when: `modified_id.csv`, newest first.
import { isOsvId } from '../../osv/schema.ts';
import { sortableTime } from '../../osv/time.ts';
import { malformedFile } from '../file-faults.ts';
import type { FeedFile } from '../feed.ts';

/** The newest records that a reading saw. */
export interface Seen {
  /** Their time, as `sortableTime` gives it; empty where nothing was seen. */
  readonly time: string;
  /** Those of exactly this time. */
  readonly ids: readonly string[];
}

/** Longest line: a time, an ecosystem, an id. */
const LONGEST_LINE = 1000;
/** Most ids of one time that are kept: of more, all are read again. */
const MOST_IDS = 1000;

/**
 * What was modified since, in the list's order; no more of it is read than that.
 * @param most ids that are given, and one more where there are more
 * @throws Fault `feed/malformed`, `feed/…`
 */
export async function modifiedSince(
  file: FeedFile,
  seen: Seen,
  of: { readonly base: string; readonly path: string; readonly most: number },
): Promise<readonly string[]> {
  const before = new Set(seen.ids);
  const ids = new Set<string>();
  for await (const line of lines(file, of)) {
    const comma = line.indexOf(',');
    const time = sortableTime(line.slice(0, Math.max(comma, 0)));
    const id = line.slice(line.lastIndexOf('/') + 1 || comma + 1);
    if (time === undefined || !isOsvId(id)) {
      if (ids.size === 0 && line.startsWith('modified')) continue;
      throw malformedFile(of.base, of.path, `${JSON.stringify(line.slice(0, 100))} is no time and ID`);
    }
    if (time < seen.time || ids.size > of.most) break;
    if (time > seen.time || !before.has(id)) ids.add(id);
  }
  return [...ids];
}

async function* lines(file: FeedFile, of: { readonly base: string; readonly path: string }): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of file.chunks()) {
    const parts = (rest + chunk.toString('latin1')).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const line = part.trim();
      if (line !== '') yield line;
    }
    if (rest.length > LONGEST_LINE) throw malformedFile(of.base, of.path, 'a line does not end');
  }
  if (rest.trim() !== '') yield rest.trim();
}

/** Collects the newest of what goes by. Times after `latest` are not believed: they would hide what comes next. */
export class Newest {
  #time = '';
  #ids: string[] = [];
  readonly #latest: string;

  /** @param now seconds since 1970 */
  constructor(before: Seen | undefined, now: number) {
    this.#time = before?.time ?? '';
    this.#ids = [...(before?.ids ?? [])];
    this.#latest = new Date((now + DAY) * 1000).toISOString();
  }

  add(id: string, modified: string | undefined): void {
    const time = modified === undefined ? undefined : sortableTime(modified);
    if (time === undefined || time < this.#time || time > this.#latest) return;
    if (time > this.#time) this.#ids = [];
    this.#time = time;
    if (this.#ids.length < MOST_IDS && !this.#ids.includes(id)) this.#ids.push(id);
  }

  get seen(): Seen {
    return { time: this.#time, ids: this.#ids };
  }
}

const DAY = 86_400;
