// What a cataloger is: it names the files that it reads, makes facts of each, and packages of the facts that the image keeps.
import type { ListedFiles } from './owners.ts';
import type { BomPackage, Distribution } from '../bom/types.ts';
import type { BytePath } from '../lib/bytes.ts';
import type { Effort } from './effort.ts';

/** Which files a cataloger reads. At least one of `path`, `folder`, `name`, `suffix` and `program` is given; all that are given hold. */
export interface FilePattern {
  /** The whole path from the root: `var/lib/dpkg/status`. */
  readonly path?: BytePath;
  /** The folder that the file stands in, not below: `var/lib/dpkg/info`. */
  readonly folder?: BytePath;
  /** The base name: `package.json`. */
  readonly name?: string;
  /** The base name's end from its last dot: `.jar`. */
  readonly suffix?: string;
  /** ELF, Mach-O and PE files, by their first bytes. */
  readonly program?: true;
  /** What else must hold; a pure function of the path. */
  readonly match?: (path: BytePath) => boolean;
}

/** A file's bytes in memory or on disk. What it gives is valid only during the call that it was handed to. */
export interface FileContent {
  readonly size: number;
  /** `length` bytes from `offset`, fewer at the end; empty beyond it. */
  read(offset: number, length: number): Buffer;
  /** The whole content. It may be large: prefer `read` where parts are enough. */
  all(): Buffer;
}

export interface CatalogFile {
  readonly path: BytePath;
  /** Permission bits. */
  readonly mode: number;
  readonly content: FileContent;
}

/** Facts of one file that is in the merged view. */
export interface Found<Fact> {
  readonly path: BytePath;
  readonly fact: Fact;
}

/**
 * Reads one ecosystem's packages. Both functions are pure.
 * @typeParam Fact what one file says, as JSON: it is kept in the cache between runs
 */
export interface Cataloger<Fact> {
  /** `dpkg`, `npm-lock`: unique, stable; said as `foundBy`. */
  readonly id: string;
  /** To be raised when `parse` gives other facts of the same file: part of the cache's key. */
  readonly version: number;
  /** `declared`: of lock files and manifests, asked for source trees and with `--declared`; `installed` is always asked. */
  readonly evidence: 'installed' | 'declared';
  readonly reads: readonly FilePattern[];
  /** A folder whose names tell of packages: where it is, `assemble` is called although no file was read. */
  readonly folder?: BytePath;
  /** Largest file that is read, in bytes; one that is larger is named in the result's `notRead`. */
  readonly limit: number;
  /**
   * What a file says; `undefined` when it is none of this ecosystem's.
   * @throws Fault for a file that is broken: it is named in the result's `notRead`, and the rest goes on
   */
  parse(file: CatalogFile): Fact | undefined;
  /** What of the file could not be read although the rest was: it is named in the result's `notRead`, too. */
  unread?(fact: Fact): Unread | undefined;
  /** The packages, from the facts of all its files in the order of their paths. */
  assemble(found: readonly Found<Fact>[], context: CatalogContext): readonly CatalogedPackage[];
}

export interface Unread {
  readonly code: string;
  /** One sentence. */
  readonly reason: string;
}

export interface CatalogContext {
  readonly distribution: Distribution | undefined;
  /** `linux/amd64`; `undefined` for a folder. */
  readonly platform: string | undefined;
  /** The image's environment, `NAME=value`. */
  readonly environment: readonly string[];
  readonly files: FileTree;
  /** To be charged with what grows faster than the facts. */
  readonly effort: Effort;
}

/** The names in the merged view. */
export interface FileTree {
  /** What stands at a path itself, links not followed; `undefined` when there is nothing. */
  kind(path: BytePath): 'file' | 'directory' | 'symlink' | 'other' | undefined;
  /** Where a path leads when links are followed, never outside the root; `undefined` when it leads nowhere. */
  resolve(path: BytePath): BytePath | undefined;
  /** The names in a folder itself, in any order; none where there is no folder. Trees without it have no such packages. */
  below?(path: BytePath): readonly string[];
}

/** A package as its cataloger knows it. `foundBy`, `evidence`, `ownedBy`, `origin` and the locations' layers are filled in by others. */
export interface CatalogedPackage
  extends Omit<BomPackage, 'foundBy' | 'evidence' | 'ownedBy' | 'origin' | 'excludedDependencies'> {
  readonly locations: NonNullable<BomPackage['locations']>;
  /** The files that it brings, where its metadata list them: then they are its own, and packages that they tell of, too. */
  files?: ListedFiles | undefined;
}
