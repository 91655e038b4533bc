// Gems that a project asks for: Bundler's lock file, and gemspecs of source trees as far as their text says it.
import type { PackageHash } from '../../bom/types.ts';
import { baseOf } from '../../lib/bytes.ts';
import { gemPurl } from '../../purl/gem.ts';
import { type Entry, type Need, entryCataloger, entryOf, present } from '../entries.ts';
import { fileText } from '../members.ts';
import type { CatalogFile } from '../types.ts';
import { asWritten, isSpecification } from './gem.ts';
import { type Gemspec, readGemspec } from './gemspec.ts';

/** `Gemfile.lock`, `gems.locked`, and `*.gemspec` outside RubyGems' own folders. */
export const gemLock = entryCataloger({
  id: 'gem-lock',
  version: 1,
  evidence: 'declared',
  reads: [
    { name: 'Gemfile.lock' },
    { name: 'gems.locked' },
    { suffix: '.gemspec', match: (path) => !isSpecification(path) },
  ],
  limit: 16 << 20,
  entries: (file) => (baseOf(file.path).endsWith('.gemspec') ? ofGemspec(file) : readGemfileLock(fileText(file))),
});

function ofGemspec(file: CatalogFile): readonly Entry[] | undefined {
  const spec: Gemspec | undefined = readGemspec(fileText(file));
  if (spec === undefined) return undefined;
  const { name, version, platform, licences, homepage, summary, needs } = spec;
  const entry = entryOf(
    { type: 'gem', name, version, qualifiers: { platform } },
    { licences, licenceChoice: true, homepage, description: summary, needs: needs.map((n) => [n.name, asWritten(n)]) },
  );
  return present([entry]);
}

/** Sections whose `specs:` are gems; the others name platforms, the project's own wishes and tools' versions. */
const SOURCES: ReadonlySet<string> = new Set(['GEM', 'GIT', 'PATH', 'PLUGIN SOURCE']);
const LINE = /^( {2}| {4}| {6})([^\s(]\S{0,300}?)(?: \(([^()]{0,300})\))?(!)?( sha256=[0-9a-f]{64})?$/;

interface Locked {
  readonly name: string;
  readonly version: string;
  readonly platform: string | undefined;
  readonly vcs: string | undefined;
  readonly needs: Need[];
}

/** The gems of a `Gemfile.lock` (Bundler's LockfileParser): edges by name, digests of its CHECKSUMS section. */
export function readGemfileLock(text: string): readonly Entry[] {
  const locked: Locked[] = [];
  const sums = new Map<string, string>();
  let section = '';
  let source = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    if (/^[A-Z]/.test(line)) {
      section = line.trim();
      source = new Map();
      continue;
    }
    const about = /^ {2}(remote|revision|ref|branch): (.{1,1000})$/.exec(line);
    if (about !== null && SOURCES.has(section)) source.set(about[1] ?? '', about[2] ?? '');
    const match = LINE.exec(line);
    if (match === null) continue;
    const [, indent = '', name = '', version = '', , sum] = match;
    if (section === 'CHECKSUMS' && sum !== undefined) sums.set(`${name} ${version}`, sum.slice(' sha256='.length));
    if (!SOURCES.has(section)) continue;
    if (indent.length === 4 && version !== '') locked.push(lockedGem(name, version, source));
    else if (indent.length === 6) locked.at(-1)?.needs.push([name, version === '' ? name : `${name} (${version})`]);
  }
  return present(locked.map((one) => lockedEntry(one, sums)));
}

// Bundler's NAME_VERSION: the platform follows the version after a hyphen.
function lockedGem(name: string, text: string, source: ReadonlyMap<string, string>): Locked {
  const hyphen = text.indexOf('-');
  const revision = source.get('revision');
  return {
    name,
    version: hyphen < 0 ? text : text.slice(0, hyphen),
    platform: hyphen < 0 ? undefined : text.slice(hyphen + 1),
    vcs: revision === undefined ? undefined : `git+${source.get('remote') ?? ''}@${revision}`,
    needs: [],
  };
}

function lockedEntry({ name, version, platform, vcs, needs }: Locked, sums: ReadonlyMap<string, string>): Entry {
  const sum = sums.get(platform === undefined ? `${name} ${version}` : `${name} ${version}-${platform}`);
  const hashes: readonly PackageHash[] | undefined =
    sum === undefined ? undefined : [{ algorithm: 'SHA-256', value: sum }];
  return { purl: gemPurl({ name, version, platform, vcs }), name, version, needs, hashes };
}
