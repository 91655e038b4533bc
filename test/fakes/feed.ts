// Feeds over files that are made for the occasion.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Feed, FeedFiles, FeedRecord, FeedRequest } from '../../src/advisory/feed.ts';

/** A folder with these files, gone when the test ends. */
export async function folderOf(files: Readonly<Record<string, Buffer | string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'temper-feed-'));
  onTestFinished(async () => await rm(folder, { recursive: true }));
  await addTo(folder, files);
  return folder;
}

export async function addTo(folder: string, files: Readonly<Record<string, Buffer | string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

export type RecordOf<Kind extends FeedRecord['kind']> = Extract<FeedRecord, { readonly kind: Kind }>;

/** What a reading gave, by kind. */
export class Given {
  readonly records: readonly FeedRecord[];

  constructor(records: readonly FeedRecord[]) {
    this.records = records;
  }

  of<Kind extends FeedRecord['kind']>(kind: Kind): RecordOf<Kind>[] {
    return this.records.filter((record): record is RecordOf<Kind> => record.kind === kind);
  }

  /** Ids of advisories, in the order in which they were given. */
  get ids(): string[] {
    return this.of('advisory').map(({ advisory }) => advisory.id);
  }

  get end(): RecordOf<'end'> {
    const [end] = this.of('end');
    if (end === undefined || this.records.at(-1) !== end) throw new Error('the end is not the last record');
    return end;
  }
}

/** 2026-11-23T00:00:00Z */
export const NOW = 1_795_392_000;

export async function readFeed(feed: Feed, files: FeedFiles, request: Partial<FeedRequest> = {}): Promise<Given> {
  const records: FeedRecord[] = [];
  const whole = { ecosystems: undefined, since: undefined, now: NOW, ...request };
  for await (const record of feed.read(files, whole)) records.push(record);
  return new Given(records);
}
