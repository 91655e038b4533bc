// Hex packages by the lock files of Mix (Elixir) and rebar3 (Erlang): terms with one package on a line.
import type { PackageHash } from '../../bom/types.ts';
import { type Entry, entryCataloger, entryOf, type Need, present } from '../entries.ts';
import { fileText } from '../members.ts';

/** `mix.lock`, with edges. */
export const mix = entryCataloger({
  id: 'mix-lock',
  version: 1,
  evidence: 'declared',
  reads: [{ name: 'mix.lock' }],
  limit: 16 << 20,
  entries: (file) => present(lines(fileText(file)).map(mixEntry)),
});

/** `rebar.lock`; it has no edges. */
export const rebar = entryCataloger({
  id: 'rebar-lock',
  version: 1,
  evidence: 'declared',
  reads: [{ name: 'rebar.lock' }],
  limit: 16 << 20,
  entries: (file) => readRebar(fileText(file)),
});

/** Longest line that is read, in characters. */
const LONGEST = 100_000;

function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.length <= LONGEST);
}

// "castore": {:hex, :castore, "0.1.17", "INNER", [:mix], [{:jason, "~> 1.0", [hex: :jason, …]}], "hexpm", "OUTER"},
function mixEntry(line: string): Entry | undefined {
  const git = /^(?:%\{)?\s*"([^"]{1,200})":\s*\{:git,\s*"([^"]{1,500})",\s*"([0-9a-f]{7,64})"/.exec(line);
  if (git !== null) return gitEntry(git[1] ?? '', git[2] ?? '', git[3] ?? '');
  const hex = /^(?:%\{)?\s*"([^"]{1,200})":\s*\{:hex,\s*:"?([\w@.]{1,200})"?,\s*"([^"]{1,100})"/.exec(line);
  if (hex === null) return undefined;
  const [whole, key = '', name = '', version] = hex;
  const outer = /"([0-9a-f]{64})"\s*\},?\s*$/.exec(line)?.[1];
  const needs = [...line.slice(whole.length).matchAll(/\{:"?([\w@.]{1,200})"?,\s*"([^"]{0,200})"([^{}]{0,1000})/g)];
  return entryOf(
    { type: 'hex', name, version },
    {
      keys: [key],
      needs: needs.map(([, need = '', said = '', options = '']) => needOf(need, said, options)),
      hashes: sha256(outer),
    },
  );
}

// What is optional and not locked is not missed.
function needOf(name: string, said: string, options: string): Need {
  return options.includes('optional: true') ? [name] : [name, `${name} (${said})`];
}

function gitEntry(name: string, url: string, commit: string): Entry | undefined {
  return entryOf(
    { type: 'generic', name, version: commit, qualifiers: { vcs_url: `git+${url}@${commit}` } },
    { keys: [name] },
  );
}

// {<<"certifi">>,{pkg,<<"certifi">>,<<"2.9.0">>},1}, and below {pkg_hash_ext,[{<<"certifi">>, <<"SHA256">>},
function readRebar(text: string): readonly Entry[] {
  const sums = new Map<string, string>();
  const found: { readonly name: string; readonly version: string }[] = [];
  const outer = text.indexOf('{pkg_hash_ext,');
  for (const [, key = '', value = ''] of text
    .slice(Math.max(outer, 0))
    .matchAll(/\{<<"([^"]{1,200})">>,\s{0,20}<<"([0-9A-F]{64})">>\}/g)) {
    if (outer >= 0) sums.set(key, value.toLowerCase());
  }
  for (const [, name = '', version = ''] of text.matchAll(
    /\{pkg,\s{0,20}<<"([^"]{1,200})">>,\s{0,20}<<"([^"]{1,100})">>/g,
  )) {
    found.push({ name, version });
  }
  const packages = found.map(({ name, version }) =>
    entryOf({ type: 'hex', name, version }, { hashes: sha256(sums.get(name)) }),
  );
  const git = [
    ...text.matchAll(
      /\{<<"([^"]{1,200})">>,\s{0,20}\{git,\s{0,20}"([^"]{1,500})",\s{0,20}\{ref,\s{0,20}"([0-9a-f]{7,64})"/g,
    ),
  ];
  return present([...packages, ...git.map(([, name = '', url = '', commit = '']) => gitEntry(name, url, commit))]);
}

function sha256(sum: string | undefined): readonly PackageHash[] | undefined {
  return sum === undefined ? undefined : [{ algorithm: 'SHA-256', value: sum }];
}
