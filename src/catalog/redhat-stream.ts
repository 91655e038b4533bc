// Which of Red Hat's update streams a system gets its packages from: the main one, or one that stays with a minor release.
import { Fault } from '../lib/faults.ts';
import type { BytePath } from '../lib/bytes.ts';
import { fieldsOf, listOf } from '../lib/fields.ts';
import { parseJson } from '../lib/json.ts';

/** What one file says of it. */
export interface StreamFact {
  /** Each once, sorted: `eus:9.4`, `els:7`; without a release the system's own counts: `eus`. `main`: the main stream. */
  readonly streams: readonly string[];
}

const YUM: BytePath = 'etc/yum.repos.d/redhat.repo';

/** The lists of content sets that Red Hat's images carry, and the repositories that a subscription enables. */
export const streamFiles = [
  { folder: 'root/buildinfo/content_manifests', suffix: '.json' },
  { folder: 'usr/share/buildinfo', suffix: '.json' },
  { path: YUM },
] as const;

const PRODUCTS = 'eus|e4s|aus|tus|els';
/** `rhel-9-for-x86_64-baseos-eus-rpms`, also with `__9_DOT_4__x86_64` behind it; not of sources and debugging. */
const LABEL = new RegExp(
  `^rhel-(\\d{1,2})-(?:[a-z0-9_]{1,30}-){1,6}?(?:(${PRODUCTS})-)?rpms(?:__(\\d{1,2})_DOT_(\\d{1,2}))?(?:__|$)`,
);
const CPE = new RegExp(`^cpe:(?:/|2\\.3:)[ao]:redhat:rhel_(${PRODUCTS}):(\\d{1,2}(?:\\.\\d{1,2})?)(?::|$)`);
/** Of one file. */
const MOST = 10_000;

export function isStreamFile(path: BytePath): boolean {
  return path === YUM || path.includes('buildinfo/');
}

/** `rhel_eus:9.4` of os-release's CPE_NAME; `undefined` where that names the main stream. */
export function streamOfCpe(cpe: string): string | undefined {
  const [, product, release] = CPE.exec(cpe) ?? [];
  return product === undefined || release === undefined ? undefined : `rhel_${product}:${release}`;
}

/** `undefined` where the file names no repository of Red Hat Enterprise Linux. */
export function readStreams(path: BytePath, text: string): StreamFact | undefined {
  const labels = path === YUM ? enabledRepositories(text) : contentSets(text);
  const streams = new Set<string>();
  for (const label of labels.slice(0, MOST)) {
    const [all, major = '', product, first, minor] = LABEL.exec(label) ?? [];
    if (all === undefined || /-(?:source|debug)-/.test(label)) continue;
    if (product === undefined) streams.add('main');
    else if (product === 'els') streams.add(`els:${major}`);
    else streams.add(first === undefined ? product : `${product}:${first}.${minor ?? ''}`);
  }
  return streams.size === 0 ? undefined : { streams: [...streams].sort() };
}

/**
 * The stream that all files name, `rhel_eus:9.4`; `undefined` for the main one, and where they differ: a system that is taken
 * for one that gets other fixes would have misses.
 */
export function streamOf(facts: readonly StreamFact[], versionId: string): string | undefined {
  const [only, ...others] = new Set(facts.flatMap(({ streams }) => streams));
  if (only === undefined || only === 'main' || others.length > 0) return undefined;
  const [product = '', release = versionId] = only.split(':');
  return /^\d{1,2}(?:\.\d{1,2})?$/.test(release) ? `rhel_${product}:${release}` : undefined;
}

function contentSets(text: string): readonly string[] {
  try {
    const sets = listOf(fieldsOf(parseJson(text, 'The list of content sets'))?.['content_sets']);
    return sets.filter((one): one is string => typeof one === 'string' && one.length < 200);
  } catch (error) {
    if (error instanceof Fault) return [];
    throw error;
  }
}

function enabledRepositories(text: string): readonly string[] {
  const enabled: string[] = [];
  let section = '';
  for (const line of text.split('\n')) {
    if (line.length > 1000) continue;
    section = /^\[([^\]\s]{1,200})\]\s*$/.exec(line)?.[1] ?? section;
    if (/^enabled\s*=\s*(?:1|true|yes)\s*$/i.test(line) && section !== '') enabled.push(section);
  }
  return enabled;
}
