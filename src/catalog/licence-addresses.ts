// Addresses of licences' texts, which some ecosystems give in place of names.
import { nameMeans } from './licence-names.ts';

const known: readonly (readonly [RegExp, string])[] = [
  [/^(?:www\.)?apache\.org\/licenses\/license-(\d\.\d)$/, 'Apache-$1'],
  [/^(?:www\.)?gnu\.org\/(?:copyleft|licenses(?:\/old-licenses)?)\/([al]?gpl|fdl)-(\d\.\d)$/, '$1-$2'],
  [/^(?:www\.)?mozilla\.org\/(?:en-us\/)?mpl\/(\d\.\d)$/, 'MPL-$1'],
  [/^(?:www\.)?eclipse\.org\/(?:legal|org\/documents)\/(epl|edl)-(?:v?)(\d)\.?(\d)(?:\/epl-v\d\d)?$/, '$1 $2.$3'],
  [/^(?:www\.)?creativecommons\.org\/publicdomain\/zero\/1\.0(?:\/legalcode)?$/, 'CC0-1.0'],
  [/^(?:www\.)?creativecommons\.org\/licenses\/(by(?:-[a-z]{2}){0,3})\/(\d\.\d)(?:\/legalcode)?$/, 'CC-$1-$2'],
  [/^(?:www\.)?boost\.org\/license_1_0$/, 'BSL-1.0'],
  [/^(?:www\.)?unlicense\.org$/, 'Unlicense'],
];

/** The SPDX identifier of the licence whose text an address gives; `undefined` for other addresses and other texts. */
export function addressMeans(text: string, source: string): string | undefined {
  const [, rest] = /^https?:\/\/(\S{1,300})$/i.exec(text) ?? [];
  if (rest === undefined) return undefined;
  const address = rest
    .toLowerCase()
    .replace(/\/$/, '')
    .replace(/\.(?:txt|html?|php|md|json)$/, '');
  for (const [pattern, name] of known) {
    if (pattern.test(address)) return nameMeans(address.replace(pattern, name), source);
  }
  const [, named] = /\/licenses?\/([a-z0-9.+-]+?)(?:-license)?$/.exec(address) ?? [];
  return named === undefined ? undefined : nameMeans(named, source);
}
