// Dart packages by pub's lock file (dart.dev, "The lockfile").
import { type Entry, entryCataloger, entryOf, present } from '../entries.ts';
import { fileText } from '../members.ts';
import { yamlLines } from '../yaml-lines.ts';

/** `pubspec.lock`; it has no edges. */
export const pub = entryCataloger({
  id: 'pub-lock',
  version: 1,
  evidence: 'declared',
  reads: [{ name: 'pubspec.lock' }],
  limit: 16 << 20,
  entries: (file) => readPubspecLock(fileText(file)),
});

function readPubspecLock(text: string): readonly Entry[] {
  const packages: { readonly name: string; readonly said: Map<string, string> }[] = [];
  let inside = false;
  for (const { indent, key, value } of yamlLines(text)) {
    if (indent === 0) inside = key === 'packages';
    else if (inside && indent === 2 && key !== undefined) packages.push({ name: key, said: new Map() });
    else if (inside && key !== undefined) packages.at(-1)?.said.set(key, value);
  }
  return present(
    packages.map(({ name, said }) => {
      const sum = said.get('sha256') ?? '';
      // Of the SDK comes what has no package of its own version: `flutter`.
      if (said.get('source') === 'sdk') return undefined;
      return entryOf(
        { type: 'pub', name, version: said.get('version'), qualifiers: { vcs_url: vcsOf(said) } },
        { hashes: /^[0-9a-f]{64}$/.test(sum) ? [{ algorithm: 'SHA-256', value: sum }] : undefined },
      );
    }),
  );
}

function vcsOf(said: ReadonlyMap<string, string>): string | undefined {
  const [url, commit] = [said.get('url'), said.get('resolved-ref')];
  return said.get('source') === 'git' && url !== undefined && commit !== undefined ? `git+${url}@${commit}` : undefined;
}
