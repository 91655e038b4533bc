// The Debian archive as a feed: what the changelogs of newer versions say that they fix. No other party is asked.
import type { ChangelogFix } from '../../deb/changelog-cves.ts';
import { debianCodename } from '../../deb/codenames.ts';
import { Fault } from '../../lib/faults.ts';
import { untouchedPackages } from '../debian-exceptions.ts';
import type { Feed, FeedFiles, FeedRecord, FeedRequest } from '../feed.ts';
import type { Advisory } from '../types.ts';
import type { ChangelogFiles, SourceChangelog } from './supply.ts';

/**
 * A record for each vulnerability that a source package's newest changelog names: older versions than the one that names
 * it last are affected. It knows of fixed vulnerabilities alone, and no severities. Read are the update suites of each wanted
 * release; with `request.packages` instead, of all its suites, the packages that have a newer version there: what comes of
 * that is added to earlier records. Given the state of an unchanged archive, nothing is read.
 * @throws Fault `feed/no-archive` for files that are no `ChangelogFiles`; `archive/…`, `network/…`
 */
export const debianArchive: Feed = {
  id: 'debian-archive',
  title: 'Debian archive, changelogs',
  address: undefined,
  licence: undefined,
  replaces: 'package',
  serves: (ecosystem) => debianCodename(ecosystem) !== undefined,
  read,
};

async function* read(files: FeedFiles, request: FeedRequest): AsyncGenerator<FeedRecord> {
  if (!isChangelogFiles(files)) throw noArchive(files);
  const archive = await files.changelogs.open(request);
  for (const { ecosystem, code, reason } of archive.missing) yield { kind: 'skipped', record: ecosystem, code, reason };
  for (const ecosystem of archive.ecosystems) yield { kind: 'covers', ecosystem, scope: 'fixed-only' };
  const asked = request.packages !== undefined;
  const unchanged = !asked && request.since === archive.state;
  if (!unchanged) for await (const changelog of archive.read()) yield* recordsOf(changelog);
  const mode = asked || unchanged ? 'changes' : 'whole';
  // What was read for some packages alone says nothing of the whole.
  const state = asked ? (request.since ?? '') : archive.state;
  yield { kind: 'end', mode, state, modified: archive.modified };
}

function isChangelogFiles(files: FeedFiles): files is ChangelogFiles {
  return 'changelogs' in files;
}

function* recordsOf(changelog: SourceChangelog): Generator<FeedRecord> {
  const { source, file, fixes, missing } = changelog;
  if (missing !== undefined) yield { ...missing, kind: 'skipped', record: `${file}#${source}` };
  for (const fix of fixes) yield { kind: 'advisory', advisory: advisoryOf(changelog, fix) };
}

function advisoryOf({ ecosystem, source, file }: SourceChangelog, { id, version, date, item }: ChangelogFix): Advisory {
  const notPackages = untouchedPackages(source, id);
  return {
    id,
    feed: 'debian-archive',
    record: `${file}#${id}`,
    aliases: [],
    covers: [],
    summary: item,
    details: '',
    references: [],
    published: undefined,
    modified: date,
    withdrawn: undefined,
    severities: [],
    cwes: [],
    affected: [
      {
        ecosystem,
        name: source,
        status: 'affected',
        ranges: [{ introduced: '0', fixed: version }],
        versions: [],
        fix: 'fixed',
        fixedAt: date,
        ...(notPackages !== undefined && { only: { notPackages } }),
      },
    ],
  };
}

function noArchive({ base }: FeedFiles): Fault {
  return new Fault(
    'feed/no-archive',
    `Changelogs are read from a signed Debian archive, not from ${base}.`,
    'Name the feed without an address; the archive is the one that temper build uses.',
  );
}
