// How a policy names files: by their content, by their name, or by where they are.
import { type Digest, isDigest } from '../lib/digest.ts';

/** A file that is asked about. */
export interface NamedBlob {
  readonly digest: Digest;
  /** Absolute, without `.` and `..`. */
  readonly path: string;
}

/**
 * Whether a policy's entry covers a file: `sha256:…` this content, `app.tar.gz` a file of this name in whatever folder,
 * `/srv/releases/app.tar.gz` the file there. `*` stands for one or more characters of one segment, and the whole is compared:
 * `app-*.tar.gz` covers `app-1.2.tar.gz`, neither `my-app-1.2.tar.gz` nor `app-1.2.tar.gz.old`.
 */
export function blobCovered(entry: string, { digest, path }: NamedBlob): boolean {
  if (isDigest(entry)) return entry === digest;
  const given = path.split('/');
  const wanted = entry.startsWith('/') ? entry.split('/') : [entry];
  const there = entry.startsWith('/') ? given : given.slice(-1);
  return wanted.length === there.length && wanted.every((segment, at) => segmentCovered(segment, there[at] ?? ''));
}

/** Linear in the text for each `*`. */
function segmentCovered(pattern: string, text: string): boolean {
  const [first = '', ...parts] = pattern.split('*');
  const last = parts.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts) {
    const found = text.indexOf(part, at + 1);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.endsWith(last) && text.length - last.length > at;
}

/** What is wrong with an entry, as a sentence's end; `undefined` when nothing is. */
export function blobProblem(entry: string): string | undefined {
  if (isDigest(entry)) return undefined;
  if (/^sha\d+:/.test(entry)) return 'is no digest';
  const segments = entry.split('/');
  if (segments.length > 1 && segments[0] !== '') return "is neither a file's name alone nor an absolute path";
  const named = segments.length > 1 ? segments.slice(1) : segments;
  if (named.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    return 'has an empty or relative segment';
  }
  return entry.includes('**') ? 'has ** in it: * stands for characters of one segment' : undefined;
}
