// Java archives, with those nested in them, and the POMs of applications that were unpacked into a folder.
import { baseOf } from '../../lib/bytes.ts';
import type { BytePath } from '../../lib/bytes.ts';
import type { CatalogFile, Cataloger } from '../types.ts';
import { archiveLimits } from './archive-budget.ts';
import { readArchives } from './archive.ts';
import { isEmbeddedPom } from './embedded-poms.ts';
import { archiveSuffixes } from './file-name.ts';
import { assembleJava, type JavaFact } from './java-packages.ts';
import { readPom } from './pom.ts';
import { readPomProperties } from './properties.ts';

export const java: Cataloger<JavaFact> = {
  id: 'java',
  version: 2,
  evidence: 'installed',
  reads: [
    ...archiveSuffixes.map((suffix) => ({ suffix })),
    { name: 'pom.properties', match: isEmbeddedPom },
    { name: 'pom.xml', match: isEmbeddedPom },
  ],
  limit: 4 * 2 ** 30,
  parse,
  assemble: assembleJava,
};

/** The shortest ZIP file: an end record alone. */
const SHORTEST = 22;

function parse({ path, content }: CatalogFile): JavaFact | undefined {
  if (content.size < SHORTEST) return undefined;
  if (isEmbeddedPom(path)) return content.size > archiveLimits.pom ? undefined : loosePom(path, content.all());
  // `.rar` is a resource adapter or an archive of another kind.
  if (path.endsWith('.rar') && content.read(0, 2).toString('latin1') !== 'PK') return undefined;
  return { archives: readArchives(content) };
}

function loosePom(path: BytePath, bytes: Buffer): JavaFact | undefined {
  if (baseOf(path) === 'pom.xml') {
    const pom = readPom(bytes);
    return pom && { archives: [], pom };
  }
  const coordinates = readPomProperties(bytes);
  return coordinates && { archives: [], coordinates };
}
