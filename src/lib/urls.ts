/** A URL for messages and records: without user name, password, query and fragment, any of which may be a secret. */
export function redactUrl(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    if (protocol === 'http:' || protocol === 'https:') return `${protocol}//${host}${pathname}`;
  } catch {
    // Not a URL at all.
  }
  return '(an address that is not http or https)';
}
