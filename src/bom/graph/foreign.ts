// Where other tools write the places of a package, what it was built from, and who owns it.
import type { BomPackage } from '../types.ts';
import type { GraphPackage, GraphRelation, Place } from './types.ts';

/** Most places of one package that are read from another tool's properties. */
const MOST = 10_000;

/** From syft's properties of CycloneDX components, and from its sentence in SPDX's `sourceInfo`. */
export function foreignPlaces({ properties = [], sourceInfo }: GraphPackage): Place[] {
  const parts = new Map<string, { path?: string; layerID?: string }>();
  for (const { name, value } of properties) {
    const match = name.startsWith('syft:l') ? /^syft:location:(\d{1,5}):(path|layerID)$/.exec(name) : null;
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

/**
 * What it was built from: Trivy's properties of CycloneDX components, and the sentence of Trivy and others in SPDX's
 * `sourceInfo`: `built package from: glibc 2.41-12`.
 */
export function foreignSource({ properties = [], sourceInfo }: GraphPackage): BomPackage['source'] {
  const of = (name: string) => properties.find((p) => p.name === `aquasecurity:trivy:Src${name}`)?.value ?? '';
  const name = of('Name');
  if (name !== '') {
    const [epoch, version, release] = [of('Epoch'), of('Version'), of('Release')];
    const before = epoch === '' || epoch === '0' ? '' : `${epoch}:`;
    return { name, version: version === '' ? '' : `${before}${version}${release === '' ? '' : `-${release}`}` };
  }
  const [, built, version] = /^built package from: (\S{1,300}) ([^\s;]{1,300})(?:;|$)/.exec(sourceInfo ?? '') ?? [];
  return built === undefined || version === undefined ? undefined : { name: built, version };
}

/** syft's way of saying in SPDX that one package brings another's files: `OTHER` with a comment that begins with these words. */
export function isForeignOwnership({ type, comment }: GraphRelation): boolean {
  return type === 'OTHER' && comment?.startsWith('ownership-by-file-overlap') === true;
}
