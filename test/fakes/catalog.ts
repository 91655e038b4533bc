// Runs one cataloger over files in memory, and says which of them it read.
import {
  type AssemblyContext,
  CatalogerIndex,
  assemblePackages,
  isProgram,
  type LocatedFact,
} from '../../src/catalog/catalog.ts';
import type { Cataloger, FileContent, FileTree } from '../../src/catalog/types.ts';
import { ownersOf } from '../../src/catalog/owners.ts';
import type { BomPackage } from '../../src/bom/types.ts';
import { type BytePath, baseOf, bytePath, parentOf, pathText } from '../../src/lib/bytes.ts';
import { Fault } from '../../src/lib/faults.ts';

export interface Cataloged {
  readonly packages: readonly BomPackage[];
  /** purl → purls */
  readonly edges: Readonly<Record<string, readonly string[]>>;
  /** Paths that any cataloger parsed, sorted. */
  readonly read: readonly string[];
  /** Codes of the faults of files that could not be read, by path. */
  readonly faults: Readonly<Record<string, string>>;
  /** Which package owns which file. */
  readonly owners: Readonly<Record<string, string>>;
}

/** A symbolic link in {@link catalogFiles}. */
export interface Link {
  readonly link: string;
}

/** @param files by path in the root, without a leading `/`: content, or where a link leads */
export function catalogFiles(
  catalogers: Cataloger<unknown> | readonly Cataloger<unknown>[],
  files: Readonly<Record<string, string | Buffer | Link>>,
  context: Partial<AssemblyContext> = {},
): Cataloged {
  const list = 'reads' in catalogers ? [catalogers] : catalogers;
  const index = new CatalogerIndex(list);
  const facts = new Map<string, LocatedFact[]>();
  const read: string[] = [];
  const faults: Record<string, string> = {};
  const contents = Object.entries(files).map(([path, content]) => [bytePath(path), content] as const);
  for (const [path, content] of contents) {
    if (typeof content === 'object' && 'link' in content) continue;
    const bytes = Buffer.from(content);
    const readers = new Set([...index.byPath(path), ...(isProgram(bytes) ? index.ofPrograms(path) : [])]);
    for (const cataloger of readers) {
      read.push(pathText(path));
      try {
        const fact = cataloger.parse({ path, mode: 0o644, content: contentOf(bytes) });
        // Facts live in a cache as JSON.
        if (fact !== undefined) {
          const kept: unknown = JSON.parse(JSON.stringify(fact));
          facts.set(cataloger.id, [...(facts.get(cataloger.id) ?? []), { path, fact: kept, layer: undefined }]);
          const unread = cataloger.unread?.(fact);
          if (unread !== undefined) faults[pathText(path)] = unread.code;
        }
      } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        faults[pathText(path)] = fault.code;
      }
    }
  }
  const { packages, owned, failed } = assemblePackages(list, facts, {
    distribution: undefined,
    platform: 'linux/amd64',
    environment: [],
    files: treeOf(contents),
    ...context,
  });
  // No cataloger may fail on facts that it made itself.
  if (failed.length > 0) throw new Error(JSON.stringify(failed));
  return {
    packages,
    edges: Object.fromEntries(packages.map((p) => [p.purl, p.dependencies])),
    read: read.sort(),
    faults,
    owners: Object.fromEntries([...ownersOf(owned)].map(([path, purl]) => [pathText(path), purl])),
  };
}

export function contentOf(bytes: Buffer): FileContent {
  return {
    size: bytes.length,
    read: (offset, length) => bytes.subarray(Math.min(offset, bytes.length), Math.min(offset + length, bytes.length)),
    all: () => bytes,
  };
}

export function treeOf(files: readonly (readonly [BytePath, string | Buffer | Link])[]): FileTree {
  const kinds = new Map<BytePath, 'file' | 'directory' | 'symlink'>([['', 'directory']]);
  const links = new Map<BytePath, string>();
  for (const [path, content] of files) {
    const link = typeof content === 'object' && 'link' in content;
    kinds.set(path, link ? 'symlink' : 'file');
    if (link) links.set(path, content.link);
    for (let parent = parentOf(path); parent !== ''; parent = parentOf(parent)) kinds.set(parent, 'directory');
  }
  const resolve = (path: BytePath, budget = 40): BytePath | undefined => {
    if (budget === 0) return undefined;
    let at = '';
    const segments = path.split('/').filter((s) => s !== '' && s !== '.');
    for (const [i, segment] of segments.entries()) {
      const next = segment === '..' ? parentOf(at) : at === '' ? segment : `${at}/${segment}`;
      const target = links.get(next);
      if (target !== undefined) {
        const from = target.startsWith('/') ? target : `${parentOf(next)}/${target}`;
        return resolve([from, ...segments.slice(i + 1)].join('/'), budget - 1);
      }
      if (!kinds.has(next)) return undefined;
      at = next;
    }
    return at;
  };
  const below = (path: BytePath): readonly string[] =>
    [...kinds.keys()].filter((one) => one !== '' && parentOf(one) === path).map((one) => baseOf(one));
  return { kind: (path) => kinds.get(path), resolve: (path) => resolve(path), below };
}
