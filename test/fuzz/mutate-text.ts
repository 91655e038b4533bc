// Damage to texts of lines and words: control data, lock files, tags and values, XML.
import { brokenBytes } from './mutate-bytes.ts';
import type { Random } from './random.ts';

/** What parsers of all sorts stumble over. */
const WORDS = [
  '',
  ' ',
  '\t',
  '\r',
  '\0',
  '\\',
  '"',
  "'",
  '(',
  ')',
  '[[',
  ']]',
  '{',
  '}',
  '<',
  '/>',
  '<![CDATA[',
  '<!--',
  '&amp;&#0;',
  '<!ENTITY a "b">',
  '<text>',
  '@',
  '#',
  '=',
  ':',
  ';',
  '|',
  ',',
  '..',
  '../../../../etc/shadow',
  '/',
  '//',
  '-',
  '---',
  '&a',
  '*a',
  '!!js/function x',
  '<<: *a',
  '__proto__',
  'constructor',
  '%s%n',
  '%zz',
  '\xff\xfe',
  '\u{1f600}',
  '9'.repeat(400),
  'a'.repeat(20_000),
  ' '.repeat(20_000),
  '('.repeat(20_000),
  '\n'.repeat(2000),
  '>= 1, < 2 || ~3 ^4 *',
];

/** The text with one to a few changes of its lines and words. */
export function brokenText(bytes: Buffer, random: Random, others: readonly Buffer[]): Buffer {
  const lines = bytes.toString('latin1').split('\n');
  for (let i = 0; i <= random.small(6); i++) changeLine(lines, random, others);
  const out = Buffer.from(lines.join('\n'), 'latin1');
  return random.once(4) ? brokenBytes(out, random, others) : out;
}

function changeLine(lines: string[], random: Random, others: readonly Buffer[]): void {
  const at = random.below(lines.length);
  const line = lines[at] ?? '';
  switch (random.below(9)) {
    case 0:
      lines.splice(at, 1);
      break;
    case 1:
      lines.splice(at, 0, line);
      break;
    case 2:
      lines.splice(random.below(lines.length), 0, ...lines.splice(at, 1 + random.below(4)));
      break;
    case 3:
      lines[at] = ' '.repeat(random.below(12)) + line.trimStart();
      break;
    case 4:
      lines.splice(at, 0, ...Array.from({ length: random.once(20) ? 5000 : 5 }, () => line));
      break;
    case 5: {
      const other = random.pick(others).toString('latin1').split('\n');
      lines.splice(at, 0, ...other.slice(random.below(other.length)).slice(0, 5));
      break;
    }
    default:
      lines[at] = changeWord(line, random);
  }
}

function changeWord(line: string, random: Random): string {
  const from = random.below(line.length + 1);
  const to = from + random.small(8);
  return line.slice(0, from) + random.pick(WORDS) + line.slice(to);
}
