// A platform's image from its resolved packages: layers, config and the account of every file.
import type { Bom, BomFile, BomPackage, Distribution } from '../bom/types.ts';
import { type OpenedDeb, readDeb } from '../deb/deb-file.ts';
import { readCopyright } from '../deb/copyright.ts';
import { type BytePath, baseOf, compareStrings, pathText } from '../lib/bytes.ts';
import type { CompressionChoice } from '../lib/compress.ts';
import { type Digest, digestOf } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { configurationItems, Deletions, isRetained } from './configuration.ts';
import type { Definition } from './definition.ts';
import type { ReviewedScript } from './effects.ts';
import { type GroupedPackage, layerGroups } from './groups.ts';
import { imageConfig } from './image-config.ts';
import type { Item } from './item.ts';
import { LayerWriter, type WrittenLayer } from './layer.ts';
import { LinkageCheck, type LinkageEvidence } from './linkage.ts';
import { unpack } from './unpack.ts';
import { FileView } from './view.ts';

/** A package of the lock, with its identity. */
export interface BuildPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly purl: string;
  readonly source: { readonly name: string; readonly version: string };
  readonly filename: string;
  readonly digest: Digest;
  readonly size: number;
  readonly maintainer: string | undefined;
  readonly description: string | undefined;
  readonly homepage: string | undefined;
  /** Names within the image. */
  readonly dependencies: readonly string[];
  readonly excludedDependencies: readonly string[];
}

/** Where a layer's compressed bytes go. */
export interface LayerSink {
  write(chunk: Uint8Array): Promise<void>;
  /** Called once the whole layer was written. */
  keep(digest: Digest, size: number): Promise<void>;
}

/** A folder of the definition's `contents.files`, its items in place. */
export interface LocalFiles {
  readonly name: string;
  /** Files are read when their turn comes. */
  readonly items: () => AsyncIterable<Item>;
  /** The package that the definition says these files are. */
  readonly package: { readonly purl: string; readonly licence: string | undefined } | undefined;
}

export interface AssembleInput {
  readonly definition: Definition;
  readonly version: string;
  readonly platform: string;
  /** SOURCE_DATE_EPOCH, seconds. */
  readonly epoch: number;
  readonly packages: readonly BuildPackage[];
  readonly reviews: ReadonlyMap<string, readonly ReviewedScript[]>;
  readonly certificates: readonly { readonly name: string; readonly pem: Buffer }[];
  readonly files: readonly LocalFiles[];
  readonly distribution: Distribution;
  readonly compression: CompressionChoice;
  /** A package's archives, from a .deb of its digest; `release` gives their memory back. Asked for in {@link openingOrder}. */
  readonly open: (p: BuildPackage) => Promise<OpenedDeb & { release(): void }>;
  readonly openLayer: () => Promise<LayerSink>;
  readonly progress?: (step: string) => void;
}

export interface AssembledImage {
  readonly platform: string;
  readonly layers: readonly WrittenLayer[];
  readonly config: Buffer;
  readonly bom: Bom;
  readonly linkage: LinkageEvidence;
  readonly scripts: readonly ReviewedScript[];
}

interface Unpacked {
  readonly items: readonly Item[];
  /** To be called when the items' content was written. */
  release(): void;
}

/** How many packages are decoded ahead of the one that is written. */
const AHEAD = 1;

/** Packages in the order in which {@link assemble} opens them. */
export function openingOrder<P extends GroupedPackage>(packages: readonly P[], definition: Definition): P[] {
  return layerGroups(packages, requestedNames(definition)).flatMap((group) => group.packages);
}

function requestedNames({ contents }: Definition): Set<string> {
  return new Set(contents.packages.map((p) => p.split('=')[0] ?? ''));
}

/** @throws Fault `build/…`, `deb/…`, `tar/…` */
export async function assemble(input: AssembleInput): Promise<AssembledImage> {
  return await new Assembly(input).run();
}

