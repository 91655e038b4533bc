// Files of a graph that are an image's files as Temper knows them.
import { compareStrings } from '../../lib/bytes.ts';
import { type Digest, isDigest, isHex } from '../../lib/digest.ts';
import type { GraphFile, GraphRelation } from './types.ts';
import { readPath } from './properties.ts';
import type { BomFile, Owner } from '../types.ts';

/** Those of which digests, kind, mode and owner are said, sorted by path. */
export function filesOf(
  files: Iterable<GraphFile>,
  relations: readonly GraphRelation[],
  purls: ReadonlyMap<string, string>,
): BomFile[] {
  let owners: ReadonlyMap<string, string> | undefined;
  const list: BomFile[] = [];
  for (const file of files) {
    const hash = (algorithm: string) => file.hashes.find((h) => h.algorithm === algorithm)?.value.toLowerCase() ?? '';
    const [sha1, sha256] = [hash('SHA-1'), hash('SHA-256')];
    if (file.facts === undefined || !isHex(sha1, 20) || !isHex(sha256, 32)) continue;
    const layer: Digest | '' = isDigest(file.layer ?? '') ? (file.layer as Digest) : '';
    const { target } = file.facts;
    owners ??= ownersOf(relations, purls);
    list.push({
      ...file.facts,
      target: target === undefined ? undefined : readPath(target, true),
      path: readPath(file.name),
      sha1,
      sha256,
      layer,
      owner: ownerOf(owners.get(file.id), file.step),
    });
  }
  return list.sort((a, b) => compareStrings(a.path, b.path));
}

/** The purls of packages by the ids of the files that they contain. */
function ownersOf(
  relations: readonly GraphRelation[],
  purls: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const { from, type, to } of relations) {
    const [container, content] = type === 'CONTAINED_BY' ? [to, from] : [from, to];
    const purl = purls.get(container);
    if (purl !== undefined && (type === 'CONTAINS' || type === 'CONTAINED_BY')) owners.set(content, purl);
  }
  return owners;
}

function ownerOf(purl: string | undefined, step: string | undefined): Owner | undefined {
  if (step !== undefined) return { step };
  return purl === undefined ? undefined : { package: purl };
}
