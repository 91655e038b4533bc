// How records stand in a database's rows: JSON arrays by position, what is usual left out at their end.
import {
  type Affected,
  type AffectedOnly,
  type FixState,
  type Severity,
  severityLevels,
  type VersionRange,
} from '../types.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const statuses = ['affected', 'not-affected', 'under-investigation'] as const;
const fixes: readonly FixState[] = ['fixed', 'not-fixed', 'deferred', 'wont-fix', 'unknown'];

/**
 * What is said of one package, apart from who says it: many records say the same, and share it.
 * `[ranges, versions, status, fix, severities, only, fixedBy, fixedAt]`
 */
export function encodeSpec(affected: Affected): string {
  return JSON.stringify(
    trimmed([
      affected.ranges.map(encodeRange),
      affected.versions.length === 0 ? null : affected.versions,
      statuses.indexOf(affected.status) || null,
      fixes.indexOf(affected.fix) || null,
      affected.severities === undefined ? null : affected.severities.map(encodeSeverity),
      affected.only === undefined ? null : encodeOnly(affected.only),
      affected.fixedBy ?? null,
      affected.fixedAt ?? null,
    ]),
  );
}

export type Spec = Omit<Affected, 'ecosystem' | 'name'>;

/** @throws TypeError where the row was altered */
export function decodeSpec(spec: unknown): Spec {
  const values = listOf(spec);
  const [ranges, versions, status, fix] = values;
  const read = {
    status: statuses[(status ?? 0) as number] ?? raise('status'),
    ranges: listOf(ranges).map(decodeRange),
    versions: isAbsent(versions) ? NONE : (listOf(versions) as string[]),
    fix: fixes[(fix ?? 0) as number] ?? raise('fix'),
  };
  if (values.length <= 4) return read;
  const [, , , , severities, only, fixedBy, fixedAt] = values;
  return {
    ...read,
    ...(isAbsent(severities) ? undefined : { severities: listOf(severities).map(decodeSeverity) }),
    ...(isAbsent(only) ? undefined : { only: only as AffectedOnly }),
    ...(isAbsent(fixedBy) ? undefined : { fixedBy: textOf(fixedBy) }),
    ...(isAbsent(fixedAt) ? undefined : { fixedAt: fixedAt as number }),
  };
}

/** `"F"`: from 0 to before F; `[introduced]`, `[introduced, fixed]`, `[introduced, null, lastAffected]`. */
function encodeRange({ introduced, fixed, lastAffected }: VersionRange): Json {
  if (fixed !== undefined) return introduced === '0' ? fixed : [introduced, fixed];
  return lastAffected === undefined ? [introduced] : [introduced, null, lastAffected];
}

function decodeRange(range: unknown): VersionRange {
  if (typeof range === 'string') return { introduced: '0', fixed: range };
  const [introduced, fixed, lastAffected] = listOf(range);
  if (lastAffected !== undefined) return { introduced: textOf(introduced), lastAffected: textOf(lastAffected) };
  return fixed === undefined
    ? { introduced: textOf(introduced) }
    : { introduced: textOf(introduced), fixed: textOf(fixed) };
}

// Named members: what an older program does not know, a newer one may add.
function encodeOnly(only: AffectedOnly): Json {
  return JSON.parse(JSON.stringify(only)) as Json;
}

/** `[source, vector, level, stated, score]` */
export function encodeSeverity({ source, vector, level, stated, score }: Severity): Json {
  return trimmed([
    source,
    vector ?? null,
    level === undefined ? null : severityLevels.indexOf(level),
    stated ?? null,
    score ?? null,
  ]);
}

export function decodeSeverity(severity: unknown): Severity {
  const [source, vector, level, stated, score] = listOf(severity);
  return {
    source: textOf(source),
    ...(isAbsent(level) ? undefined : { level: severityLevels[level as number] ?? raise('level') }),
    ...(isAbsent(stated) ? undefined : { stated: textOf(stated) }),
    ...(isAbsent(vector) ? undefined : { vector: textOf(vector) }),
    ...(typeof score === 'number' ? { score } : undefined),
  };
}

const NONE: readonly string[] = [];

/** Without what is absent at the end. */
export function trimmed(values: readonly Json[]): readonly Json[] {
  let end = values.length;
  while (end > 0 && values[end - 1] === null) end--;
  return values.slice(0, end);
}

export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : raise('list');
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : raise('text');
}

function raise(what: string): never {
  throw new TypeError(`a row has another ${what} than it can have`);
}
