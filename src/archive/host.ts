// The Debian mirrors that the machine's own apt uses.
import { parseListFile, parseSourcesFile, type SourceEntry } from '../deb/sources-list.ts';
import { joinPath, listFolder, readFileIfThere } from '../io/files.ts';
import { limits } from '../lib/limits.ts';
import type { ArchiveSymbol } from './sources.ts';
import { isWebAddress } from './sources.ts';

/** Names of Debian's releases, which other vendors' suites do not have. */
const RELEASES = 'buster|bullseye|bookworm|trixie|forky|duke|oldoldstable|oldstable|stable|testing|sid|unstable';
const PLAIN = new RegExp(`^(?:${RELEASES})$`);
const UPDATES = new RegExp(`^(?:${RELEASES})-updates$`);
const SECURITY = new RegExp(`^(?:${RELEASES})(?:-security|/updates)$`);

/** All sources that apt's configuration folder lists, in the order of their files. */
export async function readHostSources(folder = '/etc/apt'): Promise<SourceEntry[]> {
  const parts = joinPath(folder, 'sources.list.d');
  const names = (await listFolder(parts)).map((entry) => joinPath(parts, Buffer.from(entry.name, 'latin1').toString()));
  const entries: SourceEntry[] = [];
  for (const path of [joinPath(folder, 'sources.list'), ...names]) {
    if (!path.endsWith('.list') && !path.endsWith('.sources')) continue;
    const text = (await readFileIfThere(path, limits.key))?.toString('utf8') ?? '';
    entries.push(...(path.endsWith('.list') ? parseListFile(text) : parseSourcesFile(text)));
  }
  return entries;
}

/**
 * The address of a Debian archive among a host's sources, without a slash at its end: for `debian:` the one with a
 * plain suite of a Debian release and the component main, before all one that has its updates too or is signed
 * with Debian's keyring; for `debian-security:` the one with a security suite.
 */
export function hostMirror(symbol: ArchiveSymbol, entries: readonly SourceEntry[]): string | undefined {
  const usable = entries.filter(
    (entry) => entry.type === 'deb' && entry.components.includes('main') && isWebAddress(entry.uri),
  );
  const has = (uri: string, pattern: RegExp) =>
    usable.some((entry) => entry.uri === uri && entry.suites.some((suite) => pattern.test(suite)));
  const wanted = symbol === 'debian:' ? PLAIN : SECURITY;
  const candidates = usable.filter((entry) => entry.suites.some((suite) => wanted.test(suite)));
  const best =
    candidates.find(
      (entry) => has(entry.uri, UPDATES) || /debian-archive/.test(entry.options.get('signed-by') ?? ''),
    ) ?? candidates[0];
  return best?.uri.replace(/\/+$/, '');
}
