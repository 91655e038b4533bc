// The records of a pax extended header (POSIX.1-2017, pax Extended Header; GNU tar's sparse records).
import { decimal, malformedTar } from './tar-fields.ts';

/** Names of extended attributes and access control lists: star's, libarchive's and Solaris' names. */
const ATTRIBUTES: readonly string[] = ['SCHILY.xattr.', 'SCHILY.acl.', 'LIBARCHIVE.xattr.', 'RHT.security.'];
const SPARSE = 'GNU.sparse.';
const WHOLE = { fraction: false, lenient: false };

/** What a pax header says of the next entry; `undefined` leaves it to the entry's own header. */
export class PaxRecords {
  path: string | undefined;
  linkpath: string | undefined;
  size: number | undefined;
  uid: number | undefined;
  gid: number | undefined;
  /** Whole seconds, rounded down. */
  mtime: number | undefined;
  /** It sets extended attributes or an access control list. */
  attributes = false;
  /** It sets a program's capabilities. */
  capabilities = false;
  /** GNU's records of a sparse file, without their prefix. */
  sparse: Map<string, string> | undefined;
  /** Offsets and lengths, in turn, of the parts of a sparse file 0.0. */
  parts: number[] | undefined;
  /** Of the strict reading: each may stand once. */
  readonly #seen: Set<string> | undefined;

  /** @param lenient as Go's reader has it: the last of several counts, an empty record counts for nothing */
  constructor(lenient: boolean) {
    this.#seen = lenient ? undefined : new Set();
  }

  /** Reads the records between two offsets. @throws Fault `tar/malformed` */
  read(body: Buffer, from: number, to: number): void {
    for (let at = from; at < to; ) {
      let length = 0;
      let i = at;
      for (; i < to && i < at + 9 && body[i] !== 0x20; i++) {
        const digit = (body[i] as number) - 0x30;
        if (digit < 0 || digit > 9) throw malformedTar('a pax record is malformed');
        length = length * 10 + digit;
      }
      const end = at + length;
      if (body[i] !== 0x20 || i - at > 8 || length < 5 || end > to || body[end - 1] !== 0x0a) {
        throw malformedTar('a pax record is malformed');
      }
      const equals = body.indexOf(0x3d, i);
      if (equals < 0 || equals >= end) throw malformedTar('a pax record is malformed');
      this.#record(body.toString('latin1', i + 1, equals), body, equals + 1, end - 1);
      at = end;
    }
  }

  /** Notes that a record of this name was given. @throws Fault `tar/malformed` in the strict reading when it was before */
  claim(key: string): void {
    if (this.#seen === undefined) return;
    if (this.#seen.has(key)) throw malformedTar(`an entry has two of ${JSON.stringify(key.slice(0, 100))}`);
    this.#seen.add(key);
  }

  /** Of the strict reading: whether no record but of this name was given. */
  hasOnly(key: string): boolean {
    return this.#seen !== undefined && this.#seen.size === (this.#seen.has(key) ? 1 : 0);
  }

  #record(key: string, body: Buffer, from: number, to: number): void {
    this.claim(key);
    switch (key) {
      case 'path':
        this.path = this.#name(body, from, to);
        break;
      case 'linkpath':
        this.linkpath = this.#name(body, from, to);
        break;
      case 'size':
        this.size = this.#number(body, from, to, false);
        break;
      case 'uid':
        this.uid = this.#number(body, from, to, false);
        break;
      case 'gid':
        this.gid = this.#number(body, from, to, false);
        break;
      case 'mtime':
        this.mtime = this.#number(body, from, to, true);
        break;
      default:
        if (key.startsWith(SPARSE)) this.#sparse(key.slice(SPARSE.length), body, from, to);
        else if (ATTRIBUTES.some((prefix) => key.startsWith(prefix))) {
          this.attributes = true;
          if (key.endsWith('.xattr.security.capability')) this.capabilities = true;
        }
    }
  }

  // An empty record means "as in the header" to some readers, and nothing at all to others.
  #isEmpty(from: number, to: number): boolean {
    if (from === to && this.#seen !== undefined) throw malformedTar('a pax record is empty');
    return from === to;
  }

  #name(body: Buffer, from: number, to: number): string | undefined {
    if (this.#isEmpty(from, to)) return undefined;
    const name = body.toString('latin1', from, to);
    if (name.includes('\0')) throw malformedTar('a name holds a zero byte');
    return name;
  }

  #number(body: Buffer, from: number, to: number, fraction: boolean): number | undefined {
    if (this.#isEmpty(from, to)) return undefined;
    const value = decimal(body, from, to, { fraction, lenient: this.#seen === undefined });
    if (Number.isNaN(value)) throw malformedTar('a pax number is malformed');
    return value;
  }

  #sparse(key: string, body: Buffer, from: number, to: number): void {
    this.sparse ??= new Map();
    if (key !== 'offset' && key !== 'numbytes') {
      this.sparse.set(key, body.toString('latin1', from, to));
      return;
    }
    const value = decimal(body, from, to, WHOLE);
    this.parts ??= [];
    if (Number.isNaN(value) || this.parts.length % 2 !== (key === 'offset' ? 0 : 1)) {
      throw malformedTar('the map of a sparse file is malformed');
    }
    this.parts.push(value);
  }
}
