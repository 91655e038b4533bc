// Reads a .deb: deb(5), deb-control(5).
import { readAr } from '../lib/ar.ts';
import { decompress } from '../lib/decompress.ts';
import { Fault } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';
import { type TarItem, tarItems } from '../lib/tar-read.ts';

/** Most bytes of a decompressed control.tar; Debian's largest have some megabytes of md5sums. */
const CONTROL_LIMIT = 64 << 20;

export interface DebPackage {
  /** The `control` file: one stanza, as it stands. */
  readonly control: string;
  /** The other members of control.tar by name: `preinst`, `postinst`, `config`, `triggers`, `md5sums`, `conffiles`, … */
  readonly members: ReadonlyMap<string, Buffer>;
  /** data.tar: entries in order; content is a view of one shared buffer. */
  readonly items: readonly TarItem[];
  /** Gives the memory of all content back; no item's content can be read afterwards. */
  release(): void;
}

/** The two archives of a .deb, decompressed. */
export interface OpenedDeb {
  readonly control: Buffer;
  readonly data: Buffer;
}

/**
 * Opens a .deb.
 * @param name the package's, for messages
 * @throws Fault `deb/malformed`, `ar/malformed`, `compression/…`
 */
export async function openDeb(bytes: Buffer, name: string): Promise<OpenedDeb> {
  const [version, control, data] = readAr(bytes);
  if (version?.name !== 'debian-binary' || !version.data.toString('latin1').startsWith('2.'))
    throw broken(name, 'it has no version 2 header');
  if (control?.name.startsWith('control.tar') !== true || data?.name.startsWith('data.tar') !== true)
    throw broken(name, 'control.tar or data.tar is not in its place');
  const [controlTar, dataTar] = await Promise.all([
    decompress(control.data, CONTROL_LIMIT, `The control archive of ${name}`),
    decompress(data.data, limits.debContent, `The data archive of ${name}`),
  ]);
  return { control: controlTar, data: dataTar };
}

/**
 * Reads an opened .deb.
 * @param release gives the memory of `data` back
 * @throws Fault `deb/malformed`, `tar/…`
 */
export function readDeb({ control, data }: OpenedDeb, name: string, release: () => void): DebPackage {
  const members = new Map<string, Buffer>();
  for (const { entry, content } of tarItems(control, 10_000)) {
    if (entry.kind === 'file') members.set(entry.path, content);
  }
  const stanza = members.get('control');
  if (stanza === undefined) throw broken(name, 'it has no control file');
  members.delete('control');
  return { control: stanza.toString('utf8'), members, items: tarItems(data, limits.layerEntries), release };
}

function broken(name: string, problem: string): Fault {
  return new Fault(
    'deb/malformed',
    `The package ${name} is malformed: ${problem}.`,
    'Fetch it again; if that does not help, the archive serves a damaged file.',
  );
}
