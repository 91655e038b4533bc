// What can be wrong with a log that is there. Nothing is appended to such a log.
import { Fault } from '../lib/faults.ts';

const RESTORE = 'Nothing is appended to it: restore its folder from a copy, or begin a new log under another origin.';

export function missingLog(name: string): Fault {
  return new Fault('log/missing', `There is no log at ${name}.`, 'Check the path; a log is made with its first entry.');
}

export function missingCheckpoint(name: string): Fault {
  return new Fault('log/missing-checkpoint', `${name} has tiles of a log but no checkpoint.`, RESTORE);
}

export function missingTile(name: string, path: string): Fault {
  return new Fault('log/missing-tile', `${name} lacks ${path}.`, RESTORE);
}

export function tornTile(name: string, path: string, reason: string): Fault {
  return new Fault('log/torn-tile', `${path} of ${name} is torn: ${reason}.`, RESTORE);
}

export function alteredTile(name: string, path: string): Fault {
  return new Fault('log/altered-tile', `${path} of ${name} does not hold what the tree holds there.`, RESTORE);
}

export function alteredTree(name: string, size: number): Fault {
  return new Fault(
    'log/altered-tree',
    `The tiles of ${name} do not make the root that its checkpoint of size ${size} says.`,
    RESTORE,
  );
}

/** @param origin the log's, which leads to the key that began it */
export function badCheckpoint(name: string, reason: string, origin: string): Fault {
  return new Fault(
    'log/checkpoint',
    `The checkpoint of ${name} does not count: ${reason}.`,
    `Name the key that began ${origin.slice(0, 200)} with --log-key; if that is the key, restore the log from a copy.`,
  );
}

export function otherOrigin(name: string, found: string, wanted: string): Fault {
  return new Fault(
    'log/other-origin',
    `${name} is the log ${found}, not ${wanted}.`,
    'Name its own origin, or another folder.',
  );
}

export function rolledBack(name: string, size: number, seen: number): Fault {
  return new Fault(
    'log/rolled-back',
    `The checkpoint of ${name} went back: it is of size ${size}, but there was one of size ${seen}.`,
    RESTORE,
  );
}

export function forked(name: string, size: number): Fault {
  return new Fault('log/forked', `${name} holds another tree of size ${size} than it held before.`, RESTORE);
}

export function noEntry(name: string, index: number, size: number): Fault {
  return new Fault('log/no-entry', `${name} has no entry ${index}.`, `It has ${size}; the first is 0.`);
}
