// An SBOM as one page for a browser: no resource from elsewhere, readable on a phone, and without scripts.
import type { Bom, BomPackage } from '../bom/types.ts';
import { pathText } from '../lib/bytes.ts';
import { isoTime } from '../lib/time.ts';
import type { Tool } from '../lib/tool.ts';
import { htmlText as escaped, policyHash as hash } from './html-text.ts';
import { forestOf, type TreeLine } from './sbom-forest.ts';
import { sizeText } from './sbom-text.ts';

const STYLE = `
:root { color-scheme: light dark; --dim: #666; --line: #ccc; --mark: #ffe08a; }
@media (prefers-color-scheme: dark) { :root { --dim: #aaa; --line: #444; --mark: #6b5a14; } }
body { font: 16px/1.45 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.3rem; margin: 0 0 .3rem; }
h2 { font-size: 1.1rem; margin: 1.5rem 0 .3rem; }
p, dl { margin: .3rem 0; }
.dim, small, dt { color: var(--dim); }
input { font: inherit; width: 100%; box-sizing: border-box; padding: .5rem; position: sticky; top: 0; }
ul { list-style: none; margin: 0; padding: 0; }
ul ul { border-left: 1px solid var(--line); margin-left: .45rem; padding-left: .9rem; }
summary { cursor: pointer; padding: .15rem 0; }
li > a { display: block; padding: .15rem 0 .15rem 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .8rem; margin-left: 1rem; }
dd { margin: 0; }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .4rem; } }
:target > summary { background: var(--mark); }
[hidden] { display: none; }
`;

// Hides what has not the words; a branch of the tree stays while anything in it has them.
const SCRIPT = `
const input = document.querySelector('input');
input.hidden = false;
const open = () => { const to = document.getElementById(location.hash.slice(1)); if (to) to.open = true; };
addEventListener('hashchange', open);
open();
input.addEventListener('input', () => {
  const words = input.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const has = (text) => words.every((word) => text.includes(word));
  for (const one of document.querySelectorAll('#packages > details')) one.hidden = !has(one.dataset.text);
  const items = [...document.querySelectorAll('#tree li')].reverse();
  for (const item of items) {
    const inside = item.querySelector(':scope > details > ul > li:not([hidden])');
    item.hidden = !has(item.dataset.text) && !inside;
    if (inside && words.length > 0) item.firstElementChild.open = true;
  }
});
`;

/** @param tool that made it */
export function* sbomHtml(bom: Bom, tool: Tool): Generator<string> {
  const { subject } = bom;
  const title = [subject.name, subject.version].filter((text) => text !== '').join(' ');
  const ids = new Map(bom.packages.map((p, i) => [p.purl, `p${i}`]));
  const policy = `default-src 'none'; style-src ${hash(STYLE)}; script-src ${hash(SCRIPT)}; base-uri 'none'; form-action 'none'`;
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escaped(title)}: packages</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
${facts(bom)}
<input type="search" placeholder="Search packages" aria-label="Search packages" hidden>
<h2>What needs what</h2>
<ul id="tree">
`;
  yield* tree(bom, ids);
  yield '</ul>\n<h2>Packages</h2>\n<div id="packages">\n';
  const needing = neededBy(bom);
  for (const p of bom.packages) yield packageDetails(p, ids, needing.get(p.purl) ?? []);
  yield `</div>
<p class="dim">Written by ${escaped(tool.name)} ${escaped(tool.version)} for ${isoTime(subject.created)}.</p>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function facts(bom: Bom): string {
  const { subject, notRead = [] } = bom;
  const list = [
    `${sizeText(bom)}${bom.files.length === 0 ? '' : `, ${bom.files.length} files`}`,
    subject.platform,
    subject.distribution?.prettyName,
    subject.manifestDigest ?? subject.configDigest,
    notRead.length === 0 ? undefined : `${notRead.length} files could not be read`,
  ];
  return `<p class="dim">${list.flatMap((fact) => (fact === undefined ? [] : [escaped(fact)])).join(' · ')}</p>`;
}

function* tree(bom: Bom, ids: ReadonlyMap<string, string>): Generator<string> {
  let depth = 0;
  let before: TreeLine | undefined;
  for (const line of forestOf(bom)) {
    if (before !== undefined) yield between(before, line, depth);
    depth = line.more.length;
    before = line;
    const { package: p } = line;
    yield `<li data-text="${escaped(searchText(p))}">${line.opens ? '<details><summary>' : ''}<a href="#${ids.get(p.purl) ?? ''}">${nameOf(p)}</a>${line.above ? ' <small>see above</small>' : line.below ? ' <small>see below</small>' : ''}${line.opens ? '</summary>' : ''}`;
  }
  if (before !== undefined) yield `</li>${'</ul></details></li>'.repeat(depth - 1)}\n`;
}

function between(before: TreeLine, line: TreeLine, depth: number): string {
  if (before.opens) return '\n<ul>\n';
  return `</li>\n${'</ul></details></li>\n'.repeat(depth - line.more.length)}`;
}

function nameOf(p: BomPackage): string {
  return `${escaped(p.name)} ${escaped(p.version)} <small>${escaped(p.kind)}</small>`;
}

function searchText(p: BomPackage): string {
  return `${p.name} ${p.version} ${p.kind} ${p.origin ?? ''} ${p.licence?.expression ?? ''}`.toLowerCase();
}

function neededBy({ packages }: Bom): Map<string, string[]> {
  const needing = new Map<string, string[]>();
  for (const p of packages)
    for (const purl of p.dependencies) {
      const list = needing.get(purl);
      if (list === undefined) needing.set(purl, [p.purl]);
      else list.push(p.purl);
    }
  return needing;
}

function packageDetails(p: BomPackage, ids: ReadonlyMap<string, string>, needing: readonly string[]): string {
  const link = (purl: string) => {
    const id = ids.get(purl);
    return id === undefined ? escaped(purl) : `<a href="#${id}">${escaped(purl)}</a>`;
  };
  const places = (p.locations ?? []).map(({ path, within = [], layer }) =>
    escaped([`/${pathText(path)}`, ...within].join('/') + (layer === undefined ? '' : ` (layer ${layer})`)),
  );
  const rows: [string, readonly string[]][] = [
    ['package URL', [escaped(p.purl)]],
    ['licence', texts(p.licence?.expression)],
    ['source', texts(p.source && `${p.source.name} ${p.source.version}`)],
    ['origin', texts(p.origin)],
    ['found by', texts(p.foundBy)],
    ['in', places],
    ['needs', p.dependencies.map(link)],
    ['needs, not there', (p.unmetDependencies ?? []).map(escaped)],
    ['needed by', needing.map(link)],
    ['brought by', p.ownedBy === undefined ? [] : [link(p.ownedBy)]],
    ['maintainer', texts(p.maintainer)],
    ['description', texts(p.description)],
  ];
  const list = rows
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => `<dt>${name}</dt><dd>${values.join('<br>')}</dd>`);
  return `<details id="${ids.get(p.purl) ?? ''}" data-text="${escaped(searchText(p))}"><summary>${nameOf(p)}</summary><dl>${list.join('')}</dl></details>\n`;
}

function texts(text: string | undefined): string[] {
  return text === undefined || text === '' ? [] : [escaped(text)];
}
