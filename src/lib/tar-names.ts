// The names in a tar: normal, bounded, and never outside its root.
import { type BytePath, normalPath } from './bytes.ts';
import { Fault } from './faults.ts';
import { limits } from './limits.ts';

const SLASH = 0x2f;
const DOT = 0x2e;

/** A name as a path in the root. @throws Fault `tar/unsafe-path` for a `..` segment, `tar/name-too-long` */
export function strictPath(name: string): BytePath {
  if (isNormal(name)) return bounded(name);
  const path = normalPath(name);
  if (path === '..' || path.startsWith('../') || path.includes('/../') || path.endsWith('/..')) {
    throw new Fault(
      'tar/unsafe-path',
      `The tar archive names a path outside its root: ${JSON.stringify(name.slice(0, 200))}.`,
      'The archive is hostile or damaged; do not use it.',
    );
  }
  return bounded(path);
}

/** A name as a path in the root; `..` leads one up and stays in the root, as runtimes read it. @throws Fault `tar/name-too-long` */
export function lenientPath(name: string): BytePath {
  if (isNormal(name)) return bounded(name);
  const path: string[] = [];
  for (const segment of name.split('/')) {
    if (segment === '..') path.pop();
    else if (segment !== '' && segment !== '.') path.push(segment);
  }
  return bounded(path.join('/'));
}

/** @throws Fault `tar/name-too-long` */
export function bounded(name: string): string {
  if (name.length <= limits.tarName) return name;
  throw new Fault(
    'tar/name-too-long',
    `The tar archive has a name of ${name.length} bytes: ${JSON.stringify(name.slice(0, 100))}….`,
    `No system takes names of more than ${limits.tarName} bytes; the archive is hostile or damaged.`,
  );
}

/** No segment is empty, `.` or `..`. */
function isNormal(name: string): boolean {
  let starts = true;
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    if (starts && (c === SLASH || (c === DOT && isDots(name, i)))) return false;
    starts = c === SLASH;
  }
  return !starts;
}

function isDots(name: string, at: number): boolean {
  const after = name.charCodeAt(at + 1) === DOT ? at + 2 : at + 1;
  return after >= name.length || name.charCodeAt(after) === SLASH;
}
