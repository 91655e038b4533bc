// XML that somebody else wrote, as elements; namespaces are left aside: elements go by their local names.
import { type XmlElement, XmlElement as Element, parseXml } from '@rgrove/parse-xml';
import { Fault, messageOf } from './faults.ts';

export type { XmlElement };

/** Elements in one another. */
const DEEPEST = 1000;

/**
 * The root element. Entities that the document defines itself are left as they stand; nothing is fetched.
 * @param bytes bounded by the caller; UTF-8, or what the XML declaration says
 * @param what names the document in the message, e.g. `pom.xml`
 * @throws Fault `xml/malformed`, also for elements that nest deeper than 1000
 */
export function readXml(bytes: Buffer, what: string): XmlElement {
  let cause: unknown;
  try {
    const { root } = parseXml(textOf(bytes), { ignoreUndefinedEntities: true });
    if (root !== null && isShallow(root)) return root;
    cause = root === null ? undefined : tooDeep();
  } catch (error) {
    // The parser calls itself for each element in another.
    cause = error instanceof RangeError ? tooDeep() : error;
  }
  const [why = 'it has no root element'] = cause === undefined ? [] : messageOf(cause).split('\n');
  throw new Fault(
    'xml/malformed',
    `${what} is not valid XML: ${why}.`,
    'Check that the file is complete and was not altered.',
    { cause },
  );
}

function tooDeep(): Error {
  return new Error(`its elements nest deeper than ${DEEPEST}`);
}

// What is read of elements goes down into them: a document that is just shallow enough to parse may be too deep for that.
function isShallow(root: XmlElement): boolean {
  let level = [root];
  for (let depth = 0; depth < DEEPEST; depth++) {
    level = level.flatMap((element) => xmlChildren(element));
    if (level.length === 0) return true;
  }
  return false;
}

// XML 1.0, section 4.3.3 and appendix F: a declaration of another encoding is written in ASCII's bytes.
function textOf(bytes: Buffer): string {
  const said = /^<\?xml[^>]{0,100}encoding\s{0,9}=\s{0,9}["']([\w.:-]{1,40})["']/.exec(
    bytes.toString('latin1', 0, 200),
  )?.[1];
  try {
    return new TextDecoder(said ?? 'utf-8').decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

/** The child elements, or those of one local name. */
export function xmlChildren(parent: XmlElement | undefined, name?: string): XmlElement[] {
  const found: XmlElement[] = [];
  for (const child of parent?.children ?? []) {
    if (child instanceof Element && (name === undefined || xmlName(child) === name)) found.push(child);
  }
  return found;
}

/** The first child element of a local name. */
export function xmlChild(parent: XmlElement | undefined, name: string): XmlElement | undefined {
  for (const child of parent?.children ?? []) {
    if (child instanceof Element && xmlName(child) === name) return child;
  }
  return undefined;
}

/** The text of the first child element of a local name, trimmed; `undefined` where there is none or it is empty. */
export function xmlText(parent: XmlElement | undefined, name: string): string | undefined {
  return xmlChild(parent, name)?.text.trim() || undefined;
}

/** An element's name without its prefix. */
export function xmlName(element: XmlElement): string {
  return element.name.slice(element.name.indexOf(':') + 1);
}
