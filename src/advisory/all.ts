// Every feed. A new one is a folder here and a line below.
import type { Feed } from './feed.ts';
import { osvFeed } from './osv/feed.ts';

export const feeds: readonly Feed[] = [osvFeed];