class Assembly {
  readonly #input: AssembleInput;
  readonly #view: FileView;
  readonly #linkage: LinkageCheck;
  readonly #deletions: Deletions;
  readonly #retained = new Map<BytePath, Buffer>();
  readonly #layers: WrittenLayer[] = [];
  readonly #scripts: ReviewedScript[] = [];
  readonly #copyrights = new Map<string, Buffer>();

  constructor(input: AssembleInput) {
    this.#input = input;
    this.#view = new FileView(input.epoch);
    this.#linkage = new LinkageCheck(input.platform);
    this.#deletions = new Deletions(input.definition);
  }

  async run(): Promise<AssembledImage> {
    const { definition, platform, epoch } = this.#input;
    const groups = layerGroups(this.#input.packages, requestedNames(definition));
    const contributions = this.#ahead(groups.flatMap((group) => group.packages));
    for (const group of groups) {
      const placed = new Set<BytePath>();
      await this.#layer(group.name, async (write) => {
        for (const _ of group.packages) {
          const next = await contributions.next();
          if (next.done === true) return;
          for (const item of this.#view.place(next.value.items, placed)) await write(item);
          next.value.release();
        }
      });
    }
    for (const local of this.#input.files) {
      const placed = new Set<BytePath>();
      await this.#layer(local.name, async (write) => {
        for await (const item of local.items())
          for (const each of this.#view.override([item], placed)) await write(each);
      });
    }
    await this.#layer('configuration', async (write) => {
      const items = configurationItems({
        definition,
        view: this.#view,
        epoch,
        retained: this.#retained,
        certificates: this.#input.certificates,
      });
      for (const item of this.#view.override(items, new Set())) await write(item);
    });
    this.#deletions.finish();
    refuseShell(this.#view);
    const linkage = this.#linkage.finish(this.#view);
    const config = imageConfig(definition, platform, this.#layers, epoch);
    return {
      platform,
      layers: this.#layers,
      config,
      bom: this.#bom(config),
      linkage,
      scripts: this.#scripts.sort((a, b) => compareStrings(a.package + a.script, b.package + b.script)),
    };
  }

  async #layer(name: string, fill: (write: (item: Item) => Promise<void>) => Promise<void>): Promise<void> {
    this.#input.progress?.(name);
    const sink = await this.#input.openLayer();
    const writer = new LayerWriter(name, this.#input.compression, (chunk) => sink.write(chunk));
    await fill(async (item) => {
      this.#linkage.add(item);
      if (isRetained(item.entry.path) && item.entry.kind === 'file')
        this.#retained.set(item.entry.path, Buffer.from(item.content));
      await writer.add(item);
    });
    const layer = await writer.end();
    await sink.keep(layer.digest, layer.size);
    this.#layers.push(layer);
  }

  // Decoding runs on the thread pool while earlier packages are written; memory holds AHEAD + 1 packages.
  async *#ahead(packages: readonly BuildPackage[]): AsyncGenerator<Unpacked, undefined> {
    const pending: Promise<Unpacked>[] = [];
    for (let i = 0; i < packages.length || pending.length > 0; ) {
      while (pending.length <= AHEAD && i < packages.length) {
        const p = packages[i++];
        if (p === undefined) break;
        const job = this.#contribution(p);
        job.catch(() => undefined); // Thrown where it is awaited.
        pending.push(job);
      }
      const next = pending.shift();
      if (next !== undefined) yield await next;
    }
    return undefined;
  }

  async #contribution(p: BuildPackage): Promise<Unpacked> {
    const opened = await this.#input.open(p);
    const deb = readDeb(opened, p.name, () => opened.release());
    const contribution = unpack(deb, {
      name: p.name,
      purl: p.purl,
      epoch: this.#input.epoch,
      reviews: this.#input.reviews,
    });
    this.#scripts.push(...contribution.scripts);
    if (contribution.copyright !== undefined) this.#copyrights.set(p.name, Buffer.from(contribution.copyright));
    const items = contribution.items.filter((item) => !this.#deletions.covers(item.entry.path));
    return { items, release: () => deb.release() };
  }

  #bom(config: Buffer): Bom {
    const { definition, version, platform, epoch, distribution, packages, files } = this.#input;
    const merged = new Map<BytePath, BomFile>();
    for (const layer of this.#layers) for (const file of layer.files) merged.set(file.path, file);
    const byName = new Map(packages.map((p) => [p.name, p.purl]));
    const debs = packages.map(
      (p): BomPackage => ({
        purl: p.purl,
        kind: 'deb',
        name: p.name,
        version: p.version,
        architecture: p.architecture,
        source: p.source,
        maintainer: p.maintainer,
        description: p.description,
        homepage: p.homepage,
        archive: { name: baseOf(p.filename), digest: p.digest, size: p.size },
        licence: this.#licence(p),
        dependencies: p.dependencies
          .map((name) => byName.get(name))
          .filter((purl) => purl !== undefined)
          .sort(compareStrings),
        excludedDependencies: [...p.excludedDependencies].sort(compareStrings),
      }),
    );
    const locals = files.flatMap((local) =>
      local.package === undefined ? [] : [localPackage(local.package.purl, local.package.licence)],
    );
    return {
      subject: {
        name: definition.name,
        version,
        platform,
        configDigest: digestOf(config),
        diffIds: this.#layers.map((layer) => layer.diffId),
        created: epoch,
        distribution,
      },
      packages: [...debs, ...locals].sort((a, b) => compareStrings(a.purl, b.purl)),
      files: [...merged.values()].sort((a, b) => compareStrings(a.path, b.path)),
    };
  }

  // Many packages of one source link their licence file to a sibling's.
  #licence(p: BuildPackage): BomPackage['licence'] {
    const own = this.#copyrights.get(p.name);
    if (own !== undefined) return readCopyright(own, p.source.name);
    const link =
      this.#view.get(`usr/share/doc/${p.name}`)?.entry ?? this.#view.get(`usr/share/doc/${p.name}/copyright`)?.entry;
    const sibling = link?.target?.split('/').find((segment) => this.#copyrights.has(segment));
    const bytes = sibling === undefined ? undefined : this.#copyrights.get(sibling);
    return bytes === undefined ? undefined : readCopyright(bytes, p.source.name);
  }
}

