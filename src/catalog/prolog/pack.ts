// SWI-Prolog packs by their pack.pl (SWI-Prolog manual, "Prolog packs").
import { type Entry, entryCataloger, entryOf } from '../entries.ts';
import { fileText } from '../members.ts';

/** `pack.pl`, a list of facts. */
export const swiplPack = entryCataloger({
  id: 'swiplpack',
  version: 1,
  evidence: 'installed',
  reads: [{ name: 'pack.pl' }],
  limit: 1 << 20,
  entries: (file) => {
    const entry = readPack(fileText(file));
    return entry === undefined ? undefined : [entry];
  },
  scope: () => '',
});

function readPack(text: string): Entry | undefined {
  const [name, version] = [fact(text, 'name'), fact(text, 'version')];
  if (name === undefined || version === undefined) return undefined;
  const needs = [...text.matchAll(/^requires\(\s{0,20}'?([\w]{1,200})'?\s{0,20}\)\s{0,20}\./gm)];
  return entryOf(
    { type: 'swiplpack', name, version },
    {
      needs: needs.map(([, need = '']) => [need]),
      description: fact(text, 'title'),
      homepage: fact(text, 'home'),
      maintainer: fact(text, 'author'),
    },
  );
}

function fact(text: string, name: string): string | undefined {
  const match = new RegExp(
    `^${name}\\(\\s{0,20}(?:'([^'\\n]{1,300})'|"([^"\\n]{1,300})"|(\\w[\\w.]{0,200}))`,
    'm',
  ).exec(text);
  return match?.[1] ?? match?.[2] ?? match?.[3];
}
