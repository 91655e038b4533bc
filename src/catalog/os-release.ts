// Which distribution a root file system is of: os-release(5), and the files that systems without it have.
import type { Distribution } from '../bom/types.ts';
import type { BytePath } from '../lib/bytes.ts';
import { streamOfCpe } from './redhat-stream.ts';

export interface DistributionFile {
  readonly path: BytePath;
  /** Its content, or its first {@link DISTRIBUTION_FILE_LIMIT} bytes. Programs may be given as Latin-1. */
  readonly text: string;
}

/** How much of a file {@link readDistribution} looks at, in bytes; busybox is the only one that comes near. */
export const DISTRIBUTION_FILE_LIMIT = 4 << 20;
/** Longest line and longest value that are believed, in characters. */
const LINE = 4096;

type Reader = (text: string) => Distribution | undefined;

const readers: readonly (readonly [BytePath, Reader])[] = [
  ['etc/os-release', fromOsRelease],
  ['usr/lib/os-release', fromOsRelease],
  ['etc/alpine-release', fromAlpine],
  ['etc/lsb-release', fromLsb],
  ['etc/oracle-release', fromRedHat],
  ['etc/centos-release', fromRedHat],
  ['etc/fedora-release', fromRedHat],
  ['etc/redhat-release', fromRedHat],
  ['etc/system-release', fromRedHat],
  ['etc/debian_version', fromDebian],
  ['bin/busybox', fromBusybox],
  ['usr/bin/busybox', fromBusybox],
];

/** The files that {@link readDistribution} wants, links followed; those that stand first are believed before others. */
export const distributionPaths: readonly BytePath[] = readers.map(([path]) => path);

/**
 * The distribution that the files of one root tell of. It throws for nothing: what a file says wrongly it does not say.
 * @param files those of {@link distributionPaths} that are there, in any order
 */
export function readDistribution(files: readonly DistributionFile[]): Distribution | undefined {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  for (const [path, read] of readers) {
    const text = texts.get(path);
    const found = text === undefined ? undefined : read(text.slice(0, DISTRIBUTION_FILE_LIMIT));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The variables of an os-release file; later ones count (os-release(5): quoting as in a shell, no expansion). */
export function readVariables(text: string): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line.length > LINE) continue;
    const [, name, value] = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line) ?? [];
    if (name !== undefined) variables.set(name, unquoted(value ?? ''));
  }
  return variables;
}

/** The first word of a shell's command line, its quotes resolved. */
function unquoted(text: string): string {
  let value = '';
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === quote) quote = '';
    else if (quote === '' && (c === '"' || c === "'")) quote = c;
    else if (quote === '' && /\s/.test(c)) break;
    // Inside double quotes a backslash stands for itself except before these four.
    else if (c === '\\' && quote !== "'" && (quote === '' || '"$`\\'.includes(text.charAt(i + 1))))
      value += text.charAt(++i);
    else value += c;
  }
  return value;
}

// os-release(5): ID is `linux` where none is given; it has only these characters.
const ID = /^[a-z0-9._-]{1,64}$/;

function fromOsRelease(text: string): Distribution | undefined {
  const variables = readVariables(text);
  const id = (variables.get('ID') ?? 'linux').toLowerCase();
  if (!ID.test(id) || (variables.get('ID') ?? variables.get('NAME')) === undefined) return undefined;
  const like = (variables.get('ID_LIKE') ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((one) => ID.test(one));
  const versionId = variables.get('VERSION_ID') ?? '';
  return {
    id,
    versionId,
    prettyName: variables.get('PRETTY_NAME') ?? [variables.get('NAME') ?? id, versionId].join(' ').trim(),
    like: like.length === 0 ? undefined : like,
    codename: variables.get('VERSION_CODENAME') || undefined,
    stream: streamOfCpe(variables.get('CPE_NAME') ?? ''),
  };
}

function fromAlpine(text: string): Distribution | undefined {
  const versionId = /^[0-9][0-9A-Za-z._-]{0,60}/.exec(text.trim())?.[0];
  return versionId === undefined ? undefined : { id: 'alpine', versionId, prettyName: `Alpine Linux ${versionId}` };
}

function fromLsb(text: string): Distribution | undefined {
  const variables = readVariables(text);
  const name = variables.get('DISTRIB_ID') ?? '';
  const id = name.toLowerCase().replaceAll(' ', '-');
  if (!ID.test(id)) return undefined;
  const versionId = variables.get('DISTRIB_RELEASE') ?? '';
  return {
    id,
    versionId,
    prettyName: variables.get('DISTRIB_DESCRIPTION') ?? `${name} ${versionId}`.trim(),
    codename: variables.get('DISTRIB_CODENAME') || undefined,
  };
}

/** How the names in Red Hat's one-line files begin, and os-release's ID of the same systems. */
const redHats: readonly (readonly [string, string])[] = [
  ['red hat', 'rhel'],
  ['centos', 'centos'],
  ['fedora', 'fedora'],
  ['rocky', 'rocky'],
  ['almalinux', 'almalinux'],
  ['oracle', 'ol'],
  ['enterprise linux', 'ol'],
  ['amazon', 'amzn'],
  ['scientific', 'scientific'],
];

// `CentOS Linux release 7.9.2009 (Core)`
function fromRedHat(text: string): Distribution | undefined {
  const line = text.trim().split('\n', 1)[0] ?? '';
  if (line.length > LINE) return undefined;
  const [, name = '', version, codename] = /^([^()]*?) release ([0-9][0-9.]*)(?: \(([^()]*)\))?/.exec(line) ?? [];
  const id = redHats.find(([start]) => name.toLowerCase().startsWith(start))?.[1];
  if (version === undefined || id === undefined) return undefined;
  // CentOS's own os-release gives its major number only.
  const versionId = id === 'centos' ? (version.split('.')[0] ?? '') : version;
  return { id, versionId, prettyName: line, codename: codename?.toLowerCase() };
}

// `12.5`, or before a release `trixie/sid`
function fromDebian(text: string): Distribution | undefined {
  const word = text.trim();
  if (!/^[0-9a-z][0-9a-z./-]{0,60}$/.test(word)) return undefined;
  const versionId = /^[0-9]+/.exec(word)?.[0] ?? '';
  const [codename] = word.split('/');
  return {
    id: 'debian',
    versionId,
    prettyName: `Debian GNU/Linux ${word}`,
    codename: versionId === '' ? codename : undefined,
  };
}

function fromBusybox(text: string): Distribution | undefined {
  const at = text.indexOf('BusyBox v');
  const versionId = at < 0 ? undefined : /^[0-9]+(?:\.[0-9]+)+/.exec(text.slice(at + 9, at + 40))?.[0];
  return versionId === undefined ? undefined : { id: 'busybox', versionId, prettyName: `BusyBox v${versionId}` };
}
