/** Compares by code unit, which for {@link BytePath} is by byte; independent of locale. */
export function compareStrings(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * A file name as bytes: a string whose code units are the bytes (0–255), `latin1` in Node's words. File names are
 * not text: Debian ships names that are no valid UTF-8 to some readers. No leading `/` or `./`, no trailing `/`,
 * no `.` or `..` segments; the root is the empty string.
 */
export type BytePath = string;

/** UTF-8 text as a {@link BytePath}, without its leading `/`, `./` and trailing `/`. */
export function bytePath(text: string): BytePath {
  return normalPath(Buffer.from(text, 'utf8').toString('latin1'));
}

/** Removes empty and `.` segments; `..` stays for the caller to refuse. */
export function normalPath(path: string): BytePath {
  if (
    path !== '' &&
    !path.startsWith('/') &&
    !path.startsWith('./') &&
    !path.endsWith('/') &&
    !path.includes('//') &&
    !path.includes('/./') &&
    !path.endsWith('/.') &&
    path !== '.'
  ) {
    return path;
  }
  return path
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.')
    .join('/');
}

/** A byte path as text for people and JSON: UTF-8 where it is valid, else every non-ASCII byte as `\xNN`. */
export function pathText(path: BytePath): string {
  if (/^[\x00-\x7f]*$/.test(path)) return path;
  const bytes = Buffer.from(path, 'latin1');
  const text = bytes.toString('utf8');
  if (Buffer.from(text, 'utf8').equals(bytes)) return text;
  return path.replace(/[\x80-\xff]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** The folder of a path; the empty string for a path at the root. */
export function parentOf(path: BytePath): BytePath {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** The last segment of a path. */
export function baseOf(path: BytePath): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Bytes as people read them, decimal units: `44.8 MB`. */
export function humanSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Below this size a buffer may lie in Node's pool beside others. */
export const POOLED = 1 << 16;
/** How much larger the memory behind a buffer may be: a header or a seal that was cut off. */
const SLACK = 64;

/**
 * Gives a large buffer's memory back now, not when the garbage collector sees to it; the buffer is empty afterwards.
 * One that shares its memory with others is left to the collector.
 */
export function giveBack({ buffer, byteLength }: Buffer): void {
  const alone = byteLength >= POOLED && buffer.byteLength - byteLength <= SLACK;
  if (alone && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
