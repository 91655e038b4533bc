// pacman's local database: one folder a package, with `desc` and `files` in blocks of `%NAME%` and lines.
import { Fault } from '../../lib/faults.ts';

/** The lines of each block, by its name without `%`. */
export type Blocks = ReadonlyMap<string, readonly string[]>;

/** Most blocks of one file. */
const BLOCKS = 1000;

/**
 * Reads a `desc` or `files` file; empty lines part its blocks.
 * @throws Fault `alpm/malformed-database`: a line outside a block, more than 1000 blocks
 */
export function readBlocks(text: string): Blocks {
  const blocks = new Map<string, string[]>();
  let current: string[] | undefined;
  for (const line of text.split('\n')) {
    if (line === '') {
      current = undefined;
    } else if (current !== undefined) {
      current.push(line);
    } else {
      if (!/^%[A-Z0-9_]{1,64}%$/.test(line) || blocks.size >= BLOCKS) throw malformed(line);
      current = [];
      blocks.set(line.slice(1, -1), current);
    }
  }
  return blocks;
}

function malformed(line: string): Fault {
  return new Fault(
    'alpm/malformed-database',
    `A file of the database of pacman cannot be read: ${JSON.stringify(line.slice(0, 60))} is out of place.`,
    'The image may be damaged, or another tool wrote the file.',
  );
}
