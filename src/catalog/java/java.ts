// Java archives, with those nested in them, and the POMs of applications that were unpacked into a folder.
import { baseOf } from '../../lib/bytes.ts';
import type { BytePath } from '../../lib/bytes.ts';
import type { CatalogFile, Cataloger, Unread } from '../types.ts';
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
  unread,
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

function unread({ archives }: JavaFact): Unread | undefined {
  const broken = archives.filter((archive) => archive.unread !== undefined);
  const innermost = broken.at(-1);
  if (innermost === undefined) return undefined;
  const code = innermost.unread?.split(' ', 1)[0] ?? '';
  const where =
    innermost.within.length === 0 ? 'An entry of it' : JSON.stringify(innermost.within.join('!').slice(0, 500));
  return {
    code,
    reason: `${where} could not be read (${innermost.unread ?? ''}); ${broken.length} of its archives are not read whole.`,
  };
}
