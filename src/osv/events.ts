// A range's events, as half-open spans of versions (OSV schema, "affected[].ranges[].events" and "Evaluation").
import type { VersionOrder } from '../version/order.ts';
import { inRange } from '../version/range.ts';
import { Members } from './members.ts';

export interface OsvEvent {
  readonly kind: 'introduced' | 'fixed' | 'last_affected' | 'limit';
  readonly version: string;
}

/** Versions from `introduced` on, up to `fixed` (left out) or `lastAffected` (included); without an end: all later ones. */
export interface VersionSpan {
  /** `0` is before every version. */
  readonly introduced: string;
  readonly fixed?: string;
  readonly lastAffected?: string;
}

const KINDS = ['introduced', 'fixed', 'last_affected', 'limit'] as const;

/** The events of a list. One object may hold several: older records do. @throws Fault `osv/malformed` */
export function eventsOf(list: readonly unknown[]): OsvEvent[] {
  return list.flatMap((value) => {
    const members = new Members(value, 'an event');
    return KINDS.flatMap((kind) => {
      const version = members.text(kind);
      return version === undefined ? [] : [{ kind, version }];
    });
  });
}

/**
 * The spans of one range, ascending and apart from each other. Events are sorted by the ecosystem's order; where there is
 * none, or it cannot place one of them, they count as they stand. A range that is never introduced starts with the first version.
 */
export function spansOf(events: readonly OsvEvent[], order: VersionOrder | undefined): VersionSpan[] {
  const changes = events.filter((event) => event.kind !== 'limit');
  if (changes.length > 0 && !changes.some((event) => event.kind === 'introduced')) {
    changes.unshift({ kind: 'introduced', version: '0' });
  }
  const spans = joined(sorted(changes, order));
  const limits = events.filter((event) => event.kind === 'limit').map((event) => event.version);
  return limits.length === 0 || limits.includes('*') ? spans : limited(spans, limits, order);
}

/** Whether a version lies in one of the spans; `undefined` where the order cannot say. */
export function isWithin(version: string, spans: readonly VersionSpan[], order: VersionOrder): boolean | undefined {
  let unsure = false;
  for (const span of spans) {
    const within = inRange(order, version, span);
    if (within === true) return true;
    unsure ||= within === undefined;
  }
  return unsure ? undefined : false;
}

function sorted(events: readonly OsvEvent[], order: VersionOrder | undefined): readonly OsvEvent[] {
  const isPlain = events.length < 2 || (events.length === 2 && events[0]?.version === '0');
  if (order === undefined || isPlain) return events;
  let unsure = false;
  const out = events.toSorted((a, b) => {
    const result = compared(a, b, order);
    unsure ||= result === undefined;
    return result ?? 0;
  });
  return unsure ? events : groupsInTurn(out, order);
}

function compared(a: OsvEvent, b: OsvEvent, order: VersionOrder): number | undefined {
  if (a.version === b.version) return 0;
  if (a.version === '0') return a.kind === 'introduced' ? -1 : order(a.version, b.version);
  if (b.version === '0') return b.kind === 'introduced' ? 1 : order(a.version, b.version);
  return order(a.version, b.version);
}

// Of events at the same version an end comes first where something is open, so that the next span follows at once; else
// the start does, so that a span of one version, or of none, comes out.
function groupsInTurn(events: readonly OsvEvent[], order: VersionOrder): OsvEvent[] {
  const out: OsvEvent[] = [];
  let isOpen = false;
  for (let i = 0; i < events.length; ) {
    const first = events[i] as OsvEvent;
    let end = i + 1;
    while (end < events.length && compared(first, events[end] as OsvEvent, order) === 0) end++;
    const group = events.slice(i, end);
    const starts = group.filter((event) => event.kind === 'introduced');
    const ends = group.filter((event) => event.kind !== 'introduced');
    if (isOpen && ends.length > 0) {
      out.push(...ends, ...starts);
      isOpen = starts.length > 0;
    } else {
      out.push(...starts, ...ends);
      isOpen = (isOpen || starts.length > 0) && ends.length === 0;
    }
    i = end;
  }
  return out;
}

function joined(events: readonly OsvEvent[]): VersionSpan[] {
  const spans: VersionSpan[] = [];
  let introduced: string | undefined;
  for (const { kind, version } of events) {
    if (kind === 'introduced') introduced ??= version;
    else if (introduced !== undefined) {
      if (kind === 'last_affected') spans.push({ introduced, lastAffected: version });
      else if (version !== introduced) spans.push({ introduced, fixed: version });
      introduced = undefined;
    }
  }
  if (introduced !== undefined) spans.push({ introduced });
  return spans;
}

/** What of the spans lies before the highest limit; all where the order cannot say. */
function limited(
  spans: readonly VersionSpan[],
  limits: readonly string[],
  order: VersionOrder | undefined,
): VersionSpan[] {
  const isBefore = (a: string, b: string): boolean => a === '0' || (order?.(a, b) ?? 0) < 0;
  const limit = limits.reduce((highest, other) => (isBefore(highest, other) ? other : highest));
  return spans.flatMap((span) => {
    if (order !== undefined && !isBefore(span.introduced, limit)) return [];
    const end = span.fixed ?? span.lastAffected;
    return end === undefined || isBefore(limit, end) || end === limit
      ? [{ introduced: span.introduced, fixed: limit }]
      : [span];
  });
}
