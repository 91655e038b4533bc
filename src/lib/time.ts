/** RFC 3339 in UTC with whole seconds: `2026-09-12T07:55:41Z`. */
export function isoTime(secondsSince1970: number): string {
  return `${new Date(secondsSince1970 * 1000).toISOString().slice(0, -'.000Z'.length)}Z`;
}
