// .NET packages: what builds say of them, and assemblies of which no build says anything.
import { baseOf, parentOf, type BytePath } from '../../lib/bytes.ts';
import { assembleEntries, type Entry, entryOf, present } from '../entries.ts';
import { jsonOf } from '../members.ts';
import type { CatalogContext, CatalogedPackage, Cataloger, CatalogFile, Found } from '../types.ts';
import { type Assembly, readAssembly } from './assembly.ts';
import { readDeps } from './deps.ts';

/** What a `*.deps.json` lists, or what an assembly says of itself. */
type Fact = readonly Entry[] | Assembly;

/** `*.deps.json`, and managed `*.dll` and `*.exe` that none of these beside them lists. */
export const dotnet: Cataloger<Fact> = {
  id: 'dotnet',
  version: 1,
  evidence: 'installed',
  reads: [
    { suffix: '.json', match: (path) => path.endsWith('.deps.json') },
    ...['.dll', '.DLL', '.exe', '.EXE'].map((suffix) => ({ suffix })),
  ],
  limit: 512 << 20,
  parse: parseFile,
  assemble,
};

function parseFile(file: CatalogFile): Fact | undefined {
  const isList = baseOf(file.path).endsWith('.deps.json');
  return isList ? readDeps(jsonOf(file), file.path) : readAssembly(file.content);
}

function assemble(found: readonly Found<Fact>[], context: CatalogContext): readonly CatalogedPackage[] {
  const listed: Found<readonly Entry[]>[] = [];
  const assemblies: Found<Assembly>[] = [];
  for (const { path, fact } of found) {
    if ('name' in fact) assemblies.push({ path, fact });
    else listed.push({ path, fact });
  }
  const claimed = new Set(listed.flatMap(({ fact }) => fact.flatMap(({ files }) => files ?? [])));
  const others = assemblies.filter(({ path, fact }) => !claimed.has(path) && !isResources(path, fact));
  const alone = others.map(({ path, fact }) => ({ path, fact: present([ofAssembly(path, fact)]) }));
  return assembleEntries([...listed, ...alone], (path) => path, context);
}

// An assembly of translations, which is its parent's in another folder.
function isResources(path: BytePath, { name }: Assembly): boolean {
  return name.endsWith('.resources') || baseOf(path).endsWith('.resources.dll') || parentOf(path).endsWith('/ref');
}

function ofAssembly(path: BytePath, { name, version, company }: Assembly): Entry | undefined {
  return entryOf(
    { type: 'nuget', name, version },
    { maintainer: company, files: [path], properties: [{ name: 'dotnet:libraryType', value: 'assembly' }] },
  );
}
