// Which files came, went, and are others; which run with somebody else's rights.
import type { BomFile } from '../bom/types.ts';
import { compareStrings } from '../lib/bytes.ts';
import type { FileChange, FileChanges } from './types.ts';

const SETUID = 0o4000;
const SETGID = 0o2000;

/**
 * @param a sorted by path, each path once, as is `b`
 * @param tellCapabilities whether both sides tell of them
 */
export function fileChanges(a: readonly BomFile[], b: readonly BomFile[], tellCapabilities: boolean): FileChanges {
  const [added, removed, changed, privileged]: FileChange[][] = [[], [], [], []];
  let unchanged = 0;
  for (const pair of pairs(a, b)) {
    if (pair.a === undefined) added?.push(pair);
    else if (pair.b === undefined) removed?.push(pair);
    else if (isSame(pair.a, pair.b, tellCapabilities)) unchanged++;
    else changed?.push(pair);
    if (isPrivileged(pair.a) || isPrivileged(pair.b)) privileged?.push(pair);
  }
  return {
    added: added ?? [],
    removed: removed ?? [],
    changed: changed ?? [],
    unchanged,
    privileged: privileged ?? [],
  };
}

export function isSetuid(file: BomFile | undefined): boolean {
  return file !== undefined && isProgram(file) && (file.mode & SETUID) !== 0;
}

/** A program, not a folder whose files get its group. */
export function isSetgid(file: BomFile | undefined): boolean {
  return file !== undefined && isProgram(file) && (file.mode & SETGID) !== 0;
}

/** A program that an attribute gives rights of the superuser (capabilities(7)). */
export function hasCapabilities(file: BomFile | undefined): boolean {
  return file?.capabilities === true && isProgram(file);
}

/** Bytes of content, each once: of hard links only the file that they link to. */
export function contentSize(files: readonly BomFile[]): number {
  return files.reduce((sum, { kind, size }) => (kind === 'file' ? sum + size : sum), 0);
}

/** The same of what came, of what went, and of what is another by how much. */
export function changedSize({ added, removed, changed }: FileChanges): {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
} {
  const size = (file: BomFile | undefined): number => (file?.kind === 'file' ? file.size : 0);
  const sum = (list: readonly FileChange[], of: (change: FileChange) => number): number =>
    list.reduce((total, one) => total + of(one), 0);
  return {
    added: sum(added, ({ b }) => size(b)),
    removed: sum(removed, ({ a }) => size(a)),
    changed: sum(changed, ({ a, b }) => size(b) - size(a)),
  };
}

function isPrivileged(file: BomFile | undefined): boolean {
  return isSetuid(file) || isSetgid(file) || hasCapabilities(file);
}

function isProgram({ kind }: BomFile): boolean {
  return kind === 'file' || kind === 'hardlink';
}

function* pairs(a: readonly BomFile[], b: readonly BomFile[]): Generator<FileChange> {
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const [x, y] = [a[i], b[j]];
    const order = x === undefined ? 1 : y === undefined ? -1 : compareStrings(x.path, y.path);
    yield { a: order <= 0 ? x : undefined, b: order >= 0 ? y : undefined };
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
}

function isSame(a: BomFile, b: BomFile, tellCapabilities: boolean): boolean {
  return (
    (!tellCapabilities || a.capabilities === b.capabilities) &&
    a.kind === b.kind &&
    a.mode === b.mode &&
    a.uid === b.uid &&
    a.gid === b.gid &&
    a.target === b.target &&
    a.size === b.size &&
    a.sha256 === b.sha256
  );
}
