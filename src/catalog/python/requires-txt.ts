// requires.txt of an egg-info folder (setuptools): requirements, in sections by extra and marker.
import { type Requirement, readRequirement } from './requirement.ts';

/** Most lines that are read. */
const LINES = 50_000;

/** `[extra]`, `[:marker]` and `[extra:marker]` begin sections. */
export function readRequiresTxt(text: string): readonly Requirement[] {
  const requirements: Requirement[] = [];
  let section: string | undefined;
  for (const raw of text.split('\n', LINES)) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('[') && line.endsWith(']')) {
      section = markerOf(line.slice(1, -1));
      continue;
    }
    const requirement = readRequirement(line);
    if (requirement === undefined) continue;
    const marker = [requirement.marker, section].filter((part) => part !== undefined).map((part) => `(${part})`);
    requirements.push({ ...requirement, ...(marker.length === 0 ? {} : { marker: marker.join(' and ') }) });
  }
  return requirements;
}

function markerOf(section: string): string | undefined {
  const colon = section.indexOf(':');
  const extra = (colon < 0 ? section : section.slice(0, colon)).trim();
  const marker = colon < 0 ? '' : section.slice(colon + 1).trim();
  const asked = extra === '' ? '' : `extra == '${extra.replaceAll("'", '')}'`;
  if (asked !== '' && marker !== '') return `${asked} and (${marker})`;
  return asked === '' ? marker || undefined : asked;
}
