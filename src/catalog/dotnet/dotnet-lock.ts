// NuGet packages that projects ask for: NuGet's lock and assets files, and project files as far as they say exact versions.
import { baseOf } from '../../lib/bytes.ts';
import { type Entry, entryCataloger, entryOf, present } from '../entries.ts';
import { fileText, jsonOf, member, membersOf, textMember } from '../members.ts';
import type { CatalogFile } from '../types.ts';
import { hashesOf, nameAndVersion } from './deps.ts';
import { xmlTags } from './xml-tags.ts';

const PROJECTS = ['.csproj', '.fsproj', '.vbproj'];
const LISTS = ['packages.config', 'Directory.Packages.props'];

/** `packages.lock.json`, `project.assets.json`, `packages.config`, `Directory.Packages.props`, `*.csproj` and its like. */
export const dotnetLock = entryCataloger({
  id: 'dotnet-lock',
  version: 1,
  evidence: 'declared',
  reads: [
    { name: 'packages.lock.json' },
    { name: 'project.assets.json' },
    ...LISTS.map((name) => ({ name })),
    ...PROJECTS.map((suffix) => ({ suffix })),
  ],
  limit: 64 << 20,
  entries: (file) => {
    const base = baseOf(file.path);
    if (base === 'packages.lock.json') return readLock(jsonOf(file));
    if (base === 'project.assets.json') return readAssets(jsonOf(file));
    return readReferences(file);
  },
});

/** Each framework's packages on their own: one package may be needed in other versions by another framework. */
function readLock(document: unknown): readonly Entry[] {
  return membersOf(member(document, 'dependencies')).flatMap(([framework, packages]) =>
    present(membersOf(packages).map(([name, about]) => lockedEntry(framework, name, about))),
  );
}

function lockedEntry(framework: string, name: string, about: unknown): Entry | undefined {
  const version = textMember(about, 'resolved');
  // A project has no version of its own; what it needs is named in its place by its packages.
  if (version === undefined) return undefined;
  return entryOf(
    { type: 'nuget', name, version },
    {
      keys: [keyIn(framework, name)],
      needs: membersOf(member(about, 'dependencies')).map(([needed]) => [keyIn(framework, needed)]),
      hashes: hashesOf(textMember(about, 'contentHash')),
    },
  );
}

// NuGet's names are the same in any case.
function keyIn(framework: string, name: string): string {
  return `${framework}\0${name.toLowerCase()}`;
}

function readAssets(document: unknown): readonly Entry[] {
  const libraries = new Map(membersOf(member(document, 'libraries')));
  return membersOf(member(document, 'targets')).flatMap(([framework, packages]) =>
    present(
      membersOf(packages).map(([key, about]) => {
        const { name, version } = nameAndVersion(key);
        if (textMember(about, 'type') !== 'package') return undefined;
        return entryOf(
          { type: 'nuget', name, version },
          {
            keys: [keyIn(framework, name)],
            needs: membersOf(member(about, 'dependencies')).map(([needed]) => [keyIn(framework, needed)]),
            hashes: hashesOf(textMember(libraries.get(key), 'sha512')),
          },
        );
      }),
    ),
  );
}

const REFERENCES: ReadonlySet<string> = new Set([
  'PackageReference',
  'PackageVersion',
  'GlobalPackageReference',
  'package',
]);
/** A version or the exact range `[1.2.3]`: not `1.*`, ranges or `$(Property)`. */
const EXACT = /^\[?([0-9][0-9A-Za-z.+-]{0,100})\]?$/;

function readReferences(file: CatalogFile): readonly Entry[] | undefined {
  const entries: (Entry | undefined)[] = [];
  let open: string | undefined;
  for (const { name, attributes, text, closes, empty } of xmlTags(fileText(file))) {
    if (REFERENCES.has(name)) {
      const id = attributes.get('Include') ?? attributes.get('id');
      entries.push(reference(id, attributes.get('Version') ?? attributes.get('version')));
      open = closes || empty ? undefined : id;
    } else if (name === 'Version' && !closes) entries.push(reference(open, text));
  }
  return present(entries);
}

function reference(name: string | undefined, version: string | undefined): Entry | undefined {
  const exact = EXACT.exec(version ?? '')?.[1];
  return name === undefined || exact === undefined ? undefined : entryOf({ type: 'nuget', name, version: exact });
}
