import { redirectFault } from './http-faults.ts';

/** Whether an answer sends the request elsewhere as it is; other redirects are answers (RFC 9110, 15.4). */
export function isRedirect(status: number, method: string): boolean {
  if (status === 307 || status === 308) return true;
  return (status === 301 || status === 302 || status === 303) && (method === 'GET' || method === 'HEAD');
}

/** Where a Location header leads. @throws Fault `network/redirect` when it is no URL or leaves https. */
export function redirectTarget(url: URL, location: string): URL {
  const next = URL.parse(location, url);
  if (next === null) throw redirectFault(url, 'to what is no URL');
  if (url.protocol === 'https:' && next.protocol !== 'https:') {
    throw redirectFault(url, 'from https to something less safe');
  }
  return next;
}

export function withoutAuthorization(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization'));
}
