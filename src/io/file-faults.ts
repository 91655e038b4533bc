// System errors of files as faults.
import { Fault, messageOf } from '../lib/faults.ts';

/** A system error's code: `ENOENT`. */
export function errno(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** A system error as a fault with a hint that fits it. Faults pass through. */
export function fileFault(cause: unknown, doing: string): Fault {
  if (cause instanceof Fault) return cause;
  switch (errno(cause)) {
    case 'ENOENT':
      return new Fault('file/missing', `${doing}: there is no such file or folder.`, 'Check the path.', { cause });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new Fault(
        'file/denied',
        `${doing}: permission denied.`,
        'Check the permissions, or choose another folder.',
        { cause },
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return new Fault(
        'file/disk-full',
        `${doing}: the disk is full.`,
        'Free some space or choose another folder with --output, --cache or --store; nothing was half-written.',
        { cause },
      );
    case 'EISDIR':
    case 'ENOTDIR':
    case 'EEXIST':
      return new Fault(
        'file/kind',
        `${doing}: a file stands where a folder was expected, or the reverse.`,
        'Check the path.',
        { cause },
      );
    default:
      return new Fault('file/failed', `${doing}: ${messageOf(cause)}.`, 'Check the path and the file system.', {
        cause,
      });
  }
}
