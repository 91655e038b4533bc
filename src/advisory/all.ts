// Every feed. A new one is a folder here and a line below.
import { alpineSecdb } from './alpine-secdb/feed.ts';
import { debianArchive } from './debian-archive/feed.ts';
import { debianTracker } from './debian-tracker/feed.ts';
import type { Feed } from './feed.ts';
import { osvFeed } from './osv/feed.ts';

export const feeds: readonly Feed[] = [alpineSecdb, debianArchive, debianTracker, osvFeed];
