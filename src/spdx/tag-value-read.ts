// Reads an SPDX 2.2 or 2.3 document of tags and values into its JSON form.
import { Fault } from '../lib/faults.ts';
import {
  annotationTags,
  documentTags,
  fileTags,
  licenceTags,
  packageTags,
  reviewTags,
  snippetTags,
  type Tag,
  type TagKind,
} from './tag-value.ts';

type Section = Record<string, unknown>;
type SectionKind = 'document' | 'package' | 'file' | 'snippet' | 'licence' | 'annotation' | 'review' | 'relationship';

const byTag = (tags: readonly Tag[]) => new Map(tags.map((tag) => [tag.tag.toLowerCase(), tag]));
const SECTIONS: Readonly<Record<Exclude<SectionKind, 'relationship'>, ReadonlyMap<string, Tag>>> = {
  document: byTag(documentTags),
  package: byTag(packageTags),
  file: byTag(fileTags),
  snippet: byTag(snippetTags),
  licence: byTag(licenceTags),
  annotation: byTag(annotationTags),
  review: byTag(reviewTags),
};
/** The tag that each section starts with. */
const STARTS: ReadonlyMap<string, SectionKind> = new Map([
  ['packagename', 'package'],
  ['filename', 'file'],
  ['snippetspdxid', 'snippet'],
  ['licenseid', 'licence'],
  ['annotator', 'annotation'],
  ['reviewer', 'review'],
  ['relationship', 'relationship'],
]);
/** Tags of SPDX 1 and 2.0 about the project that a file came from: no later version has a member for them. */
const DROPPED: ReadonlySet<string> = new Set([
  'artifactofprojectname',
  'artifactofprojecthomepage',
  'artifactofprojecturi',
]);
const DOCUMENT = 'SPDXRef-DOCUMENT';

/**
 * The members of the JSON form. A file that follows a package is in it (a CONTAINS relationship); annotations stand with
 * what they are about.
 * @throws Fault `sbom/malformed` with the line's number, for what is no tag of SPDX or has a malformed value
 */
export function readTagValue(text: string): Record<string, unknown> {
  const reader = new TagReader();
  for (const { tag, value, line } of tagsOf(text)) reader.read(tag, value, line);
  return reader.document();
}

/** Each tag once, in the order of the lines. */
function* tagsOf(text: string): Generator<{ tag: string; value: string; line: number }> {
  let at = 0;
  let line = 0;
  while (at < text.length) {
    line++;
    const first = line;
    let end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    const row = text.slice(at, end).trim();
    const start = at;
    at = end + 1;
    if (row === '' || row.startsWith('#')) continue;
    const colon = row.indexOf(':');
    if (colon < 0) throw malformed(first, 'is no tag and value');
    const tag = row.slice(0, colon).trimEnd();
    let value = row.slice(colon + 1).trim();
    if (value.startsWith('<text>')) {
      const open = text.indexOf('<text>', start) + '<text>'.length;
      const close = text.indexOf('</text>', open);
      if (close < 0) throw malformed(first, 'opens a text that nothing closes');
      value = text
        .slice(open, close)
        .replaceAll('\r\n', '\n')
        .replace(/<\\(\\*)\/text>/g, '<$1/text>');
      end = text.indexOf('\n', close);
      if (end < 0) end = text.length;
      if (text.slice(close + '</text>'.length, end).trim() !== '') throw malformed(first, 'goes on after its text');
      for (let i = text.indexOf('\n', start); i >= 0 && i < close; i = text.indexOf('\n', i + 1)) line++;
      at = end + 1;
    }
    yield { tag, value, line: first };
  }
}

class TagReader {
  readonly #document: Section = {};
  readonly #lists: Record<string, Section[]> = { packages: [], files: [], snippets: [], licences: [], reviews: [] };
  readonly #relationships: Section[] = [];
  readonly #annotations: Section[] = [];
  /** Files by the package that they follow. */
  readonly #followers: [Section, Section][] = [];
  #package: Section | undefined;
  #kind: SectionKind = 'document';
  #current: Section = this.#document;

