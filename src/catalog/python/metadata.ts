// Core metadata of a distribution: METADATA and PKG-INFO (PyPA specifications, "Core metadata").
import type { FileContent } from '../types.ts';
import { type Requirement, readRequirement } from './requirement.ts';

export interface Metadata {
  readonly name: string;
  /** Empty where it says none. */
  readonly version: string;
  readonly summary?: string | undefined;
  readonly homepage?: string | undefined;
  readonly author?: string | undefined;
  /** `License-Expression` */
  readonly expression?: string | undefined;
  /** `License`: a name, or a whole text. */
  readonly licence?: string | undefined;
  /** `License ::` classifiers, the last of their parts. */
  readonly classifiers?: readonly string[] | undefined;
  readonly requires?: readonly Requirement[] | undefined;
}

/** Bytes that are read at first: headers stand before the description, which may be long. */
const HEAD = 32 << 10;
/** Most headers that are read. */
const HEADERS = 20_000;
/** Longest value that is kept, in characters. */
const VALUE = 64 << 10;

/** What a file's headers say; `undefined` for one that names no distribution. */
export function readMetadata(content: FileContent): Metadata | undefined {
  const headers = headersOf(headText(content));
  const one = (name: string) => headers.get(name)?.find((value) => value !== '' && value.toUpperCase() !== 'UNKNOWN');
  const name = one('name');
  if (name === undefined || !isDistributionName(name)) return undefined;
  const requires = (headers.get('requires-dist') ?? [])
    .map(readRequirement)
    .filter((requirement) => requirement !== undefined);
  const classifiers = (headers.get('classifier') ?? [])
    .filter((text) => text.startsWith('License ::'))
    .map((text) => text.slice(text.lastIndexOf('::') + 2).trim())
    .filter((text) => text !== 'OSI Approved');
  return {
    name,
    version: versionOf(one('version')),
    summary: one('summary')?.slice(0, 1000),
    homepage: one('home-page') ?? projectUrl(headers.get('project-url') ?? []),
    author: personOf(one('author'), one('author-email')) ?? personOf(one('maintainer'), one('maintainer-email')),
    expression: one('license-expression'),
    licence: one('license'),
    classifiers: classifiers.length === 0 ? undefined : classifiers,
    requires: requires.length === 0 ? undefined : requires,
  };
}

/** A version: at most 200 printable characters of ASCII; empty for anything else. */
export function versionOf(text: string | undefined): string {
  return text !== undefined && /^[!-~]{1,200}$/.test(text) ? text : '';
}

/** Names of distributions (PyPA specifications, "Names and normalization"), of at most 200 characters. */
export function isDistributionName(text: string): boolean {
  return /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,198}[A-Za-z0-9])?$/.test(text);
}

/** The text up to the first empty line. */
function headText(content: FileContent): string {
  const head = content.read(0, HEAD);
  const bytes = head.length < HEAD || endOfHeaders(head) >= 0 ? head : content.all();
  const end = endOfHeaders(bytes);
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
}

function endOfHeaders(bytes: Buffer): number {
  const plain = bytes.indexOf('\n\n');
  const windows = bytes.indexOf('\r\n\r\n');
  return plain < 0 ? windows : windows < 0 ? plain : Math.min(plain, windows);
}

/** Values by header in lower case; folded lines are one (RFC 5322, 2.2.3). */
function headersOf(text: string): ReadonlyMap<string, string[]> {
  const headers = new Map<string, string[]>();
  let values: string[] = [];
  for (const line of text.split('\n', HEADERS)) {
    if (line.startsWith(' ') || line.startsWith('\t')) {
      const last = values.length - 1;
      const value = values[last];
      if (value !== undefined && value.length < VALUE) values[last] = `${value}\n${line.trim()}`;
      continue;
    }
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    values = headers.get(name) ?? [];
    values.push(line.slice(colon + 1, colon + VALUE).trim());
    headers.set(name, values);
  }
  return headers;
}

/** `Label, URL`: what is labelled as the homepage, else the source. */
function projectUrl(urls: readonly string[]): string | undefined {
  const labelled = new Map(
    urls.map((text) => {
      const comma = text.indexOf(',');
      const label = text
        .slice(0, Math.max(0, comma))
        .toLowerCase()
        .replace(/[^a-z]/g, '');
      return [label, text.slice(comma + 1).trim()] as const;
    }),
  );
  return ['homepage', 'home', 'source', 'sourcecode', 'repository', 'github']
    .map((label) => labelled.get(label))
    .find(Boolean);
}

/** `Name <address>`; since metadata 2.1 both often stand in the address. */
function personOf(name: string | undefined, email: string | undefined): string | undefined {
  if (name === undefined || email === undefined) return (name ?? email)?.slice(0, 300);
  return (email.includes('<') ? email : `${name} <${email}>`).slice(0, 300);
}
