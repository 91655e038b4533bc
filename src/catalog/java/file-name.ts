// What the name of an archive tells: ARTIFACT-VERSION[-CLASSIFIER].jar, as repositories name them.

/** The base name's endings that mark Java archives. */
export const archiveSuffixes: readonly string[] = [
  '.jar',
  '.war',
  '.ear',
  '.par',
  '.sar',
  '.nar',
  '.far',
  '.rar',
  '.lpkg',
  '.jpi',
  '.hpi',
  '.kar',
  '.aar',
];
const SUFFIXES: ReadonlySet<string> = new Set(archiveSuffixes);

/** Longest base name that is taken apart, in characters. */
const LONGEST = 300;

export function isArchiveName(name: string): boolean {
  const dot = name.lastIndexOf('.');
  return dot >= 0 && name.length - dot <= 5 && SUFFIXES.has(name.slice(dot).toLowerCase());
}

export interface FileIdentity {
  readonly artifact: string;
  /** Empty where the name has none. */
  readonly version: string;
}

/** Words after a version's number that belong to it; other words are a classifier. */
const QUALIFIER =
  /^(?:snapshot|release|final|ga|sp|alpha|beta|milestone|m|rc|cr|b|rev|r|build|jre|android|incubating|pre|preview|ea|dev|jbossorg|redhat)[\d.]*$/i;

/** @param path of the archive, or its name in another archive */
export function fileIdentity(path: string): FileIdentity {
  const base = path.slice(path.lastIndexOf('/') + 1);
  const dot = base.lastIndexOf('.');
  const stem = (dot > 0 ? base.slice(0, dot) : base).slice(0, LONGEST);
  const tokens = stem.split('-');
  for (let i = 1; i < tokens.length; i++) {
    if (!isNumber(tokens[i])) continue;
    const version = versionAt(tokens, i);
    if (version !== undefined) return { artifact: tokens.slice(0, i).join('-'), version };
  }
  return { artifact: stem, version: '' };
}

function isNumber(token: string | undefined): boolean {
  return token !== undefined && /^v?\d|^r\d+$/.test(token);
}

// `log4j-1.2-api-2.17.1`: a number that a word follows, and then another number, is part of the artifact's name.
function versionAt(tokens: readonly string[], start: number): string | undefined {
  let end = start + 1;
  while (end < tokens.length && (isNumber(tokens[end]) || QUALIFIER.test(tokens[end] ?? ''))) end++;
  return tokens.slice(end).some((token) => /^\d+\.\d/.test(token)) ? undefined : tokens.slice(start, end).join('-');
}
