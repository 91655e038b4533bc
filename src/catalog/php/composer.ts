// PHP packages: what Composer installed, and what its lock file asks for (Composer's schema, composer-schema.json).
import type { PackageHash } from '../../bom/types.ts';
import { type Entry, type Need, entryCataloger, entryOf, present } from '../entries.ts';
import { itemsOf, jsonOf, member, membersOf, textMember, textsOf } from '../members.ts';

/** `vendor/composer/installed.json` of Composer 1 (an array) and 2 (an object). */
export const composer = entryCataloger({
  id: 'composer',
  version: 1,
  evidence: 'installed',
  reads: [{ name: 'installed.json', match: (path) => /(?:^|\/)composer\/installed\.json$/.test(path) }],
  limit: 64 << 20,
  entries: (file) => {
    const document = jsonOf(file);
    const packages = Array.isArray(document) ? document : member(document, 'packages');
    const development = new Set(textsOf(member(document, 'dev-package-names')));
    return Array.isArray(packages) ? entriesOf(packages, (name) => development.has(name)) : undefined;
  },
});

/** `composer.lock` */
export const composerLock = entryCataloger({
  id: 'composer-lock',
  version: 1,
  evidence: 'declared',
  reads: [{ name: 'composer.lock' }],
  limit: 64 << 20,
  entries: (file) => {
    const document = jsonOf(file);
    const packages = itemsOf(member(document, 'packages'));
    const development = itemsOf(member(document, 'packages-dev'));
    return [...entriesOf(packages, () => false), ...entriesOf(development, () => true)];
  },
});

function entriesOf(packages: readonly unknown[], isDevelopment: (name: string) => boolean): readonly Entry[] {
  return present(packages.map((one) => composerEntry(one, isDevelopment)));
}

function composerEntry(one: unknown, isDevelopment: (name: string) => boolean): Entry | undefined {
  const full = textMember(one, 'name') ?? '';
  const slash = full.indexOf('/');
  const stated = { type: 'composer', namespace: full.slice(0, Math.max(slash, 0)), name: full.slice(slash + 1) };
  const others = ['replace', 'provide'].flatMap((kind) =>
    membersOf(member(one, kind)).map(([name]) => name.toLowerCase()),
  );
  return entryOf(
    { ...stated, version: textMember(one, 'version') },
    {
      name: full,
      keys: [full.toLowerCase()],
      provides: others,
      needs: membersOf(member(one, 'require')).flatMap(([name, constraint]) => needsOf(name, constraint)),
      licences: textsOf(member(one, 'license')),
      licenceChoice: true,
      homepage: textMember(one, 'homepage'),
      description: textMember(one, 'description'),
      hashes: hashesOf(textMember(member(one, 'dist'), 'shasum')),
      properties: isDevelopment(full) ? [{ name: 'composer:development', value: 'true' }] : undefined,
    },
  );
}

// `php`, `ext-json`, `lib-curl`, `composer-plugin-api` are no packages: those have a vendor.
function needsOf(name: string, constraint: unknown): readonly Need[] {
  if (!name.includes('/')) return [];
  return [[name.toLowerCase(), `${name} (${typeof constraint === 'string' ? constraint : '*'})`]];
}

function hashesOf(sum: string | undefined): readonly PackageHash[] | undefined {
  return sum !== undefined && /^[0-9a-f]{40}$/.test(sum) ? [{ algorithm: 'SHA-1', value: sum }] : undefined;
}
