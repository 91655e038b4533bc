// Merged /usr: what older packages ship in /bin, /sbin and /lib* stands under /usr, and links lead there.
import type { BytePath } from '../lib/bytes.ts';

const aliases = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libo32', 'libx32'];

/** Where a package's path stands in a merged image. The links themselves (`bin` as a link) are left as they are. */
export function mergedPath(path: BytePath): BytePath {
  const slash = path.indexOf('/');
  return slash > 0 && aliases.includes(path.slice(0, slash)) ? `usr/${path}` : path;
}

/** The links that an image with these paths needs: `[path, target]`, for those that are not among the paths. */
export function mergeLinks(paths: ReadonlySet<BytePath>): [BytePath, string][] {
  return aliases
    .filter((alias) => !paths.has(alias) && paths.has(`usr/${alias}`))
    .map((alias) => [alias, `usr/${alias}`]);
}
