// What is scanned, and the names under which statements speak of it as a whole.
import type { Distribution } from '../bom/types.ts';
import { type Digest, isDigest } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { parseReference, type RegistryReference } from '../oci/reference.ts';
import type { PackageUrlParts } from '../purl/purl.ts';
import { cpeNames } from './distribution-names.ts';
import { purlParts } from './package-urls.ts';

export interface ImageNames {
  /** Of its manifest, of the index that names it, of its config. */
  readonly digests: readonly Digest[];
  /** As users name it: `registry.example/team/app:1`. What is no name in a registry says nothing. */
  readonly names: readonly string[];
}

export interface VexSubject extends ImageNames {
  /** `linux/amd64` */
  readonly platform?: string | undefined;
  readonly distribution?: Distribution | undefined;
  /** The image that it was made from: what is said of that one holds for packages that it brings. */
  readonly base?: ImageNames | undefined;
  /** The CycloneDX document that was scanned. */
  readonly links?: BomLinks | undefined;
}

/** What the BOM-Links into one document mean. */
export interface BomLinks {
  /** `urn:cdx:UUID/VERSION` */
  readonly document: string;
  /** Package URLs by bom-ref. */
  readonly packages: ReadonlyMap<string, string>;
  /** The bom-ref of what the document is about. */
  readonly root: string | undefined;
}

/** One image's identity, ready to be asked. */
export class KnownImage {
  readonly #digests: ReadonlySet<string>;
  readonly #names: readonly RegistryReference[];
  readonly #platform: string | undefined;

  constructor({ digests, names }: ImageNames, platform: string | undefined) {
    this.#names = names.flatMap((name) => registryName(name) ?? []);
    const pinned = this.#names.flatMap(({ digest }) => digest ?? []);
    this.#digests = new Set<string>([...digests, ...pinned]);
    this.#platform = platform;
  }

  hasDigest(digest: string): boolean {
    return this.#digests.has(digest) || this.#digests.has(`sha256:${digest}`);
  }

  /** By a digest, an image's package URL or a name in a registry. */
  isNamed(id: string): boolean {
    if (this.hasDigest(id)) return true;
    const purl = purlParts(id);
    if (purl !== undefined) return this.#isPurl(purl);
    const name = /[/:@]/.test(id) && !id.startsWith('urn:') ? registryName(id) : undefined;
    return name !== undefined && this.#isName(name);
  }

  #isName({ host, repository, tag, digest }: RegistryReference): boolean {
    if (digest !== undefined) return this.#digests.has(digest);
    return this.#names.some(
      (own) => own.host === host && own.repository === repository && (tag === undefined || own.tag === tag),
    );
  }

  /** purl-spec, types `oci` and `docker`: the version is a digest; the repository's address and the tag are qualifiers. */
  #isPurl({ type, namespace, name, version, qualifiers = {} }: PackageUrlParts): boolean {
    if (type !== 'oci' && type !== 'docker') return false;
    const { arch, tag, repository_url: address } = qualifiers;
    if (arch !== undefined && this.#platform !== undefined && arch !== this.#platform.split('/')[1]) return false;
    // The same bytes are the same image, wherever they lie.
    if (version !== undefined && isDigest(version)) return this.#digests.has(version);
    const tags = [tag, version].filter((one) => one !== undefined);
    return this.#names.some((own) => {
      const path = own.repository.split('/');
      const last = path.pop();
      if (last?.toLowerCase() !== name.toLowerCase() || !tags.every((one) => one === own.tag)) return false;
      if (type === 'docker' && namespace !== undefined && path.join('/') !== namespace) return false;
      if (address === undefined) return true;
      const stated = normalAddress(address);
      return stated === `${own.host}/${own.repository}` || stated === [own.host, ...path].join('/');
    });
  }
}

/** Docker Hub goes by several names. */
function normalAddress(address: string): string {
  const bare = address.replace(/^https?:\/\//, '');
  const [host = '', ...path] = (bare.endsWith('/') ? bare.slice(0, -1) : bare).split('/');
  const isHub = host === 'index.docker.io' || host === 'registry-1.docker.io' || host === 'registry.hub.docker.com';
  return [isHub ? 'docker.io' : host, ...path].join('/');
}

function registryName(text: string): RegistryReference | undefined {
  if (text.length > 1000) return undefined;
  try {
    const reference = parseReference(text);
    return reference.kind === 'registry' ? reference : undefined;
  } catch (fault) {
    if (fault instanceof Fault) return undefined;
    throw fault;
  }
}

/** Whether a CPE means the distribution: `cpe:/o:redhat:enterprise_linux:9` every 9.x. */
export function isDistribution(cpe: string, distribution: Distribution | undefined): boolean {
  if (distribution === undefined || cpe.length > 1000) return false;
  const prefix = cpe.startsWith('cpe:2.3:') ? 'cpe:2.3:' : 'cpe:/';
  const [part, vendor = '', product = '', version = ''] = cpe.slice(prefix.length).toLowerCase().split(':');
  if (part !== 'o' && part !== 'a') return false;
  if (cpeNames.get(distribution.id)?.has(`${vendor}:${product}`) !== true) return false;
  const stated = version.replaceAll('\\', '');
  if (stated === '' || stated === '*' || stated === '-') return true;
  return distribution.versionId === stated || distribution.versionId.startsWith(`${stated}.`);
}