function localPackage(purl: string, licence: string | undefined): BomPackage {
  const match = /^pkg:[^/]+\/(.+?)(?:@([^?#]*))?(?:[?#].*)?$/.exec(purl);
  const name = decodeURIComponent(match?.[1] ?? purl);
  const version = decodeURIComponent(match?.[2] ?? '');
  return {
    purl,
    kind: 'generic',
    name,
    version,
    architecture: 'all',
    source: { name, version },
    maintainer: undefined,
    description: undefined,
    homepage: undefined,
    archive: undefined,
    licence: licence === undefined ? undefined : { expression: licence, texts: {}, copyright: undefined },
    dependencies: [],
    excludedDependencies: [],
  };
}

const shells = [
  'sh',
  'bash',
  'dash',
  'ash',
  'zsh',
  'ksh',
  'mksh',
  'fish',
  'tcsh',
  'csh',
  'busybox',
  'dpkg',
  'apt',
  'apt-get',
  'rpm',
  'apk',
];

function refuseShell(view: FileView): void {
  for (const folder of ['usr/bin', 'usr/sbin', 'bin', 'sbin', 'usr/local/bin']) {
    for (const name of shells) {
      const path = `${folder}/${name}`;
      const placed = view.get(path);
      if (placed === undefined) continue;
      const by = 'package' in placed.owner ? placed.owner.package : `the step "${placed.owner.step}"`;
      throw new Fault(
        'build/shell',
        `A runtime image has no shell and no package manager, and ${by} brings /${pathText(path)}.`,
        'Exclude the package, or delete the file under paths.',
      );
    }
  }
}
