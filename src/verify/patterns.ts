/**
 * Whether a URI is one that a policy names: exactly, or under a pattern that ends in `/*`. The wildcard stands for one or
 * more whole path segments, never for part of one, so that `https://h/acme/*` does not cover `https://h/acme-evil/x`;
 * segments that climb (`..`), empty ones, queries and escapes are not covered.
 */
export function matchesPattern(pattern: string, uri: string): boolean {
  if (!pattern.endsWith('/*')) return pattern === uri;
  const prefix = pattern.slice(0, -1);
  if (!uri.startsWith(prefix)) return false;
  return uri
    .slice(prefix.length)
    .split('/')
    .every((segment) => /^[^%?#\\\s]+$/.test(segment) && segment !== '.' && segment !== '..');
}

/** What is wrong with a pattern, as a sentence's end; `undefined` when nothing is. */
export function patternProblem(pattern: string): string | undefined {
  const star = pattern.indexOf('*');
  if (star < 0) return undefined;
  if (star !== pattern.length - 1 || !pattern.endsWith('/*')) return 'may have one * only, at its end and after a /';
  return /^[a-z][a-z0-9+.-]*:\/\/[^/]+\//i.test(pattern) ? undefined : 'needs a scheme and a host before its *';
}
