// Which distribution a package is of: documents of several images have packages of several.
import type { BomPackage, Distribution } from '../bom/types.ts';
import { purlPath, purlQualifier } from '../purl/peek.ts';

/** IDs of os-release under which some tools write a distribution otherwise. */
const IDS: ReadonlyMap<string, string> = new Map([
  ['redhat', 'rhel'],
  ['oracle', 'ol'],
  ['oraclelinux', 'ol'],
  ['amazon', 'amzn'],
  ['alma', 'almalinux'],
  ['rockylinux', 'rocky'],
  ['sle_hpc', 'sles'],
  ['suse linux enterprise server', 'sles'],
  ['suse', 'sles'],
  ['cbl-mariner', 'mariner'],
  ['opensuse.leap', 'opensuse-leap'],
  ['opensuse.tumbleweed', 'opensuse-tumbleweed'],
]);

/** Most different values of `distro` that are remembered. */
const MOST = 1000;

export class Releases {
  readonly #image: Distribution | undefined;
  readonly #known = new Map<string, Distribution | undefined>();

  constructor(image: Distribution | undefined) {
    this.#image = image === undefined ? undefined : { ...image, id: normalId(image.id) };
  }

  /** What the package URL's `distro` says (`debian-13`, Trivy's `3.20.3` after the namespace `alpine`), else the image's. */
  of({ purl }: BomPackage): Distribution | undefined {
    const distro = purlQualifier(purl, 'distro');
    if (distro === undefined || distro === '') return this.#image;
    if (this.#known.has(distro)) return this.#known.get(distro);
    const found = this.#release(distro, purlPath(purl).namespace);
    if (this.#known.size < MOST) this.#known.set(distro, found);
    return found;
  }

  #release(distro: string, namespace: string): Distribution | undefined {
    const image = this.#image;
    // IDs may hold hyphens, versions begin with a digit, or are a code name.
    const [, named, version] = /^(?:(.+?)-)?([0-9][^-]*(?:-.*)?)$/.exec(distro) ?? [undefined, distro, ''];
    const id = normalId(named ?? namespace);
    if (image !== undefined && (distro === '' || (id === image.id && (version ?? '') === image.versionId)))
      return image;
    if (id === '') return image;
    // `debian-trixie`: a code name in the version's place.
    const [, before, codename] = version === '' ? (/^(debian|ubuntu)-([a-z]+)$/.exec(id) ?? []) : [];
    if (before !== undefined) return { id: before, versionId: '', prettyName: distro, codename };
    return { id, versionId: version ?? '', prettyName: distro };
  }
}

function normalId(id: string): string {
  const lower = id.toLowerCase();
  return IDS.get(lower) ?? lower;
}
