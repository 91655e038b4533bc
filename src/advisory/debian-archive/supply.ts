// What the Debian archive's feed is given: changelogs of a signed archive's source packages, read by whoever can fetch.
import type { ChangelogFix } from '../../deb/changelog-cves.ts';
import type { FeedFiles, FeedRequest } from '../feed.ts';

/** Files of a feed that is no folder and no address; nothing can be opened by its path. */
export interface ChangelogFiles extends FeedFiles {
  readonly changelogs: ChangelogSupply;
}

export interface ChangelogSupply {
  /**
   * Looks at the archive's signed state for the wanted releases.
   * @throws Fault `archive/…`, `network/…`
   */
  open(request: FeedRequest): Promise<ArchiveState>;
}

export interface ArchiveState {
  /** The same for the same content; handed back as `since`. */
  readonly state: string;
  /** Its date, seconds since 1970. */
  readonly modified: number | undefined;
  /** Releases that it has: `Debian:13`. */
  readonly ecosystems: readonly string[];
  /** Wanted releases that it does not have. */
  readonly missing: readonly { readonly ecosystem: string; readonly code: string; readonly reason: string }[];
  /**
   * Source packages of the update suites; where the request names packages, those of which there is a newer version.
   * @throws Fault `archive/…`, `network/…`
   */
  read(): AsyncIterable<SourceChangelog>;
}

export interface SourceChangelog {
  readonly ecosystem: string;
  readonly source: string;
  readonly version: string;
  /** `trixie-security/pool/…/libssl3t64_3.5.1-1+deb13u1_amd64.deb` */
  readonly file: string;
  readonly fixes: readonly ChangelogFix[];
  /** Why nothing could be read. */
  readonly missing: { readonly code: string; readonly reason: string } | undefined;
}
