// Every feed. A new one is a folder here and a line below.
import { alpineSecdb } from './alpine-secdb/feed.ts';
import { debianArchive } from './debian-archive/feed.ts';
import { debianTracker } from './debian-tracker/feed.ts';
import { epssFeed } from './epss/feed.ts';
import type { Feed } from './feed.ts';
import { kevFeed } from './kev/feed.ts';
import { nvdFeed } from './nvd/feed.ts';
import { osvFeed } from './osv/feed.ts';
import { redhatFeed } from './redhat/feed.ts';

export const feeds: readonly Feed[] = [
  alpineSecdb,
  debianArchive,
  debianTracker,
  osvFeed,
  redhatFeed,
  nvdFeed,
  kevFeed,
  epssFeed,
];
