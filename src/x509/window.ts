import { isoTime } from '../lib/time.ts';

/** A span of time, both ends included, in seconds since 1970; without an end it lasts. */
export interface Window {
  readonly start?: number | undefined;
  readonly end?: number | undefined;
}

export function inWindow(time: number, { start = -Infinity, end = Infinity }: Window): boolean {
  return time >= start && time <= end;
}

/** For people, after "is trusted": `from 2022-04-13T20:06:15Z on`. */
export function windowText({ start, end }: Window): string {
  if (start !== undefined && end !== undefined) return `from ${isoTime(start)} to ${isoTime(end)}`;
  if (start !== undefined) return `from ${isoTime(start)} on`;
  return end === undefined ? 'at any time' : `until ${isoTime(end)}`;
}
