// Installed R packages by their DESCRIPTION files (Writing R Extensions, 1.1.1).
import { bytePath, parentOf } from '../../lib/bytes.ts';
import { type Entry, entryCataloger, entryOf, type Need } from '../entries.ts';
import { fileText } from '../members.ts';

/** `DESCRIPTION` files of installed packages: with a `Built:` field, or in a library. Packages need any in the image. */
export const cran = entryCataloger({
  id: 'cran',
  version: 1,
  evidence: 'installed',
  reads: [{ name: 'DESCRIPTION' }],
  limit: 1 << 20,
  entries: (file) => {
    const entry = readDescription(fileText(file), parentOf(file.path));
    return entry === undefined ? undefined : [entry];
  },
  scope: () => '',
});

function readDescription(text: string, folder: string): Entry | undefined {
  const fields = fieldsOf(text);
  const [name, version] = [fields.get('Package'), fields.get('Version')];
  if (name === undefined || version === undefined || !isInstalled(fields, folder)) return undefined;
  const asked = ['Depends', 'Imports', 'LinkingTo'].map((field) => fields.get(field) ?? '').join(',');
  const [licences, choice] = licencesOf(fields.get('License') ?? '');
  return entryOf(
    { type: 'cran', name, version },
    {
      needs: needsOf(asked),
      licences,
      licenceChoice: choice ? true : undefined,
      homepage: fields.get('URL')?.split(/[\s,]+/, 1)[0],
      description: fields.get('Title'),
      maintainer: fields.get('Maintainer'),
      files: ['DESCRIPTION', 'INDEX', 'NAMESPACE'].map((file) => bytePath(`${folder}/${file}`)),
    },
  );
}

// R adds `Built:` to what it installs; its own catalogue of translations has none, and lies in a library all the same.
function isInstalled(fields: ReadonlyMap<string, string>, folder: string): boolean {
  return fields.has('Built') || /(?:^|\/)(?:site-)?library\/[^/]+$/.test(folder);
}

/** Debian control's syntax: `Field: value`, continued by lines that start with white space. */
function fieldsOf(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string[]>();
  let open: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const start = /^([A-Za-z][A-Za-z0-9@/_-]{0,100}):(.*)$/.exec(line);
    if (start !== null) {
      open = [(start[2] ?? '').trim()];
      fields.set(start[1] ?? '', open);
    } else if (/^\s+\S/.test(line)) open.push(line.trim());
  }
  return new Map([...fields].map(([name, lines]) => [name, lines.join(' ').trim()]));
}

// `R (>= 3.5), cli, gtable (>= 0.1.1)`; R itself is no package.
function needsOf(list: string): readonly Need[] {
  return list.split(',').flatMap((one): Need[] => {
    const said = one.trim().replace(/\s+/g, ' ');
    const name = said.split(/[\s(]/, 1)[0] ?? '';
    return name === '' || name === 'R' ? [] : [[name, said]];
  });
}

/** `MIT + file LICENSE`, `GPL (>= 2) | BSD_3_clause + file LICENSE`: a choice by `|`, additions by `+ file`. */
function licencesOf(text: string): readonly [readonly string[], boolean] {
  const names = text.split('|').map((one) => spdxName(one.replace(/\s*\+\s*file\s.*$/i, '').trim()));
  const said = names.filter((name) => name !== '');
  return [said, said.length > 1];
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ['Artistic-1.0', 'Artistic-1.0'],
  ['BSD_2_clause', 'BSD-2-Clause'],
  ['BSD_3_clause', 'BSD-3-Clause'],
  ['Unlimited', 'LicenseRef-R-Unlimited'],
  ['CC0', 'CC0-1.0'],
]);

// R's own short forms of the GNU, Apache and Mozilla licences, with a version or a range of them.
function spdxName(name: string): string {
  const known = NAMES.get(name);
  if (known !== undefined) return known;
  const match = /^(A?GPL|LGPL|Apache License|MPL|EUPL|CeCILL)(?:[- ]([0-9.]+)| \((>=|==) ([0-9.]+)\))?$/.exec(name);
  if (match === null) return /^file\s/i.test(name) ? '' : name;
  const [, family = '', exact, operator, bound] = match;
  const version = exact ?? bound;
  if (version === undefined)
    return family.includes('GPL') ? `${family}-${family === 'AGPL' ? '3.0' : '1.0'}-or-later` : name;
  const dotted = version.includes('.') ? version : `${version}.0`;
  if (family === 'Apache License') return `Apache-${dotted}`;
  return family.includes('GPL')
    ? `${family}-${dotted}-${operator === '>=' ? 'or-later' : 'only'}`
    : `${family}-${dotted}`;
}
