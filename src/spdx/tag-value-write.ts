// Writes an SPDX 2.3 document of the JSON form as tags and values.
import {
  annotationTags,
  documentTags,
  fileTags,
  licenceTags,
  packageTags,
  reviewTags,
  snippetTags,
  type Tag,
} from './tag-value.ts';

type JsonObject = { readonly [member: string]: unknown };

/** Characters of one piece, about. */
const PIECE = 1 << 16;

/**
 * Pieces of text. Files stand before packages, for one that follows a package would belong to it. `</text>` in a text
 * becomes `<\\/text>`, which is read back.
 * @param members of the JSON form; lists may be anything that is iterated once
 */
export function* writeTagValue(members: Iterable<readonly [string, unknown]>): Generator<string> {
  const document = new Map(members);
  const annotations: [string, JsonObject][] = [];
  const related = new Set<string>();
  let piece = '';
  for (const lines of sections(document, annotations, related)) {
    piece += `${lines}\n`;
    if (piece.length > PIECE) {
      yield piece;
      piece = '';
    }
  }
  yield piece;
}

function* sections(
  document: ReadonlyMap<string, unknown>,
  annotations: [string, JsonObject][],
  related: Set<string>,
): Generator<string> {
  const section = (object: JsonObject, tags: readonly Tag[]) => {
    for (const annotation of listOf(object['annotations'])) annotations.push([text(object['SPDXID']), annotation]);
    return tags.map((tag) => tagText(tag, object)).join('');
  };
  const creation = Object.entries(objectOf(document.get('creationInfo')) ?? {});
  const head = new Map([...document, ...creation.map(([name, value]) => [`creationInfo.${name}`, value] as const)]);
  yield documentTags.map((tag) => tagText(tag, { [tag.member]: head.get(tag.member) })).join('');
  for (const annotation of listOf(document.get('annotations'))) annotations.push(['SPDXRef-DOCUMENT', annotation]);
  for (const file of listOf(document.get('files'))) yield section(file, fileTags);
  const contained: string[] = [];
  for (const p of listOf(document.get('packages'))) {
    yield section(p, packageTags);
    for (const file of textsOf(p['hasFiles'])) contained.push(`${text(p['SPDXID'])} CONTAINS ${oneLine(file)}`);
  }
  for (const snippet of listOf(document.get('snippets'))) yield section(snippet, snippetTags);
  for (const licence of listOf(document.get('hasExtractedLicensingInfos'))) yield section(licence, licenceTags);
  yield* relationships(document, contained, related);
  for (const [about, annotation] of annotations) yield section({ ...annotation, SPDXREF: about }, annotationTags);
  for (const review of listOf(document.get('revieweds'))) yield section(review, reviewTags);
}

function* relationships(
  document: ReadonlyMap<string, unknown>,
  contained: readonly string[],
  seen: Set<string>,
): Generator<string> {
  const lines: string[] = [];
  for (const one of listOf(document.get('relationships'))) {
    const ends = ['spdxElementId', 'relationshipType', 'relatedSpdxElement'].map((end) => oneLine(text(one[end])));
    seen.add(ends.join(' '));
    lines.push(`Relationship: ${ends.join(' ')}\n`);
    if (one['comment'] !== undefined) lines.push(`RelationshipComment: ${quoted(text(one['comment']))}\n`);
  }
  const described = textsOf(document.get('documentDescribes')).map((id) => `SPDXRef-DOCUMENT DESCRIBES ${oneLine(id)}`);
  for (const line of [...described, ...contained]) if (!seen.has(line)) yield `Relationship: ${line}`;
  yield lines.join('');
}

function tagText({ tag, member, kind }: Tag, object: JsonObject): string {
  const value = object[member];
  if (value === undefined || value === null) return '';
  const lines = (values: readonly string[]) => values.map((one) => `${tag}: ${one}\n`).join('');
  switch (kind) {
    case 'line':
      return lines([plain(text(value))]);
    case 'truth':
      return lines([value === true || value === 'true' ? 'true' : 'false']);
    case 'purpose':
      return lines([oneLine(text(value)).replaceAll('_', '-')]);
    case 'text':
      return lines([quoted(text(value))]);
    case 'lines':
      return lines(textsOf(value).map(plain));
    case 'texts':
      return lines(textsOf(value).map(quoted));
    case 'checksums':
      return lines([...listOf(value)].map(checksumText));
    case 'verification':
      return lines([verificationText(objectOf(value) ?? {})]);
    case 'externals':
      return lines([...listOf(value)].map(externalText));
    case 'refs':
      return [...listOf(value)].map(refText).join('');
    case 'refComment':
      return '';
    case 'byteRange':
      return lines([...listOf(value)].flatMap((range) => rangeText(range, 'offset')));
    case 'lineRange':
      return lines([...listOf(value)].flatMap((range) => rangeText(range, 'lineNumber')));
  }
}

function checksumText(checksum: JsonObject): string {
  return `${oneLine(text(checksum['algorithm']))}: ${oneLine(text(checksum['checksumValue']))}`;
}

function verificationText(code: JsonObject): string {
  const excluded = textsOf(code['packageVerificationCodeExcludedFiles']).map(oneLine);
  const value = oneLine(text(code['packageVerificationCodeValue']));
  return excluded.length === 0 ? value : `${value} (excludes: ${excluded.join(', ')})`;
}

function externalText(external: JsonObject): string {
  const ends = [external['externalDocumentId'], external['spdxDocument']].map((end) => oneLine(text(end)));
  return `${ends.join(' ')} ${checksumText(objectOf(external['checksum']) ?? {})}`;
}

function refText(ref: JsonObject): string {
  const parts = ['referenceCategory', 'referenceType', 'referenceLocator'].map((part) => oneLine(text(ref[part])));
  const line = `ExternalRef: ${parts.join(' ')}\n`;
  return ref['comment'] === undefined ? line : `${line}ExternalRefComment: ${quoted(text(ref['comment']))}\n`;
}

function rangeText(range: JsonObject, member: 'offset' | 'lineNumber'): string[] {
  const [from, to] = ['startPointer', 'endPointer'].map((end) => objectOf(range[end])?.[member]);
  return typeof from === 'number' && typeof to === 'number' ? [`${from}:${to}`] : [];
}

function oneLine(value: string): string {
  return /[\r\n]/.test(value) ? value.replace(/[\r\n]+/g, ' ') : value;
}

/** A line; what has line breaks, such as a hostile file's name, becomes a text: Temper reads it, others may not. */
function plain(value: string): string {
  return /[\r\n]/.test(value) || value.startsWith('<text>') ? quoted(value) : value;
}

function quoted(value: string): string {
  if (value === 'NOASSERTION' || value === 'NONE') return value;
  return `<text>${value.replace(/<(\\*)\/text>/g, '<\\$1/text>')}</text>`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function* listOf(value: unknown): Generator<JsonObject> {
  for (const item of iterable(value)) {
    const object = objectOf(item);
    if (object !== undefined) yield object;
  }
}

function textsOf(value: unknown): string[] {
  return [...iterable(value)].filter((item) => typeof item === 'string');
}

function iterable(value: unknown): Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value ? (value as Iterable<unknown>) : [];
}

function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}
