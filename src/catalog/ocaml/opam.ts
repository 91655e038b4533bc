// OCaml packages by opam's files (opam manual, "opam").
import { type BytePath, baseOf, parentOf } from '../../lib/bytes.ts';
import { above, type Entry, entryCataloger, entryOf, type Need } from '../entries.ts';
import { fileText } from '../members.ts';
import type { CatalogFile } from '../types.ts';

const FOLDER = /(?:^|\/)\.opam-switch\/packages\/[^/]+\/opam$/;

/** What a switch has installed: `.opam-switch/packages/NAME.VERSION/opam`. */
export const opam = entryCataloger({
  id: 'opam',
  version: 1,
  evidence: 'installed',
  reads: [{ name: 'opam', match: (path) => FOLDER.test(path) }],
  limit: 1 << 20,
  entries: (file) => {
    const folder = baseOf(parentOf(file.path));
    const dot = folder.indexOf('.');
    return dot < 0 ? undefined : readOpam(file, folder.slice(0, dot), folder.slice(dot + 1));
  },
  scope: (path: BytePath) => above(path, 2),
});

/** Source trees' own `NAME.opam`, where they say a version. */
export const opamFile = entryCataloger({
  id: 'opam-file',
  version: 1,
  evidence: 'declared',
  reads: [{ suffix: '.opam' }],
  limit: 1 << 20,
  entries: (file) => readOpam(file, baseOf(file.path).slice(0, -'.opam'.length), undefined),
});

function readOpam(file: CatalogFile, name: string, known: string | undefined): readonly Entry[] | undefined {
  const text = fileText(file);
  const version = known ?? field(text, 'version');
  if (version === undefined) return undefined;
  const licence = field(text, 'license');
  const entry = entryOf(
    { type: 'opam', name: field(text, 'name') ?? name, version },
    {
      needs: needsOf(text),
      licences: licence === undefined ? [] : [licence],
      homepage: field(text, 'homepage'),
      description: field(text, 'synopsis'),
      maintainer: field(text, 'maintainer'),
    },
  );
  return entry === undefined ? undefined : [entry];
}

// `name: "text"`, or a list of which the first counts.
function field(text: string, name: string): string | undefined {
  return new RegExp(`^${name}:\\s{0,20}\\[?\\s{0,20}"([^"\\n]{1,500})"`, 'm').exec(text)?.[1];
}

// depends: [ "ocaml" {>= "4.08"} "dune" {build} ]: names stand outside the braces.
function needsOf(text: string): readonly Need[] {
  const start = /^depends:\s{0,20}\[/m.exec(text);
  if (start === null) return [];
  const names: string[] = [];
  let depth = 0;
  for (const [token] of text.slice(start.index + start[0].length).matchAll(/"[^"\n]{0,300}"|[{}\]]/g)) {
    if (token === ']' && depth === 0) break;
    if (token === '{') depth++;
    else if (token === '}') depth = Math.max(depth - 1, 0);
    else if (depth === 0 && token.length > 2) names.push(token.slice(1, -1));
  }
  return names.map((name) => [name]);
}
