// What `temper db` says to people.
import { currentAt, type DatabaseSource } from '../advisory/database/description.ts';
import type { BuiltDatabase } from '../flow/database/db-build.ts';
import type { DatabaseStatus } from '../flow/database/db-status.ts';
import type { UpdateResult } from '../flow/database/db-update.ts';
import { humanSize } from '../lib/bytes.ts';
import { isoTime } from '../lib/time.ts';
import { printable, table } from './table.ts';

export function databaseTable(status: DatabaseStatus): string {
  const { totals, schema, coverage } = status;
  const stale = new Set<string>(status.stale.map(({ feed }) => feed));
  const sources = table(
    [
      ['FEED', 'RECORDS', 'SKIPPED', 'AGE', 'CONTENT OF', 'FROM', 'LICENCE'],
      ...status.sources.map((source) => [
        source.feed,
        String(source.records),
        String(source.skipped),
        `${ageOf(source, status.now)}${stale.has(source.feed) ? ' (too old)' : ''}`,
        source.modified === undefined ? '' : isoTime(source.modified),
        printable(source.base),
        source.licence ?? '',
      ]),
    ],
    new Set([1, 2]),
  );
  return [
    status.path,
    `schema ${schema.major}.${schema.minor}, ${humanSize(status.size)}`,
    `${totals.vulnerabilities} vulnerabilities, ${totals.advisories} records, ${totals.packages} packages in ${ecosystemCount(coverage)}`,
    ...originLines(status),
    ...(status.checked
      ? [
          'checked: every page is in its place, and what is said of every package and in every record is what was written',
        ]
      : []),
    '',
    sources,
    ...fixedOnlyLines(coverage),
    ...staleLines(status),
  ].join('\n');
}

/** What a build or an update did, before the state that it led to. */
export function changeLines(result: UpdateResult & Partial<Pick<BuiltDatabase, 'pushed'>>): string {
  const { fetched, pushed } = result;
  return [
    ...result.failures.map(({ title, fault }) => `NOT read: ${title}: ${printable(fault.message)}`),
    ...(fetched === undefined
      ? []
      : [`${fetched.unchanged ? 'unchanged' : 'fetched'}: ${fetched.reference}@${fetched.manifest}`]),
    ...(pushed === undefined
      ? []
      : [`published: ${pushed.reference}@${pushed.digest}, ${humanSize(pushed.size)}, signed by ${pushed.signer}`]),
  ].join('\n');
}

function originLines({ origin }: DatabaseStatus): string[] {
  if (origin === undefined) return [];
  const by = `${origin.reference}@${origin.manifest}, signed by ${origin.signers.join(', ')}`;
  return [origin.unchanged ? `fetched from ${by}` : `NOT what was fetched from ${by}`];
}

function ecosystemCount(coverage: DatabaseStatus['coverage']): string {
  const { size } = new Set(coverage.map(({ ecosystem }) => ecosystem));
  return `${size} ecosystem${size === 1 ? '' : 's'}`;
}

function fixedOnlyLines(coverage: DatabaseStatus['coverage']): string[] {
  const whole = new Set(coverage.filter(({ scope }) => scope === 'all').map(({ ecosystem }) => ecosystem));
  const only = [...new Set(coverage.map(({ ecosystem }) => ecosystem))].filter((ecosystem) => !whole.has(ecosystem));
  return only.length === 0 ? [] : ['', `fixed vulnerabilities alone are known of: ${only.map(printable).join(', ')}`];
}

function staleLines({ stale, maxAge }: DatabaseStatus): string[] {
  if (maxAge === undefined || stale.length === 0) return [];
  const names = stale.map(({ feed, age }) => `${feed} (${age === undefined ? 'never read' : duration(age)})`);
  return ['', `TOO OLD, by more than ${duration(maxAge)}: ${names.join(', ')}`];
}

function ageOf(source: DatabaseSource, now: number): string {
  const time = currentAt(source);
  return time === undefined ? 'never read' : duration(Math.max(0, now - time));
}

/** Seconds as people say them: `3 d`, `5 h`, `12 min`. */
export function duration(seconds: number): string {
  if (seconds >= 172_800) return `${Math.floor(seconds / 86_400)} d`;
  if (seconds >= 7200) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 60)} min`;
}
