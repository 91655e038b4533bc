// Draws the table of layers into docs/architecture.md: `npm run diagram`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Layer, layers } from './layers.ts';

const groups: readonly Layer['group'][] = ['ground', 'formats', 'domain', 'composition'];

/** The generated parts of docs/architecture.md: the folders with their purpose, and who may import whom. */
export function architectureSections(): string[] {
  const rows = layers.map(
    (l) => `| \`${l.folder}/\` | ${l.about} | ${l.imports.length === 0 ? 'nothing' : l.imports.join(', ')} |`,
  );
  const table = ['| folder | what it is | may import |', '| --- | --- | --- |', ...rows].join('\n');
  const boxes = groups.map((group) => {
    const names = layers.filter((l) => l.group === group).map((l) => l.folder);
    return `  subgraph ${group}\n${names.map((name) => `    ${name}`).join('\n')}\n  end`;
  });
  const mermaid = [
    '```mermaid',
    'flowchart BT',
    ...boxes,
    '  formats --> ground',
    '  domain --> formats',
    '  domain --> ground',
    '  composition --> domain',
    '```',
  ].join('\n');
  return [mermaid, table];
}

const START = '<!-- drawn from tools/layers.ts: npm run diagram -->';
const END = '<!-- end -->';

if (process.argv[1] === import.meta.filename) {
  const path = join(import.meta.dirname, '..', 'docs', 'architecture.md');
  const text = readFileSync(path, 'utf8');
  const [before] = text.split(START);
  const after = text.slice(text.indexOf(END));
  writeFileSync(path, `${before ?? ''}${START}\n\n${architectureSections().join('\n\n')}\n\n${after}`);
}
