// RFC 3339 timestamps as OSV writes them: in UTC, ending in `Z`.

const FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/** Seconds since 1970; `undefined` where it is no time in UTC, or before 1970 (some records have the year 1). */
export function osvTime(text: string): number | undefined {
  if (!FORM.test(text)) return undefined;
  const milliseconds = Date.parse(text);
  return milliseconds >= 0 ? Math.floor(milliseconds / 1000) : undefined;
}

/** A form of a timestamp whose code units sort as the times do; `undefined` where it is none. */
export function sortableTime(text: string): string | undefined {
  return FORM.test(text) ? text.slice(0, -1) : undefined;
}
