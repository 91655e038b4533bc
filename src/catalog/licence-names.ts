// Names of licences as packages write them, and the identifiers of SPDX's list that they mean.
import exceptions from 'spdx-exceptions/index.json' with { type: 'json' };
import ids from 'spdx-license-ids/index.json' with { type: 'json' };
import deprecated from 'spdx-license-ids/deprecated.json' with { type: 'json' };

/** Identifiers compare without case (SPDX 2.3, annex D.2). */
const listed: ReadonlyMap<string, string> = new Map([...deprecated, ...ids].map((id) => [id.toLowerCase(), id]));
const listedExceptions: ReadonlyMap<string, string> = new Map(exceptions.map((id) => [id.toLowerCase(), id]));

/** Names that mean one thing everywhere, by {@link keyOf}. What may mean several licences (`BSD`, `Apache`) is not here. */
const names: ReadonlyMap<string, string> = new Map([
  ['mit/x11', 'MIT'],
  ['expat', 'MIT'],
  ['mit mit', 'MIT'],
  ['expat/mit', 'MIT'],
  ['mit expat', 'MIT'],
  ['mit no attribution', 'MIT-0'],
  ['bsd 2', 'BSD-2-Clause'],
  ['bsd2', 'BSD-2-Clause'],
  ['2 clause bsd', 'BSD-2-Clause'],
  ['bsd two clause', 'BSD-2-Clause'],
  ['simplified bsd', 'BSD-2-Clause'],
  ['bsd simplified', 'BSD-2-Clause'],
  ['freebsd', 'BSD-2-Clause'],
  ['bsd 3', 'BSD-3-Clause'],
  ['bsd3', 'BSD-3-Clause'],
  ['3 clause bsd', 'BSD-3-Clause'],
  ['bsd three clause', 'BSD-3-Clause'],
  ['new bsd', 'BSD-3-Clause'],
  ['bsd new', 'BSD-3-Clause'],
  ['modified bsd', 'BSD-3-Clause'],
  ['revised bsd', 'BSD-3-Clause'],
  ['bsd 3 clause new or revised', 'BSD-3-Clause'],
  ['bsd 3 clause new revised', 'BSD-3-Clause'],
  ['eclipse distribution 1.0', 'BSD-3-Clause'],
  ['edl 1.0', 'BSD-3-Clause'],
  ['bsd 4', 'BSD-4-Clause'],
  ['bsd0', '0BSD'],
  ['bsd zero clause', '0BSD'],
  ['zero clause bsd 0bsd', '0BSD'],
  ['boost', 'BSL-1.0'],
  ['cc0', 'CC0-1.0'],
  ['cc0 1.0 universal', 'CC0-1.0'],
  ['cc0 1.0 universal cc0 1.0 public domain dedication', 'CC0-1.0'],
  ['public domain per creative commons cc0', 'CC0-1.0'],
  ['cpl', 'CPL-1.0'],
  ['ibm public', 'IPL-1.0'],
  ['zlib/libpng', 'Zlib'],
  ['zlib libpng', 'Zlib'],
  ['unlicense unlicense', 'Unlicense'],
  ['wtfpl2', 'WTFPL'],
  ['wtfpl 2', 'WTFPL'],
  ['do what fuck you want to public', 'WTFPL'],
  ['psf', 'PSF-2.0'],
  ['psfl', 'PSF-2.0'],
  ['psf 2', 'PSF-2.0'],
  ['python foundation', 'PSF-2.0'],
  ['ruby s', 'Ruby'],
  ['perl 5', 'Artistic-1.0-Perl OR GPL-1.0-or-later'],
  ['perl', 'Artistic-1.0-Perl OR GPL-1.0-or-later'],
  ['same as perl', 'Artistic-1.0-Perl OR GPL-1.0-or-later'],
  ['artistic clarified', 'ClArtistic'],
  ['ofl', 'OFL-1.1'],
  ['sil open font 1.1', 'OFL-1.1'],
  ['openldap', 'OLDAP-2.8'],
  ['universal permissive 1.0', 'UPL-1.0'],
  ['microsoft public', 'MS-PL'],
  ['eu datagrid', 'EUDatagrid'],
  ['qpl', 'QPL-1.0'],
  ['gplv2 with classpath exception', 'GPL-2.0-only WITH Classpath-exception-2.0'],
  ['gpl2 w/ cpe', 'GPL-2.0-only WITH Classpath-exception-2.0'],
  ['gplv2+ce', 'GPL-2.0-only WITH Classpath-exception-2.0'],
  ['gnu general public 2 with gnu classpath exception', 'GPL-2.0-only WITH Classpath-exception-2.0'],
  ['gnu general public 2 with classpath exception', 'GPL-2.0-only WITH Classpath-exception-2.0'],
  ['cddl + gplv2 with classpath exception', 'CDDL-1.0 OR GPL-2.0-only WITH Classpath-exception-2.0'],
  ['cddl/gplv2+ce', 'CDDL-1.0 OR GPL-2.0-only WITH Classpath-exception-2.0'],
]);

/** What a name means in one ecosystem only. */
const local: Readonly<Record<string, ReadonlyMap<string, string>>> = {
  // Fedora's short names before it took up SPDX's.
  rpm: new Map([
    ['artistic', 'Artistic-1.0-Perl'],
    ['gpl+', 'GPL-1.0-or-later'],
    ['python', 'Python-2.0.1'],
    ['php', 'PHP-3.01'],
    ['cddl', 'CDDL-1.0'],
    ['epl', 'EPL-1.0'],
    ['ofl', 'OFL-1.1'],
  ]),
};

