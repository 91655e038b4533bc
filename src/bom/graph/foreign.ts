// Where other tools write the places of a package.
import type { GraphPackage, Place } from './types.ts';

/** Most places of one package that are read from another tool's properties. */
const MOST = 10_000;

/** From syft's properties of CycloneDX components, and from its sentence in SPDX's `sourceInfo`. */
export function foreignPlaces({ properties = [], sourceInfo }: GraphPackage): Place[] {
  const parts = new Map<string, { path?: string; layerID?: string }>();
  for (const { name, value } of properties) {
    const match = /^syft:location:(\d{1,5}):(path|layerID)$/.exec(name);
    if (match === null || parts.size > MOST) continue;
    const part = parts.get(match[1] ?? '') ?? {};
    part[match[2] as 'path' | 'layerID'] = value;
    parts.set(match[1] ?? '', part);
  }
  const fromProperties = [...parts.values()].flatMap(({ path, layerID }) =>
    path === undefined ? [] : [{ location: path, context: layerID === undefined ? undefined : `layer ${layerID}` }],
  );
  if (fromProperties.length > 0 || sourceInfo?.startsWith('acquired package info from ') !== true)
    return fromProperties;
  const colon = sourceInfo.indexOf(': /');
  if (colon < 0) return [];
  const paths = sourceInfo.slice(colon + 2).split(', /', MOST);
  return paths.map((path, i) => ({ location: i === 0 ? path : `/${path}` }));
}
