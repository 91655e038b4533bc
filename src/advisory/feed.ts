// What a feed is: it reads files of its own layout and gives records.
import type { RandomAccess } from '../lib/random-access.ts';
import type { Advisory, Epss, FeedId, KnownExploited, Severity } from './types.ts';

export interface Feed {
  readonly id: FeedId;
  /** For people: `Debian security tracker`. */
  readonly title: string;
  /** Where it stands in public; `undefined` where it has no address of its own (the Debian archive: the host's sources say). */
  readonly address: string | undefined;
  /** `CC-BY-4.0`: under which its records may be passed on; `undefined` where its publisher states none. */
  readonly licence: string | undefined;
  /**
   * What an advisory among `'changes'` takes the place of: all of the same id, unless given; or, where a feed has an id in several
   * records that it gives apart, those of the same id that speak of one of the same packages.
   */
  readonly replaces?: 'id' | 'package' | undefined;
  /**
   * Its state tells what was asked for, so that it is handed back also where more is asked for: then only what is new is read
   * whole. Unless it says so, its state is handed back where the same is asked for again.
   */
  readonly widens?: boolean | undefined;
  /** Whether a scan of packages of this ecosystem (`Debian:13`, `npm`) needs it; feeds of severities and scores are needed by all. */
  serves(ecosystem: string): boolean;
  /**
   * Its records, as they are read: never the whole feed in memory. Pure but for `files`.
   * A record that is broken is given as `skipped`; a file that is broken or missing throws, and nothing of the feed is taken.
   * @throws Fault `feed/…`
   */
  read(files: FeedFiles, request: FeedRequest): AsyncIterable<FeedRecord>;
}

export interface FeedRequest {
  /** Wanted ecosystems with their releases; `undefined`: all that the feed has. */
  readonly ecosystems: readonly string[] | undefined;
  /**
   * Packages that somebody has, source packages for Debian: a feed that can look for them alone does (the Debian archive), and
   * what it gives is added to earlier records (`mode: 'changes'`). `undefined`: all that the feed has by itself.
   */
  readonly packages?: readonly FeedPackage[] | undefined;
  /** What the feed gave as `state` when it was last read whole; `undefined`: from the start. */
  readonly since: string | undefined;
  /** Seconds since 1970. */
  readonly now: number;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((line: string) => void) | undefined;
}

export interface FeedPackage {
  /** `Debian:13` */
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string;
}

export type FeedRecord =
  | { readonly kind: 'advisory'; readonly advisory: Advisory }
  /** A record that an earlier reading gave and that is no more. */
  | { readonly kind: 'gone'; readonly id: string }
  /** Severities of a vulnerability from one who does not speak of packages (NVD). */
  | {
      readonly kind: 'severities';
      readonly id: string;
      readonly severities: readonly Severity[];
      readonly cwes: readonly string[];
      readonly summary: string;
      readonly published: number | undefined;
    }
  | { readonly kind: 'epss'; readonly epss: Epss; readonly date: string }
  | { readonly kind: 'exploited'; readonly exploited: KnownExploited }
  /** The feed speaks of this ecosystem: a package of it without a record is one that the feed knows nothing bad of. */
  | {
      readonly kind: 'covers';
      readonly ecosystem: string;
      /** `fixed-only`: it tells of fixed vulnerabilities alone (the Debian archive's changelogs, Alpine's secdb). */
      readonly scope: 'all' | 'fixed-only';
    }
  | { readonly kind: 'skipped'; readonly record: string; readonly code: string; readonly reason: string }
  /**
   * Given last, once. `mode: 'whole'`: the records given replace all that the feed gave before;
   * `'changes'`: they are added to them, each in the place of one of the same id. `state` is handed back as `since` the next time.
   */
  | {
      readonly kind: 'end';
      readonly mode: 'whole' | 'changes';
      readonly state: string;
      /** The date of the feed's content, seconds since 1970, where it says so. */
      readonly modified: number | undefined;
    };

/** A feed's files, in a folder or behind an address. Paths are relative, divided by `/`, without `..`. */
export interface FeedFiles {
  /** The folder or address, without passwords; for records and faults. */
  readonly base: string;
  /**
   * `undefined` where there is none (HTTP 404, 410).
   * @throws Fault `feed/too-large` beyond `limit` bytes, `feed/unreachable`, `file/…`
   */
  open(path: string, limit: number): Promise<FeedFile | undefined>;
  /** The names of files and folders in a folder (`''`: the outermost), sorted; there is none where files cannot be listed: the web. */
  list?(path: string): Promise<readonly string[]>;
}

export interface FeedFile extends AsyncDisposable {
  /** Bytes; `undefined` where the server does not say. */
  readonly size: number | undefined;
  /** Seconds since 1970. */
  readonly modified: number | undefined;
  /** Tells this content from another of the same path, to be compared with what an earlier reading kept; `undefined`: nothing does. */
  readonly tag?: string | undefined;
  /** Its content, once; a `.gz` as it stands. */
  chunks(): AsyncIterable<Buffer>;
  /** Its content, to be read where it is needed: of a server it is first kept in a nameless temporary file. */
  random(): Promise<RandomAccess>;
  /** Its content as a whole. */
  all(): Promise<Buffer>;
}
