// LuaRocks packages by their rockspecs (LuaRocks documentation, "Rockspec format").
import { type BytePath, parentOf } from '../../lib/bytes.ts';
import { above, type Entry, entryCataloger, entryOf, type Need } from '../entries.ts';
import { fileText } from '../members.ts';

/** `*.rockspec`; rocks need those of the same tree, `…/rocks-5.1/NAME/VERSION/NAME-VERSION.rockspec`. */
export const luarocks = entryCataloger({
  id: 'luarocks',
  version: 1,
  evidence: 'installed',
  reads: [{ suffix: '.rockspec' }],
  limit: 1 << 20,
  entries: (file) => {
    const entry = readRockspec(fileText(file));
    return entry === undefined ? undefined : [entry];
  },
  scope: (path) => treeOf(path),
});

function treeOf(path: BytePath): BytePath {
  return /\/rocks[^/]*\/[^/]+\/[^/]+\/[^/]+$/.test(path) ? above(path, 3) : parentOf(path);
}

/** What is assigned in literals; `undefined` where package or version are computed. */
function readRockspec(text: string): Entry | undefined {
  const top = assignments(text);
  const [name, version] = [top.get('package'), top.get('version')];
  if (name === undefined || version === undefined) return undefined;
  const licence = top.get('license');
  return entryOf(
    { type: 'luarocks', name: name.toLowerCase(), version },
    {
      name,
      keys: [name.toLowerCase()],
      needs: dependenciesOf(text),
      licences: licence === undefined ? [] : [licence],
      homepage: top.get('homepage'),
      description: top.get('summary'),
      maintainer: top.get('maintainer'),
    },
  );
}

/** `name = "text"` at a line's start or after `{` or `,`; the first of each name. */
function assignments(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split('\n')) {
    for (const [, name = '', double, single] of line
      .slice(0, 10_000)
      .matchAll(
        /(?:^|[{,\s])(package|version|license|homepage|summary|maintainer)[ \t]{0,20}=[ \t]{0,20}(?:"([^"]*)"|'([^']*)')/g,
      )) {
      if (!found.has(name)) found.set(name, double ?? single ?? '');
    }
  }
  return found;
}

// `dependencies = { "lua >= 5.1", "lpeg ~> 1" }`; Lua itself is no rock.
function dependenciesOf(text: string): readonly Need[] {
  const start = /(?:^|\n)\s{0,20}dependencies\s{0,20}=\s{0,20}\{/.exec(text);
  if (start === null) return [];
  const from = start.index + start[0].length;
  const list = text.slice(from, text.indexOf('}', from) < 0 ? from : text.indexOf('}', from));
  return [...list.matchAll(/"([^"\n]{1,300})"|'([^'\n]{1,300})'/g)].flatMap(([, double, single]): Need[] => {
    const said = (double ?? single ?? '').trim();
    const name = said.split(/[\s=<>~]/, 1)[0]?.toLowerCase() ?? '';
    return name === 'lua' || name === '' ? [] : [[name.slice(name.indexOf('/') + 1), said]];
  });
}
