// Release files: the Debian repository format; the fields that bind indexes to a signature and a time.
import { Fault } from '../lib/faults.ts';
import { type Digest, isDigest } from '../lib/digest.ts';
import { parseStanza, requiredField, type Stanza } from './control.ts';

export interface ReleaseFile {
  /** In bytes. */
  readonly size: number;
  readonly digest: Digest;
}

export interface Release {
  readonly suite: string | undefined;
  readonly codename: string | undefined;
  /** Who publishes: `Debian`. */
  readonly origin: string | undefined;
  /** `13.7`, `13-updates`, `13` */
  readonly version: string | undefined;
  /** Seconds since 1970. */
  readonly date: number;
  /** Seconds since 1970; absent in suites that change seldom. */
  readonly validUntil: number | undefined;
  readonly acquireByHash: boolean;
  readonly architectures: readonly string[];
  readonly components: readonly string[];
  /** Packages of architecture `all` are in a `binary-all` of their own and may be missing from the others. */
  readonly separateAll: boolean;
  /** What the release lists, by path below the suite's folder. */
  readonly files: ReadonlyMap<string, ReleaseFile>;
}

const WHAT = 'The Release file';
const DATE =
  /^(?:[A-Z][a-z]{2}, )?([0-9]{1,2}) ([A-Z][a-z]{2}) ([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) (?:UTC|GMT|Z|\+0000)$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * Reads the text of a Release file, which the caller has verified and bounded (limits.release).
 * @throws Fault `deb/malformed-release`, `deb/malformed-control`
 */
export function parseRelease(text: string): Release {
  if (/\n[ \t]*\n[ \t]*[^ \t\n]/.test(text.replace(/^\n+/, ''))) throw malformed('it has more than one paragraph');
  const stanza = parseStanza(text, WHAT);
  const architectures = words(stanza, 'architectures');
  const validUntil = stanza.get('valid-until');
  return {
    suite: stanza.get('suite'),
    codename: stanza.get('codename'),
    origin: stanza.get('origin'),
    version: stanza.get('version'),
    date: parseDate(requiredField(stanza, 'Date', WHAT)),
    validUntil: validUntil === undefined ? undefined : parseDate(validUntil),
    acquireByHash: stanza.get('acquire-by-hash')?.toLowerCase() === 'yes',
    architectures,
    components: words(stanza, 'components'),
    separateAll:
      architectures.includes('all') && !words(stanza, 'no-support-for-architecture-all').includes('Packages'),
    files: parseFiles(requiredField(stanza, 'SHA256', WHAT)),
  };
}

function words(stanza: Stanza, name: string): string[] {
  return (stanza.get(name) ?? '').split(/\s+/).filter((word) => word !== '');
}

/** RFC 5322 dates in UTC, which is all that the repository format allows. */
function parseDate(text: string): number {
  const match = DATE.exec(text);
  const [, day, month = '', year, hour, minute, second] = match ?? [];
  const time = Date.UTC(Number(year), MONTHS.indexOf(month), Number(day), Number(hour), Number(minute), Number(second));
  if (match === null || !MONTHS.includes(month) || Number.isNaN(time)) {
    throw malformed(`${JSON.stringify(text.slice(0, 80))} is no date`);
  }
  return time / 1000;
}

function parseFiles(field: string): ReadonlyMap<string, ReleaseFile> {
  const files = new Map<string, ReleaseFile>();
  for (const line of field.split('\n')) {
    if (line.trim() === '') continue;
    const [hex = '', size = '', path = '', ...rest] = line.trim().split(/[ \t]+/);
    const digest = `sha256:${hex}`;
    if (!isDigest(digest) || !/^[0-9]{1,15}$/.test(size) || !isPlainPath(path) || rest.length > 0 || files.has(path)) {
      throw malformed(`${JSON.stringify(line.slice(0, 120))} is no entry of its SHA256 list`);
    }
    files.set(path, { size: Number(size), digest });
  }
  return files;
}

/** A relative path without empty, `.` or `..` segments, in printable ASCII: what may be appended to a URL or folder. */
export function isPlainPath(path: string): boolean {
  return (
    /^[!-~]+$/.test(path) &&
    path.length <= 1000 &&
    !/[\\?#]/.test(path) &&
    path.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..')
  );
}

function malformed(why: string): Fault {
  return new Fault(
    'deb/malformed-release',
    `The Release file cannot be read: ${why}.`,
    'The archive may be broken; try again later, or another mirror.',
  );
}
