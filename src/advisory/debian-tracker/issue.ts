// One issue of a source package as the tracker's JSON has it: what it says of each release.
import { debianEcosystem } from '../../deb/codenames.ts';
import { compareDebVersions, parseDebVersion } from '../../version/deb.ts';
import type { Affected } from '../types.ts';
import { untouchedPackages } from '../debian-exceptions.ts';
import type { Notices } from './notices.ts';
import { severitiesOf } from './urgency.ts';

/** What is wanted of the tracker, and what is known beside it. */
export interface TrackerContext {
  /** Wanted ecosystems; `undefined`: all. */
  readonly ecosystems: ReadonlySet<string> | undefined;
  readonly notices: Notices;
  /** Told of each release that is spoken of, wanted or not: its code name. */
  readonly seen: (codename: string, ecosystem: string | undefined) => void;
}

type Members = Readonly<Record<string, unknown>>;

/** What a release's entry that is no good lacks. */
export class NoIssue extends Error {}

/** Most releases of one issue. */
const RELEASES = 100;

/**
 * What an issue says of the wanted releases, in their order; empty where it says nothing of them.
 * @throws NoIssue where it is of another shape
 */
export function affectedBy(source: string, id: string, issue: unknown, context: TrackerContext): Affected[] {
  const releases = membersOf(membersOf(issue, 'it')['releases'], 'its "releases"');
  const entries = Object.entries(releases);
  if (entries.length > RELEASES) throw new NoIssue(`it has more than ${RELEASES} releases`);
  const inUnstable = fixedVersion(releases['sid']);
  const all: Affected[] = [];
  for (const [codename, release] of entries) {
    const ecosystem = debianEcosystem(codename);
    context.seen(codename, ecosystem);
    if (ecosystem === undefined || context.ecosystems?.has(ecosystem) === false) continue;
    const entry = membersOf(release, `its release ${codename.slice(0, 40)}`);
    all.push({ ...inRelease(entry, { source, id, ecosystem, inUnstable }, context.notices), ecosystem, name: source });
  }
  return all;
}

interface Place {
  readonly source: string;
  readonly id: string;
  readonly ecosystem: string;
  /** The version that fixes it in unstable. */
  readonly inUnstable: string | undefined;
}

type Verdict = Omit<Affected, 'ecosystem' | 'name'>;

function inRelease(entry: Members, place: Place, notices: Notices): Verdict {
  const severities = severitiesOf(textOf(entry['urgency']));
  const notPackages = untouchedPackages(place.source, place.id);
  const only = notPackages === undefined ? undefined : { notPackages };
  const common = { versions: [], ...(severities.length > 0 ? { severities } : {}), ...(only ? { only } : {}) };
  switch (entry['status']) {
    case 'undetermined':
      return { ...common, status: 'under-investigation', ranges: [], fix: 'unknown' };
    case 'resolved':
      if (entry['fixed_version'] === '0') return { ...common, status: 'not-affected', ranges: [], fix: 'unknown' };
      return { ...common, ...fixedIn(resolvedVersion(entry), place, notices) };
    case 'open': {
      const fixed = fixWithin(entry, place, notices);
      if (fixed !== undefined) return { ...common, ...fixedIn(fixed, place, notices) };
      return { ...common, status: 'affected', ranges: [{ introduced: '0' }], fix: fixState(entry) };
    }
    default:
      throw new NoIssue(`its status in ${place.ecosystem} is none that is known`);
  }
}

/** The advisory's version counts where there is one: the highest of them, as a first one may have been no good. */
function fixedIn(version: string, { ecosystem, source, id }: Place, notices: Notices): Verdict {
  const notice = notices.fix(ecosystem, source, id);
  const fixed = notice?.version ?? version;
  const by = notice === undefined ? {} : { fixedBy: notice.id, fixedAt: notice.date };
  return { status: 'affected', ranges: [{ introduced: '0', fixed }], versions: [], fix: 'fixed', ...by };
}

/** The version of an open issue's fix that the release has all the same: an advisory's, or unstable's. */
function fixWithin(entry: Members, { ecosystem, source, id, inUnstable }: Place, notices: Notices): string | undefined {
  const notice = notices.fix(ecosystem, source, id);
  if (notice !== undefined) return notice.version;
  if (inUnstable === undefined || ecosystem === 'Debian:unstable') return undefined;
  const has = Object.values(isMembers(entry['repositories']) ? entry['repositories'] : {}).map(textOf);
  return has.some((version) => version !== '' && compareDebVersions(version, inUnstable) >= 0) ? inUnstable : undefined;
}

/** What the security team says of an issue that it has not fixed. Any `nodsa` puts it off, also one without a reason. */
function fixState(entry: Members): Affected['fix'] {
  if (textOf(entry['urgency']) === 'end-of-life') return 'wont-fix';
  const isDeferred = 'nodsa' in entry || 'nodsa_reason' in entry || entry['next_point_update'] === true;
  return isDeferred ? 'deferred' : 'not-fixed';
}

function resolvedVersion(entry: Members): string {
  const version = textOf(entry['fixed_version']);
  if (parseDebVersion(version) === undefined) throw new NoIssue('it is resolved by no version');
  return version;
}

/** `undefined` also where it never was there. */
function fixedVersion(release: unknown): string | undefined {
  if (!isMembers(release) || release['status'] !== 'resolved') return undefined;
  const version = textOf(release['fixed_version']);
  return version === '0' || parseDebVersion(version) === undefined ? undefined : version;
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws NoIssue */
export function membersOf(value: unknown, what: string): Members {
  if (!isMembers(value)) throw new NoIssue(`${what} is no object`);
  return value;
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
