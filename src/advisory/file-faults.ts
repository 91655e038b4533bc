// What is thrown about the files of a feed.
import { Fault, messageOf } from '../lib/faults.ts';

/** Most characters of a path. */
const PATH_LENGTH = 1024;

/** `feed/too-large` */
export function tooLargeFile(base: string, path: string, limit: number): Fault {
  return new Fault(
    'feed/too-large',
    `${path} of ${base} is larger than the ${limit} bytes that are read.`,
    `Check that ${base} is the right place.`,
  );
}

/** `feed/unreachable` */
export function unreachable(base: string, path: string, cause: unknown): Fault {
  const why = messageOf(cause).replace(/\.$/, '');
  return new Fault(
    'feed/unreachable',
    path === '' ? `${base} cannot be read: ${why}.` : `${path} of ${base} cannot be read: ${why}.`,
    `Check that ${base} is right and can be reached, or name a copy of it.`,
    { cause },
  );
}

/** `feed/malformed` */
export function malformedFile(base: string, path: string, why: string, cause?: unknown): Fault {
  return new Fault(
    'feed/malformed',
    `${path} of ${base} is no good: ${why}.`,
    `It is damaged or was altered; try again, or check that ${base} is the right place.`,
    { cause },
  );
}

/** `feed/missing` */
export function missingFile(base: string, path: string): Fault {
  return new Fault(
    'feed/missing',
    `${base} has no ${path}.`,
    'Check that it is the right place: the feed has the layout of its publisher.',
  );
}

/**
 * Refuses what is no relative path of plain segments.
 * @throws Fault `feed/path`
 */
export function checkPath(path: string): void {
  const bad = path.length > PATH_LENGTH || path.split('/').some((s) => s === '' || s === '.' || s === '..');
  if (!bad && !/[\x00-\x1f\x7f\\]/.test(path)) return;
  throw new Fault(
    'feed/path',
    `${JSON.stringify(path.slice(0, 200))} is no path of a feed's file.`,
    'The feed names files that it cannot have; check where it comes from.',
  );
}
