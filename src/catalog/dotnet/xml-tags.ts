// The elements of small XML files, one after the other, without their nesting: enough for MSBuild's and NuGet's lists.

export interface XmlTag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** The text up to the next tag. */
  readonly text: string;
  /** `</name>`: it has no attributes. */
  readonly closes: boolean;
  /** `<name/>` */
  readonly empty: boolean;
}

/** Longest tag that is read, in characters; longer ones are passed over. */
const LONGEST = 10_000;

/** Start and end tags in order; comments, CDATA and declarations are passed over, and so is what is broken. */
export function* xmlTags(text: string): Generator<XmlTag> {
  for (let at = text.indexOf('<'); at >= 0; ) {
    const skipped = passed(text, at);
    if (skipped !== undefined) {
      at = text.indexOf('<', skipped);
      continue;
    }
    const end = text.indexOf('>', at);
    if (end < 0) return;
    const next = text.indexOf('<', end);
    if (end - at <= LONGEST) yield tagOf(text.slice(at + 1, end), text.slice(end + 1, next < 0 ? undefined : next));
    at = next;
  }
}

/** Where a comment or declaration that starts here ends; `undefined` for a tag. */
function passed(text: string, at: number): number | undefined {
  for (const [start, end] of [
    ['<!--', '-->'],
    ['<![CDATA[', ']]>'],
    ['<?', '?>'],
    ['<!', '>'],
  ] as const) {
    if (!text.startsWith(start, at)) continue;
    const stop = text.indexOf(end, at + start.length);
    return stop < 0 ? text.length : stop + end.length;
  }
  return undefined;
}

function tagOf(inside: string, text: string): XmlTag {
  const closes = inside.startsWith('/');
  const name = /^\/?([^\s/>]*)/.exec(inside)?.[1] ?? '';
  const attributes = new Map<string, string>();
  for (const [, key = '', double, single] of inside.matchAll(
    /(?<![\w:.-])([A-Za-z_:][\w:.-]*)\s?=\s?(?:"([^"]*)"|'([^']*)')/g,
  )) {
    attributes.set(key, unescaped(double ?? single ?? ''));
  }
  return { name, attributes, text: unescaped(text.slice(0, LONGEST)).trim(), closes, empty: inside.endsWith('/') };
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.includes('&')
    ? text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => ENTITIES[name] ?? '')
    : text;
}