/** Families whose identifier is a name and a version: what keys start with, and the identifier without its version. */
const families: readonly (readonly [RegExp, string])[] = [
  [/^(?:asl|apache)$/, 'Apache'],
  [/^(?:mpl|mozilla public|mozilla)$/, 'MPL'],
  [/^(?:epl|eclipse public|eclipse)$/, 'EPL'],
  [/^(?:cddl|common development and distribution)$/, 'CDDL'],
  [/^(?:eupl|european union public|european union public licence)$/, 'EUPL'],
  [/^(?:cecill|cecill free)$/, 'CECILL'],
  [/^(?:zpl|zope public)$/, 'ZPL'],
  [/^(?:afl|academic free)$/, 'AFL'],
  [/^(?:osl)$/, 'OSL'],
  [/^(?:artistic)$/, 'Artistic'],
  [/^(?:bsl|boost)$/, 'BSL'],
  [/^(?:psf)$/, 'PSF'],
  [/^(?:python)$/, 'Python'],
  [/^(?:lppl|latex project public)$/, 'LPPL'],
  [/^(?:cpl|common public)$/, 'CPL'],
  [/^(?:ofl|sil open font)$/, 'OFL'],
  [/^(?:upl|universal permissive)$/, 'UPL'],
  [/^(?:mulanpsl|mulan psl|mulan permissive)$/, 'MulanPSL'],
  [/^(?:cc by|creative commons attribution)$/, 'CC-BY'],
  [/^(?:cc by sa|creative commons attribution sharealike)$/, 'CC-BY-SA'],
];

const gnu: readonly (readonly [RegExp, string])[] = [
  [/^(?:agpl|gnu agpl|affero gpl|gnu affero general public|affero general public|gnu affero gpl)$/, 'AGPL'],
  [
    /^(?:lgpl|gnu lgpl|(?:gnu )?(?:lesser|library|library or lesser) general public|gnu lesser gpl|lesser gpl|gnu lesser public|gnu lesser)$/,
    'LGPL',
  ],
  [/^(?:gfdl|gnu fdl|fdl|gnu free documentation)$/, 'GFDL'],
  [/^(?:gpl|gnu gpl|gnu|gnu general public|general public)$/, 'GPL'],
];

/**
 * The SPDX expression of one licence's name: an identifier of SPDX's list, rarely two of them joined.
 * @param source the package URL's type of whoever names it: some names mean one thing in one ecosystem only
 * @returns `undefined` for what is not known, or may mean several licences
 */
export function nameMeans(text: string, source: string): string | undefined {
  const lower = text.trim().toLowerCase();
  const id = listed.get(lower);
  if (id !== undefined) return modern(id);
  const key = keyOf(lower);
  return local[source]?.get(key) ?? names.get(key) ?? listedLoosely(key) ?? versioned(key) ?? plus(lower);
}

/** The identifier of an exception, in the list's own case. */
export function exceptionMeans(text: string): string | undefined {
  const lower = text.trim().toLowerCase();
  return listedExceptions.get(lower) ?? listedExceptions.get(lower.replace(/ +/g, '-'));
}

/** Short forms that stand in brackets behind the long ones: `gnu general public license v3 (gplv3)`. */
const ABBREVIATION =
  /\((?:[al]?gpl|mpl|epl|cddl|iscl|asl|eupl|fdl|ofl|cpl|zpl|afl|osl|upl|hpnd|ncsa)[ v-]{0,3}[0-9.]*\+?\)/g;

/** What identifies a name: lower case, without the words and signs that people write or leave out. */
function keyOf(lower: string): string {
  return lower
    .replace(ABBREVIATION, ' ')
    .replace(/[^a-z0-9.+/]+/g, ' ')
    .replace(/\b(?:the|licen[cs]ed?|software|version|ver|under|terms|of)(?![a-z0-9])\.?/g, ' ')
    .replace(/\bv\.? ?(?=[0-9])/g, '')
    .replace(/ {2,}/g, ' ')
    .trim();
}

/** `bsd 3 clause` for `BSD-3-Clause`. */
function listedLoosely(key: string): string | undefined {
  const id = listed.get(key.replaceAll(' ', '-'));
  return id === undefined ? undefined : modern(id);
}

const VERSIONED = /^([a-z][a-z /]*?) ?v? ?([0-9](?:\.[0-9]){0,2})( ?\+| or (?:any )?(?:later|newer)| only)?$/;

/** A family's name and a version: `gplv2+`, `apache 2`, `mozilla public 2.0`. */
function versioned(key: string): string | undefined {
  const [, family = '', version = '', range = ''] = VERSIONED.exec(key) ?? [];
  const full = version.includes('.') ? version : `${version}.0`;
  const later = range !== '' && range !== ' only';
  const free = gnu.find(([name]) => name.test(family))?.[1];
  if (free !== undefined) return listed.get(`${free}-${full}-${later ? 'or-later' : 'only'}`.toLowerCase());
  const other = families.find(([name]) => name.test(family))?.[1];
  const id = other === undefined ? undefined : listed.get(`${other}-${full}`.toLowerCase());
  return id === undefined || !later ? id : `${id}+`;
}

/** `Apache-2.0+` (SPDX 2.3, annex D.3: or a later version). */
function plus(lower: string): string | undefined {
  const id = lower.endsWith('+') ? listed.get(lower.slice(0, -1)) : undefined;
  return id === undefined || GNU_ID.test(id) ? undefined : `${id}+`;
}

const GNU_ID = /^(?:[AL]?GPL|GFDL)-/;

/** The list's present spelling: `GPL-2.0+` has become `GPL-2.0-or-later`. */
function modern(id: string): string {
  const [, name, range] = /^((?:[AL]?GPL|GFDL)-[0-9.]+)(\+?)$/.exec(id) ?? [];
  return name === undefined ? id : `${name}-${range === '+' ? 'or-later' : 'only'}`;
}
