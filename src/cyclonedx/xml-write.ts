// Writes a CycloneDX document of the JSON form as XML, version 1.6.
import { type Field, fieldsOf } from './xml-shapes.ts';

type JsonObject = { readonly [member: string]: unknown };

/** Characters of one piece, about. */
const PIECE = 1 << 16;
const NAMESPACE = 'http://cyclonedx.org/schema/bom/1.6';

/**
 * Pieces of text, one line for each element of a long list. Signatures (JSF) have no form in XML and are left out, as
 * are characters that XML cannot hold (U+FFFD stands for them).
 * @param members of the JSON form, lists may be anything that is iterated once
 */
export function* writeCycloneDxXml(members: Iterable<readonly [string, unknown]>): Generator<string> {
  const document = new Map(members);
  const attributes = fieldsOf('bom').filter((field) => field.place === 'attribute');
  let piece = `<?xml version="1.0" encoding="UTF-8"?>\n<bom xmlns="${NAMESPACE}"`;
  for (const field of attributes) piece += attribute(field, document.get(field.member));
  piece += '>\n';
  for (const field of fieldsOf('bom')) {
    if (field.place === 'attribute') continue;
    for (const text of longList(field, document.get(field.member))) {
      piece += text;
      if (piece.length > PIECE) {
        yield piece;
        piece = '';
      }
    }
  }
  yield `${piece}</bom>\n`;
}

function* longList(field: Field, value: unknown): Generator<string> {
  if (field.item === undefined || !isIterable(value)) {
    const text = element(field, value);
    if (text !== '') yield `${text}\n`;
    return;
  }
  let open = false;
  for (const item of value) {
    if (!open) yield `<${field.name}>\n`;
    open = true;
    yield `${one(field.item, field.type, item)}\n`;
  }
  yield open ? `</${field.name}>\n` : `<${field.name}/>\n`;
}

/** The text of an object's own: between its tags, with them. */
function typed(name: string, type: string, value: unknown): string {
  if (!isObject(value)) return '';
  let attributes = '';
  let content = '';
  for (const field of fieldsOf(type)) {
    const member = value[field.member];
    if (member === undefined || member === null) continue;
    if (field.place === 'attribute') attributes += attribute(field, member);
    else if (field.place === 'text') content += escaped(plain(member));
    else content += element(field, member);
  }
  return tagged(name, attributes, content);
}

function tagged(name: string, attributes: string, content: string): string {
  return content === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`;
}

function attribute({ name }: Field, value: unknown): string {
  return value === undefined || value === null ? '' : ` ${name}="${escaped(plain(value), true)}"`;
}

/** An element, or several, or a list in an element of its own. */
function element({ name, item, several, type }: Field, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (type.startsWith('!') && item === undefined) return special(name, type, value);
  if (item !== undefined) {
    const items = listOf(value).map((member) => one(item, type, member));
    return wrap(name, items);
  }
  if (several)
    return listOf(value)
      .map((member) => one(name, type, member))
      .join('');
  return one(name, type, value);
}

function one(name: string, type: string, value: unknown): string {
  if (type === 'ref') return `<${name} ref="${escaped(plain(value), true)}"/>`;
  if (type === '!dependency') return dependency(name, value);
  if (type === '!copyright') return isObject(value) ? one(name, '', value['text']) : '';
  if (type === '' || type === 'n' || type === 'b') return tagged(name, '', escaped(plain(value)));
  return typed(name, type, value);
}

function special(name: string, type: string, value: unknown): string {
  switch (type) {
    case '!licenses':
      return wrap(name, listOf(value).map(licence));
    case '!tools':
      return isObject(value)
        ? typed(name, 'toolList', value)
        : wrap(
            name,
            listOf(value).map((t) => typed('tool', 'tool', t)),
          );
    case '!identity':
      return (isObject(value) ? [value] : listOf(value)).map((one_) => typed(name, 'identity', one_)).join('');
    case '!datasets':
      return wrap(name, listOf(value).map(dataset));
    case '!serviceData':
      return wrap(name, serviceData(listOf(value)));
    case '!environmentVars':
      return wrap(
        name,
        listOf(value).map((item) =>
          isObject(item) ? typed('environmentVar', 'property', item) : one('value', '', item),
        ),
      );
    default:
      return '';
  }
}

function wrap(name: string, items: readonly string[]): string {
  return tagged(name, '', items.join(''));
}

function licence(choice: unknown): string {
  if (!isObject(choice)) return '';
  return choice['license'] === undefined
    ? typed('expression', 'expression', choice)
    : typed('license', 'license', choice['license']);
}

function dataset(data: unknown): string {
  if (!isObject(data)) return '';
  const { ref } = data;
  return typeof ref === 'string' ? one('ref', '', ref) : typed('dataset', 'componentData', data);
}

/** JSON has one form of a service's data; XML has a short one for where only flows and classifications are said. */
function serviceData(list: readonly unknown[]): string[] {
  const items = list.filter(isObject);
  const short = items.every((item) => Object.keys(item).every((name) => name === 'flow' || name === 'classification'));
  if (short) return items.map((item) => typed('classification', 'classification', item));
  return items.map(({ flow, classification, ...more }) =>
    typed('dataflow', 'dataflow', { ...more, classification: { flow, classification } }),
  );
}

function dependency(name: string, value: unknown): string {
  if (!isObject(value)) return '';
  const inner = [
    ...listOf(value['dependsOn']).map((ref) => one('dependency', 'ref', ref)),
    ...listOf(value['provides']).map((ref) => one('provides', 'ref', ref)),
  ];
  return tagged(name, ` ref="${escaped(plain(value['ref']), true)}"`, inner.join(''));
}

function plain(value: unknown): string {
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : '';
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !isIterable(value);
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

function listOf(value: unknown): unknown[] {
  return isIterable(value) ? [...value] : [];
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** XML 1.0, 2.2 and 2.11: what it cannot hold is U+FFFD; a carriage return would be read as a line feed. */
function escaped(text: string, inAttribute = false): string {
  const pattern = inAttribute ? /[&<>"\t\n\r]/g : /[&<>\r]/g;
  const known = text.replace(pattern, (c) => ENTITIES[c] ?? c);
  return /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]/.test(known)
    ? known.toWellFormed().replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd')
    : known;
}
