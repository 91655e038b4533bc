// The common ar format as Debian packages use it (deb(5)): short names, no symbol tables.
import { Fault } from './faults.ts';

export interface ArMember {
  readonly name: string;
  readonly data: Buffer;
}

/** Most members that are read; a .deb has three. */
const MEMBERS = 100;

/**
 * The members of an archive in memory, in order, without copying.
 * @throws Fault `ar/malformed`
 */
export function readAr(archive: Buffer): ArMember[] {
  if (archive.toString('latin1', 0, 8) !== '!<arch>\n') throw broken('it does not begin like one');
  const members: ArMember[] = [];
  for (let at = 8; at < archive.length; ) {
    if (members.length === MEMBERS) throw broken('it has too many members');
    if (at + 60 > archive.length || archive.toString('latin1', at + 58, at + 60) !== '`\n')
      throw broken('a header is damaged');
    const sizeText = archive.toString('latin1', at + 48, at + 58).trimEnd();
    if (!/^\d{1,10}$/.test(sizeText)) throw broken('a size is no number');
    const size = Number(sizeText);
    const start = at + 60;
    if (start + size > archive.length) throw broken('it is truncated');
    members.push({
      name: archive
        .toString('latin1', at, at + 16)
        .trimEnd()
        .replace(/\/$/, ''),
      data: archive.subarray(start, start + size),
    });
    at = start + size + (size % 2);
  }
  return members;
}

function broken(problem: string): Fault {
  return new Fault(
    'ar/malformed',
    `The ar archive is malformed: ${problem}.`,
    'The file is damaged or no .deb; fetch it again.',
  );
}
