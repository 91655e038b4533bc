// The files of a distribution: RECORD (PyPA specifications, "Recording installed projects") and installed-files.txt (setuptools).
import type { BytePath } from '../../lib/bytes.ts';

/** Most files that a distribution may list. */
const FILES = 500_000;

/** The first column of each line; paths as they stand, their bytes as `latin1`. */
export function readRecord(bytes: Buffer): readonly string[] {
  return bytes
    .toString('latin1')
    .split('\n', FILES)
    .map(firstColumn)
    .filter((path) => path !== '');
}

/** A path a line. */
export function readInstalledFiles(bytes: Buffer): readonly string[] {
  return bytes
    .toString('latin1')
    .split('\n', FILES)
    .map((line) => line.trim())
    .filter((path) => path !== '');
}

/** CSV (RFC 4180): a column with commas or quotes stands in quotes, which are doubled inside. */
function firstColumn(line: string): string {
  if (!line.startsWith('"')) {
    const comma = line.indexOf(',');
    return comma < 0 ? line.trim() : line.slice(0, comma);
  }
  let close = line.indexOf('"', 1);
  while (close >= 0 && line[close + 1] === '"') close = line.indexOf('"', close + 2);
  return close < 0 ? '' : line.slice(1, close).replaceAll('""', '"');
}

/** A path as it stands in a list, from the root: relative to a folder, `..` never leading above the root. */
export function listedPath(folder: BytePath, path: string): BytePath {
  if (!path.includes('..') && !path.startsWith('/') && !path.includes('./'))
    return folder === '' ? path : `${folder}/${path}`;
  const segments = path.startsWith('/') || folder === '' ? [] : folder.split('/');
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return segments.join('/');
}
