// Haskell packages by cabal's freeze file and Stack's files (cabal and Stack documentation).
import { baseOf } from '../../lib/bytes.ts';
import { type Entry, entryCataloger, entryOf, present } from '../entries.ts';
import { fileText } from '../members.ts';

/** `cabal.project.freeze`, `stack.yaml.lock` and the extra packages of `stack.yaml`; they have no edges. */
export const hackage = entryCataloger({
  id: 'hackage-lock',
  version: 1,
  evidence: 'declared',
  reads: ['cabal.project.freeze', 'stack.yaml.lock', 'stack.yaml'].map((name) => ({ name })),
  limit: 16 << 20,
  entries: (file) => {
    const text = fileText(file);
    return baseOf(file.path) === 'cabal.project.freeze' ? readFreeze(text) : readStack(text);
  },
});

// constraints: any.HUnit ==1.6.2.0, any.base ==4.18
function readFreeze(text: string): readonly Entry[] {
  const matches = text.matchAll(/(?:^|[\s,:])any\.([A-Za-z0-9-]{1,200})\s{0,20}==\s{0,20}([0-9.]{1,100})/g);
  return present([...matches].map(([, name = '', version]) => entryOf({ type: 'hackage', name, version })));
}

// `hackage: fuzzyset-0.2.4@sha256:…,1618` and `- HTTP-4000.3.16@sha256:…`, `- bloodhound-0.16`
function readStack(text: string): readonly Entry[] {
  const entries = text.split('\n').map((line) => {
    const [, name = '', version, sum] =
      /^\s{0,20}(?:- )?\s{0,20}(?:hackage: )?([A-Za-z0-9-]{1,200})-([0-9][0-9.]{0,100})(?:@sha256:([0-9a-f]{64})(?:,\d{1,12})?|@rev:\d{1,6})?\s{0,20}$/.exec(
        line,
      ) ?? [];
    return version === undefined
      ? undefined
      : entryOf(
          { type: 'hackage', name, version },
          sum === undefined ? {} : { properties: [{ name: 'hackage:cabalSha256', value: sum }] },
        );
  });
  // What a lock says it says twice: as asked for and as found.
  return [...new Map(present(entries).map((entry) => [entry.purl, entry])).values()];
}
