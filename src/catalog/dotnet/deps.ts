// What a .NET build writes of packages beside the assemblies
// (dotnet/sdk, documentation/specs/runtime-configuration-file.md, "appname.deps.json").
import type { PackageHash } from '../../bom/types.ts';
import { type BytePath, baseOf, bytePath, parentOf } from '../../lib/bytes.ts';
import { type Entry, entryOf, type Need, present } from '../entries.ts';
import { member, membersOf, textMember, textOf } from '../members.ts';

/** What a library is that is named `runtimepack.NAME`: the package NAME, which has its advisories. */
const RUNTIME_PACK = 'runtimepack.';

/**
 * The libraries of a `*.deps.json`: packages, the projects themselves, and the runtime where it is published with the
 * application; the shared framework that the file describes. `undefined` for another document.
 */
export function readDeps(document: unknown, path: BytePath): readonly Entry[] | undefined {
  const targets = member(document, 'targets');
  const libraries = member(document, 'libraries');
  if (targets === undefined || libraries === undefined) return undefined;
  const name = textMember(member(document, 'runtimeTarget'), 'name') ?? textMember(document, 'runtimeTarget');
  const target = member(targets, name ?? '') ?? membersOf(targets).at(-1)?.[1];
  const entries = membersOf(libraries).map(([key, library]) => libraryEntry(key, library, member(target, key), path));
  const framework = frameworkOf(path, present(entries));
  return present([...entries.filter((entry) => entry?.purl !== framework?.purl), framework]);
}

function libraryEntry(key: string, library: unknown, target: unknown, path: BytePath): Entry | undefined {
  const { name, version } = nameAndVersion(key);
  const type = textMember(library, 'type')?.toLowerCase() ?? '';
  if (type !== 'package' && type !== 'project' && type !== 'runtimepack') return undefined;
  const known = name.startsWith(RUNTIME_PACK) ? name.slice(RUNTIME_PACK.length) : name;
  return entryOf(
    { type: 'nuget', name: known, version },
    {
      keys: [key.toLowerCase()],
      needs: needsOf(target),
      hashes: hashesOf(textMember(library, 'sha512')),
      files: filesOf(target, path),
      properties: [{ name: 'dotnet:libraryType', value: type }],
    },
  );
}

/** `shared/Microsoft.NETCore.App/8.0.1/Microsoft.NETCore.App.deps.json`: its libraries may have the build's own versions. */
function frameworkOf(path: BytePath, libraries: readonly Entry[]): Entry | undefined {
  const match = /(?:^|\/)shared\/([A-Za-z0-9.]{1,100})\/([0-9][0-9A-Za-z.-]{0,50})\/\1\.deps\.json$/.exec(path);
  if (match === null) return undefined;
  const [, name = '', version = ''] = match;
  const same = libraries.find((entry) => entry.name === name && entry.version === version);
  return entryOf(
    { type: 'nuget', name, version },
    {
      keys: same?.keys ?? [`${name}/${version}`.toLowerCase()],
      needs: libraries.flatMap(({ keys }): Need[] => (keys ?? []).map((key) => [key])),
      hashes: same?.hashes,
      files: [path, ...(same?.files ?? [])],
      properties: [{ name: 'dotnet:libraryType', value: 'framework' }],
    },
  );
}

/** `Newtonsoft.Json/13.0.1` */
export function nameAndVersion(key: string): { name: string; version: string } {
  const slash = key.indexOf('/');
  return slash < 0 ? { name: key, version: '' } : { name: key.slice(0, slash), version: key.slice(slash + 1) };
}

function needsOf(target: unknown): readonly Need[] {
  return membersOf(member(target, 'dependencies')).map(([name, version]) => {
    const key = `${name}/${textOf(version) ?? ''}`;
    return [key.toLowerCase(), key];
  });
}

/** NuGet's digests: of the package file, in base64, some with a `sha512-` before them. */
export function hashesOf(digest: string | undefined): readonly PackageHash[] | undefined {
  const text = digest?.replace(/^sha512-/, '');
  if (text === undefined || text.length !== 88 || !/^[A-Za-z0-9+/]{86}==$/.test(text)) return undefined;
  return [{ algorithm: 'SHA-512', value: Buffer.from(text, 'base64').toString('hex') }];
}

// Published, an assembly lies beside the file itself, or where its package has it below `runtimes/`.
function filesOf(target: unknown, path: BytePath): readonly BytePath[] {
  const folder = parentOf(path);
  const prefix = folder === '' ? '' : `${folder}/`;
  const listed = ['runtime', 'native', 'resources', 'runtimeTargets'].flatMap((kind) =>
    membersOf(member(target, kind)),
  );
  return listed.flatMap(([file, about]) => {
    const at = bytePath(file);
    const locale = textMember(about, 'locale');
    const beside = locale === undefined ? baseOf(at) : `${bytePath(locale)}/${baseOf(at)}`;
    return [...new Set([`${prefix}${beside}`, `${prefix}${at}`])];
  });
}
