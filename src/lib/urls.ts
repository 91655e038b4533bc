/** A URL as messages show it: without user, password, query and fragment. What is no http or https URL shows as `(no URL)`. */
export function redactUrl(url: string | URL): string {
  const parsed = typeof url === 'string' ? URL.parse(url) : url;
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return '(no URL)';
  return `${parsed.protocol}//${parsed.host}${parsed.pathname}${parsed.search === '' ? '' : '?…'}`;
}

/** Whether a URL stays on this machine: 127.0.0.0/8, ::1 or localhost (RFC 1122, 3.2.1.3; RFC 6761, 6.3). */
export function isLoopback(url: URL): boolean {
  return url.hostname === 'localhost' || url.hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(url.hostname);
}

/** The address of a path below another address, whose host it keeps whatever the paths say: `//x` behind a host names no other. */
export function beneath(base: URL, path: string): URL {
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/+$/, '')}/${path}`;
  return url;
}
