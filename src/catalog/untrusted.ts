// Members of parsed JSON, TOML and YAML that somebody else wrote: anything may stand where text is meant.

/** The member as text, cut at `limit` characters; `undefined` where it is none or empty. */
export function textOf(value: unknown, limit = 1000): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' ? undefined : text.slice(0, limit);
}

/** The members of an object; none where it is something else. */
export function membersOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

/** An object whose members may be anything; `undefined` where it is something else. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return value as Record<string, unknown>;
}

/** The items of a list; none where it is something else. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The members whose values are text, such as names with their ranges. */
export function textMembersOf(value: unknown): [string, string][] {
  return membersOf(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
}
