// WordPress itself, its plugins and themes, by the headers that it reads of them (WordPress' developer handbook, header requirements).
import { type BytePath, baseOf, parentOf } from '../../lib/bytes.ts';
import { type Entry, entryCataloger, entryOf, present } from '../entries.ts';
import type { CatalogFile } from '../types.ts';

/** WordPress reads a header within the first 8 KiB. */
const HEADER = 8 << 10;

/** `wp-includes/version.php`, `wp-content/plugins/*.php`, `wp-content/plugins/PLUGIN/*.php`, `wp-content/themes/THEME/style.css`. */
export const wordpress = entryCataloger({
  id: 'wordpress',
  version: 1,
  evidence: 'installed',
  reads: [
    { name: 'version.php', match: (path) => parentOf(path).endsWith('wp-includes') },
    { suffix: '.php', match: (path) => /(?:^|\/)wp-content\/(?:mu-)?plugins\/(?:[^/]+\/)?[^/]+\.php$/.test(path) },
    { name: 'style.css', match: (path) => /(?:^|\/)wp-content\/themes\/[^/]+\/style\.css$/.test(path) },
  ],
  limit: 16 << 20,
  entries: (file) => {
    const entry = entryOfFile(file);
    return entry === undefined ? undefined : present([entry]);
  },
});

function entryOfFile(file: CatalogFile): Entry | undefined {
  const text = file.content.read(0, HEADER).toString('utf8');
  const base = baseOf(file.path);
  if (base === 'version.php' && parentOf(file.path).endsWith('wp-includes')) return core(text);
  return base === 'style.css' ? extension(text, 'Theme Name', 'themes', file.path) : plugin(text, file.path);
}

function core(text: string): Entry | undefined {
  const version = /^[ \t]*\$wp_version\s*=\s*['"]([^'"\n]{1,100})['"]/m.exec(text)?.[1];
  if (version === undefined) return undefined;
  return entryOf({ type: 'wordpress', name: 'wordpress', version }, { licences: ['GPL-2.0-or-later'] });
}

function plugin(text: string, path: BytePath): Entry | undefined {
  return extension(text, 'Plugin Name', 'plugins', path);
}

function extension(text: string, title: string, kind: 'plugins' | 'themes', path: BytePath): Entry | undefined {
  const headers = headersOf(text);
  if (!headers.has(title)) return undefined;
  const folder = baseOf(parentOf(path));
  // A plugin of one file has no folder of its own.
  const slug = folder === 'plugins' || folder === 'mu-plugins' ? baseOf(path).slice(0, -'.php'.length) : folder;
  return entryOf(
    { type: 'wordpress', namespace: kind, name: slug, version: headers.get('Version') },
    {
      licences: present([headers.get('License')]),
      homepage: headers.get(kind === 'plugins' ? 'Plugin URI' : 'Theme URI'),
      description: headers.get(title),
      maintainer: headers.get('Author'),
    },
  );
}

/** `Name: value` lines of a comment; the first of each name counts. */
function headersOf(text: string): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of text.split(/\r?\n|\r/)) {
    const match = /^[ \t/*#@]{0,20}([A-Z][A-Za-z ]{2,30}):[ \t]*(\S.{0,500})/.exec(line);
    if (match !== null && !headers.has(match[1] ?? ''))
      headers.set(match[1] ?? '', (match[2] ?? '').replace(/\s*(?:\*\/|\?>).*$/, '').trim());
  }
  return headers;
}
