import type { PackageHash } from '../../bom/types.ts';
import { packageUrl, parsePackageUrl } from '../../purl/purl.ts';
import { type Entry, purlFrom } from '../entries.ts';

/** A package as a document tells of it. */
export interface Documented {
  readonly purl: string;
  readonly name: string | undefined;
  readonly version: string | undefined;
  /** The document's own identifier of it. */
  readonly key: string;
  readonly needs: readonly string[];
  readonly licences: readonly string[];
  readonly description: string | undefined;
  readonly maintainer: string | undefined;
  readonly homepage: string | undefined;
  readonly hashes: readonly PackageHash[];
}

/** The entry of it, its package URL in the canonical form; none where that is none. */
export function documented({
  purl,
  name,
  version,
  key,
  needs,
  licences,
  hashes,
  ...more
}: Documented): readonly Entry[] {
  const canonical = purlFrom(() => packageUrl(parsePackageUrl(purl)));
  if (canonical === undefined) return [];
  const parts = parsePackageUrl(canonical);
  return [
    {
      ...more,
      purl: canonical,
      name: name === undefined || name === '' ? parts.name : name,
      version: version ?? parts.version ?? '',
      keys: [key],
      needs: needs.map((need) => [need]),
      licences: licences.filter((text) => text !== 'NOASSERTION' && text !== 'NONE'),
      hashes: hashes.length === 0 ? undefined : hashes,
    },
  ];
}

const ALGORITHMS: ReadonlyMap<string, PackageHash['algorithm']> = new Map([
  ['MD5', 'MD5'],
  ['SHA1', 'SHA-1'],
  ['SHA256', 'SHA-256'],
  ['SHA384', 'SHA-384'],
  ['SHA512', 'SHA-512'],
]);

/** A digest in either format's spelling of the algorithm: `SHA-256`, `SHA256`, `sha256`. */
export function hashOf(algorithm: string | undefined, value: string | undefined): readonly PackageHash[] {
  const known = ALGORITHMS.get((algorithm ?? '').toUpperCase().replace('-', ''));
  if (known === undefined || value === undefined || !/^[0-9A-Fa-f]{32,128}$/.test(value)) return [];
  return [{ algorithm: known, value: value.toLowerCase() }];
}

/** Edges by where they start. */
export class Edges {
  readonly #needs = new Map<string, string[]>();

  add(from: string | undefined, to: string | undefined): void {
    if (from === undefined || to === undefined) return;
    const list = this.#needs.get(from);
    if (list === undefined) this.#needs.set(from, [to]);
    else list.push(to);
  }

  from(id: string): readonly string[] {
    return this.#needs.get(id) ?? [];
  }
}