  read(tag: string, value: string, line: number): void {
    const name = tag.toLowerCase();
    const starts = STARTS.get(name);
    if (starts !== undefined) this.#start(starts);
    if (starts === 'relationship') this.#relationship(value, line);
    else if (name === 'relationshipcomment' && this.#kind === 'relationship') this.#current['comment'] = value;
    else if (!DROPPED.has(name)) this.#member(name, tag, value, line);
  }

  document(): Record<string, unknown> {
    const seen = new Set(this.#relationships.map(relationKey));
    for (const [container, file] of this.#followers) {
      const relation = {
        spdxElementId: container['SPDXID'],
        relationshipType: 'CONTAINS',
        relatedSpdxElement: file['SPDXID'],
      };
      if (!seen.has(relationKey(relation))) this.#relationships.push(relation);
    }
    const { packages = [], files = [], snippets = [], licences = [], reviews = [] } = this.#lists;
    const elements = new Map([...packages, ...files, ...snippets].map((one) => [one['SPDXID'], one]));
    for (const { SPDXREF: about, ...annotation } of this.#annotations) {
      const element = about === DOCUMENT ? this.#document : (elements.get(about) ?? this.#document);
      ((element['annotations'] ??= []) as Section[]).push(annotation);
    }
    return {
      ...this.#document,
      packages,
      ...some('files', files),
      ...some('snippets', snippets),
      ...some('relationships', this.#relationships),
      ...some('hasExtractedLicensingInfos', licences),
      ...some('revieweds', reviews),
    };
  }

  #start(kind: SectionKind): void {
    this.#kind = kind;
    this.#current = {};
    const { packages, files, snippets, licences, reviews } = this.#lists;
    if (kind === 'package') {
      packages?.push(this.#current);
      this.#package = this.#current;
    } else if (kind === 'file') {
      files?.push(this.#current);
      if (this.#package !== undefined) this.#followers.push([this.#package, this.#current]);
    } else if (kind === 'snippet') {
      this.#current['ranges'] = [];
      snippets?.push(this.#current);
    } else if (kind === 'licence') licences?.push(this.#current);
    else if (kind === 'annotation') this.#annotations.push(this.#current);
    else if (kind === 'review') reviews?.push(this.#current);
    else this.#relationships.push(this.#current);
  }

  #relationship(value: string, line: number): void {
    const [from, type, to, ...more] = value.split(/\s+/);
    if (from === undefined || type === undefined || to === undefined || more.length > 0)
      throw malformed(line, 'is no relationship of two elements');
    Object.assign(this.#current, { spdxElementId: from, relationshipType: type, relatedSpdxElement: to });
  }

  #member(name: string, tag: string, value: string, line: number): void {
    // Tags of the document's head may also stand after the first section.
    const known = this.#kind === 'relationship' ? undefined : SECTIONS[this.#kind].get(name);
    const head = known === undefined ? SECTIONS.document.get(name) : undefined;
    const found = known ?? head;
    if (found === undefined) throw malformed(line, `has the tag "${tag.slice(0, 100)}", which does not belong there`);
    let section = head === undefined ? this.#current : this.#document;
    let { member } = found;
    if (member.startsWith('creationInfo.')) {
      section = (this.#document['creationInfo'] ??= {}) as Section;
      member = member.slice('creationInfo.'.length);
    }
    enter(section, member, found.kind, value, line);
  }
}

function enter(section: Section, member: string, kind: TagKind, value: string, line: number): void {
  const list = () => (section[member] ??= []) as unknown[];
  switch (kind) {
    case 'line':
    case 'text':
      section[member] = value;
      return;
    case 'truth':
      section[member] = value.toLowerCase() === 'true';
      return;
    case 'purpose':
      section[member] = value.replaceAll('-', '_');
      return;
    case 'lines':
    case 'texts':
      list().push(value);
      return;
    case 'checksums':
      list().push(readChecksum(value, line));
      return;
    case 'verification':
      section[member] = readVerification(value);
      return;
    case 'externals':
      list().push(readExternal(value, line));
      return;
    case 'refs':
      list().push(readRef(value, line));
      return;
    case 'refComment':
      Object.assign(list().at(-1) ?? {}, { comment: value });
      return;
    case 'byteRange':
    case 'lineRange':
      list().push(readRange(section, kind === 'byteRange' ? 'offset' : 'lineNumber', value, line));
  }
}

function readChecksum(value: string, line: number): Section {
  const colon = value.indexOf(':');
  if (colon < 0) throw malformed(line, 'is no checksum');
  return { algorithm: value.slice(0, colon).trim(), checksumValue: value.slice(colon + 1).trim() };
}

function readVerification(value: string): Section {
  const open = value.indexOf('(');
  if (open < 0) return { packageVerificationCodeValue: value };
  const excluded = value.slice(open + 1, value.lastIndexOf(')')).replace(/^excludes:\s*/, '');
  return {
    packageVerificationCodeValue: value.slice(0, open).trimEnd(),
    packageVerificationCodeExcludedFiles: excluded.split(',').map((name) => name.trim()),
  };
}

function readExternal(value: string, line: number): Section {
  const [id, uri, ...checksum] = value.split(/\s+/);
  if (id === undefined || uri === undefined) throw malformed(line, 'is no reference to another document');
  return { externalDocumentId: id, spdxDocument: uri, checksum: readChecksum(checksum.join(' '), line) };
}

function readRef(value: string, line: number): Section {
  const [category, type, ...locator] = value.split(/\s+/);
  if (category === undefined || type === undefined) throw malformed(line, 'is no external reference');
  return { referenceCategory: category, referenceType: type, referenceLocator: locator.join(' ') };
}

function readRange(section: Section, member: string, value: string, line: number): Section {
  const [from, to] = value.split(':').map(Number);
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) throw malformed(line, 'is no range');
  const reference = section['snippetFromFile'] ?? '';
  return { startPointer: { reference, [member]: from }, endPointer: { reference, [member]: to } };
}

function relationKey(relation: Section): string {
  return ['spdxElementId', 'relationshipType', 'relatedSpdxElement'].map((end) => String(relation[end])).join(' ');
}

function some(member: string, list: readonly Section[]): Section {
  return list.length === 0 ? {} : { [member]: list };
}

function malformed(line: number, problem: string): Fault {
  return new Fault(
    'sbom/malformed',
    `Line ${line} of the SPDX document ${problem}.`,
    'Check what made the SBOM, and that it is complete.',
  );
}
