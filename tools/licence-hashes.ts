// Writes src/catalog/licence-hashes.ts from SPDX's texts: `node tools/licence-hashes.ts && npm run format`.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { wordTriples } from '../src/catalog/licence-words.ts';

/** Licences that software is under; of texts that several identifiers share, the narrowest. */
const IDS =
  `0BSD AFL-2.1 AFL-3.0 AGPL-3.0-only APSL-2.0 Apache-1.0 Apache-1.1 Apache-2.0 Artistic-1.0 Artistic-1.0-Perl Artistic-2.0
  BSD-1-Clause BSD-2-Clause BSD-2-Clause-Patent BSD-3-Clause BSD-3-Clause-Clear BSD-4-Clause BSD-Source-Code BSL-1.0 BUSL-1.1
  BlueOak-1.0.0 CC-BY-3.0 CC-BY-4.0 CC-BY-SA-3.0 CC-BY-SA-4.0 CC0-1.0 CDDL-1.0 CDDL-1.1 CECILL-2.1 CPL-1.0 ECL-2.0 EPL-1.0 EPL-2.0
  EUPL-1.1 EUPL-1.2 Elastic-2.0 FTL GFDL-1.1-only
  GFDL-1.2-only GFDL-1.3-only GPL-1.0-only GPL-2.0-only GPL-3.0-only HPND ICU IJG IPL-1.0 ISC JSON LGPL-2.0-only
  LGPL-2.1-only LGPL-3.0-only LPPL-1.3c Libpng MIT MIT-0 MPL-1.0 MPL-1.1 MPL-2.0 MS-PL MS-RL MulanPSL-2.0 NCSA NTP OFL-1.1 OLDAP-2.8
  OSL-3.0 OpenSSL PHP-3.0 PHP-3.01 PSF-2.0 PostgreSQL Python-2.0 QPL-1.0 Ruby SSPL-1.0 Sleepycat TCL UPL-1.0 Unicode-3.0
  Unicode-DFS-2016 Unlicense Vim W3C WTFPL X11 ZPL-2.1 Zlib curl libtiff`.split(/\s+/);

/** Numbers that are kept of one text: all of short ones, of longer ones those that a power of two divides. */
const KEPT = 400;

/** Parts of texts that copies leave out or say otherwise: they are told by either. */
const VARIANTS: Readonly<Record<string, (text: string) => string>> = {
  'LGPL-3.0-only': (text) => text.slice(0, text.indexOf('GNU GENERAL PUBLIC LICENSE')),
  'Apache-2.0': (text) => text.slice(0, text.indexOf('END OF TERMS AND CONDITIONS')),
  ISC: (text) => text.replaceAll(/\bISC\b/g, 'THE AUTHOR'),
};

type Entry = readonly [id: string, divisor: number, triples: string];

/** What the file holds. */
export function licenceEntries(): readonly Entry[] {
  const texts = createRequire(import.meta.url)('spdx-license-list/full.js') as Readonly<
    Record<string, { readonly licenseText: string } | undefined>
  >;
  return IDS.flatMap((id) => {
    const text = texts[id]?.licenseText ?? '';
    const variant = VARIANTS[id]?.(text);
    return [text, ...(variant === undefined ? [] : [variant])].map((one) => entryOf(id, one));
  });
}

function entryOf(id: string, text: string): Entry {
  const triples = wordTriples(Buffer.from(text));
  if (triples.size < 10) throw new Error(`no text of ${id}`);
  let divisor = 1;
  while (triples.size / divisor > KEPT) divisor *= 2;
  const kept = Uint32Array.from([...triples].filter((triple) => triple % divisor === 0)).sort();
  return [id, divisor, Buffer.from(kept.buffer).toString('base64')];
}

const HEAD = `// Written by tools/licence-hashes.ts from the texts of SPDX's licence list. Do not edit.

/** Identifier, divisor and the triples of the text that it divides: little-endian 32-bit numbers, in base64. */
export const licenceHashes: readonly (readonly [id: string, divisor: number, triples: string])[] = `;

if (process.argv[1] === import.meta.filename) {
  const file = join(import.meta.dirname, '../src/catalog/licence-hashes.ts');
  writeFileSync(file, `${HEAD}${JSON.stringify(licenceEntries())};\n`);
}
