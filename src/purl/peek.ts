// Single parts of a package URL, for those who look at many: nothing is checked, and nothing is thrown.

/** The namespace and the name, percent-decoded; both empty for what is no package URL. Subpath, qualifiers and version are left out. */
export function purlPath(purl: string): { readonly namespace: string; readonly name: string } {
  const start = purl.indexOf('/') + 1;
  const end = endOfPath(purl);
  if (!purl.startsWith('pkg:') || start === 0 || end <= start) return { namespace: '', name: '' };
  const slash = purl.lastIndexOf('/', end - 1);
  if (slash < start) return { namespace: '', name: decoded(purl.slice(start, end)) };
  return { namespace: decoded(purl.slice(start, slash)), name: decoded(purl.slice(slash + 1, end)) };
}

/** The version, percent-decoded; empty where there is none. */
export function purlVersion(purl: string): string {
  const at = endOfPath(purl);
  if (purl.charCodeAt(at) !== AT) return '';
  const end = purl.slice(at).search(/[?#]/);
  return decoded(end < 0 ? purl.slice(at + 1) : purl.slice(at + 1, at + end));
}

/** One without a version with it. @param version any text, not encoded; one that is too long for a package URL is not taken */
export function purlWithVersion(purl: string, version: string): string {
  const at = endOfPath(purl);
  const text = encodeURIComponent(version.trim().toWellFormed()).replaceAll('%3A', ':');
  return text === '' || purl.length + text.length > LONGEST ? purl : `${purl.slice(0, at)}@${text}${purl.slice(at)}`;
}

/** A qualifier's value, percent-decoded; `undefined` where there is none. */
export function purlQualifier(purl: string, key: string): string | undefined {
  const question = purl.indexOf('?');
  if (question < 0) return undefined;
  const hash = purl.indexOf('#', question);
  const end = hash < 0 ? purl.length : hash;
  let at = purl.indexOf(`${key}=`, question);
  while (at > 0 && at < end) {
    const before = purl.charCodeAt(at - 1);
    if (before === QUESTION || before === AMPERSAND) {
      const next = purl.indexOf('&', at);
      return decoded(purl.slice(at + key.length + 1, next < 0 || next > end ? end : next));
    }
    at = purl.indexOf(`${key}=`, at + 1);
  }
  return undefined;
}

/** Longest package URL that is made, in characters. */
const LONGEST = 4096;
const QUESTION = 0x3f;
const AMPERSAND = 0x26;
const AT = 0x40;

/** Where the name ends: at the version's `@`, the qualifiers' `?`, the subpath's `#`, else at the end. A scope's `@` stands encoded. */
function endOfPath(purl: string): number {
  const hash = purl.indexOf('#');
  const question = purl.indexOf('?');
  let end = purl.length;
  if (hash >= 0) end = hash;
  if (question >= 0 && question < end) end = question;
  const version = purl.lastIndexOf('@', end - 1);
  return version > purl.lastIndexOf('/', end - 1) ? version : end;
}

function decoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
