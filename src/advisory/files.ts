// Where a feed's files come from: a folder, or an address.
import { Fault } from '../lib/faults.ts';
import type { HttpOptions } from '../io/http.ts';
import type { FeedFiles } from './feed.ts';
import { folderFiles } from './folder-files.ts';
import { webFiles } from './web-files.ts';

/**
 * The files of a feed in a folder or behind an http or https address (a user name and password in it are sent as basic
 * authentication; a query is sent along with each path).
 * @throws Fault `feed/address` for another scheme
 */
export function feedFiles(base: string, options: HttpOptions = {}): FeedFiles {
  if (/^https?:\/\//i.test(base)) return webFiles(base, options);
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(base)) return folderFiles(base);
  throw new Fault(
    'feed/address',
    'A feed stands in a folder or behind an http or https address.',
    'Name one of these; other schemes are not read.',
  );
}
