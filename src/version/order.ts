// The order of versions, by the name that OSV gives an ecosystem: "Debian:13", "npm", "Maven".
import { compareDebVersions } from './deb.ts';
import { compareGemVersions } from './gem.ts';

/** Negative, 0 or positive as the first is before, the same as or after the second; `undefined` where one of them is no version. */
export type VersionOrder = (a: string, b: string) => number | undefined;

const orders: ReadonlyMap<string, VersionOrder> = new Map<string, VersionOrder>([
  ['Debian', compareDebVersions],
  ['RubyGems', compareGemVersions],
]);

/** The order of an ecosystem's versions; what follows the name's first colon is a release and changes nothing. `undefined`: none is known. */
export function versionOrder(ecosystem: string): VersionOrder | undefined {
  const colon = ecosystem.indexOf(':');
  return orders.get(colon === -1 ? ecosystem : ecosystem.slice(0, colon));
}
