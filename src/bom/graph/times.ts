// Times as SPDX writes them.

/** UTC in whole seconds (SPDX 2.3, 6.9; SPDX 3, DateTime); the epoch for what is no time. */
export function utcSeconds(text: string | undefined): string {
  const time = Date.parse(text ?? '');
  return new Date(Number.isFinite(time) ? time : 0).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** RFC 3339 as it stands; `undefined` for what is no time. */
export function timeIf(text: string | undefined): string | undefined {
  if (text === undefined || !Number.isFinite(Date.parse(text))) return undefined;
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : utcSeconds(text);
}
