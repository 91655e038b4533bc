// Damage to XML that leaves it well-formed: elements left out, said again or moved, their texts changed.
import type { Random } from './random.ts';

const TEXTS = [
  '',
  '${v}',
  '${${v}}',
  '${project.version}',
  '[1,2)',
  '../../x',
  '&#0;',
  '&lt;',
  ']]>',
  'a'.repeat(20_000),
  '%00',
];
const DEEP = 20_000;

/** The document with one to a few changes. */
export function brokenXml(text: string, random: Random): Buffer {
  const tokens = text.match(/<[^>]*>|[^<]+/g) ?? [];
  for (let i = 0; i <= random.small(5); i++) change(tokens, random);
  return Buffer.from(tokens.join(''), 'utf8');
}

function change(tokens: string[], random: Random): void {
  const start = random.below(tokens.length);
  const element = elementAt(tokens, start);
  if (element === undefined) {
    if (!(tokens[start] ?? '<').startsWith('<')) tokens[start] = random.pick(TEXTS);
    return;
  }
  const { from, to, name } = element;
  const part = tokens.slice(from, to);
  switch (random.below(5)) {
    case 0:
      tokens.splice(from, to - from);
      break;
    case 1:
      tokens.splice(
        to,
        0,
        ...Array.from({ length: random.once(20) ? 500 : 1 }, () => part)
          .flat()
          .slice(0, 100_000),
      );
      break;
    case 2:
      tokens.splice(to, 0, ...(elementAt(tokens, random.below(tokens.length)) === undefined ? [] : part));
      break;
    case 3:
      if (random.once(10)) tokens.splice(from, 0, `<${name}>`.repeat(DEEP), `</${name}>`.repeat(DEEP));
      break;
    default:
      tokens.splice(from + 1, to - from - 2, random.pick(TEXTS));
  }
}

/** From the first opening tag after a place to the tag that closes it. */
function elementAt(tokens: readonly string[], start: number): { from: number; to: number; name: string } | undefined {
  for (let from = start; from < tokens.length; from++) {
    const name = /^<([^/!?\s>]+)[^>]*[^/]>$|^<([^/!?\s>])>$/
      .exec(tokens[from] ?? '')
      ?.slice(1)
      .find((one) => one !== undefined);
    if (name === undefined) continue;
    const close = tokens.indexOf(`</${name}>`, from);
    return close < 0 ? undefined : { from, to: close + 1, name };
  }
  return undefined;
}
