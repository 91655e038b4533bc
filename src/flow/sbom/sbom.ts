// What is in an image, a folder or another SBOM, as a Bom.
import type { Bom } from '../../bom/types.ts';
import { environment } from '../../io/environment.ts';
import { expectLongRun, useLittleMemory } from '../../io/memory.ts';
import { Fault } from '../../lib/faults.ts';
import type { SourceOptions } from '../../source/context.ts';
import { openSources } from '../../source/open.ts';
import type { Source, SourceImage } from '../../source/types.ts';
import { registrySettings } from '../registry-settings.ts';

export interface SbomOptions extends SourceOptions {
  /** The user's cache folder; `undefined`: nothing is remembered. */
  readonly cache: string | undefined;
  /** Whether every file is listed with its digests. */
  readonly files: boolean;
  /** Whether the texts of licences that SPDX does not know are given. */
  readonly texts: boolean;
  /** Whether lock files and manifests count in images, too; in source trees they always do. */
  readonly declared: boolean;
  /** The image that this one was made from. */
  readonly base?: string | undefined;
  readonly progress?: (line: string) => void;
}

/**
 * The Bom of each platform that is asked for; one for a folder or document.
 * @throws faults of sources; `sbom/no-image`, `image/altered`, `tar/…`, `compression/…`
 */
export async function sbom(reference: string, options: SbomOptions): Promise<Bom[]> {
  const results: Bom[] = [];
  const registries = await registrySettings(environment());
  // Archives are let go of here, not when the garbage collector finds them.
  await using scope = new AsyncDisposableStack();
  for (const source of await openSources(reference, { readBom: readLater, registries, scope, ...options }))
    results.push(await catalogSource(source, options));
  return results;
}

// Only who names an SBOM loads what reads them.
async function readLater(bytes: Buffer, name: string): Promise<Bom> {
  const { readBom } = await import('../../bom/read.ts');
  return readBom(bytes, name);
}

/** What is in one source. */
export async function catalogSource(source: Source, options: SbomOptions): Promise<Bom> {
  if (source.kind === 'image') return await ofImage(source, options);
  refuseImageOptions(source, options);
  if (source.kind === 'bom') return source.bom;
  expectLongRun();
  const { folderBom } = await import('./folder-bom.ts');
  return await folderBom(source, { ...options, created: created(undefined) });
}

function refuseImageOptions(source: Exclude<Source, SourceImage>, { base, platform }: SbomOptions): void {
  const what = source.kind === 'bom' ? 'an SBOM' : 'a folder';
  if (base !== undefined)
    throw new Fault('sbom/no-image', `A base was given, but what was named is ${what}.`, 'Leave --base out.');
  const of = source.kind === 'bom' ? source.bom.subject.platform : undefined;
  if (platform !== undefined && platform !== 'all' && of !== platform)
    throw new Fault(
      'sbom/no-image',
      `The platform ${platform} was asked for, but what was named is ${what}${of === undefined ? ', which has none' : ` of ${of}`}.`,
      'Leave --platform out.',
    );
}

async function ofImage(image: SourceImage, options: SbomOptions): Promise<Bom> {
  useLittleMemory();
  expectLongRun();
  const [{ analyseImage }, { recognisedBase }] = await Promise.all([
    import('./analysis.ts'),
    import('./base-image.ts'),
  ]);
  const baseLayers = await recognisedBase(image, options.base, options);
  const content = await analyseImage(image, {
    cache: options.cache,
    declared: options.declared,
    digests: options.files,
    texts: options.texts,
    baseLayers,
    progress: options.progress,
    signal: options.signal,
  });
  const diffIds = image.layers.map((layer) => layer.diffId);
  const subject = {
    name: image.name,
    version: image.digest ?? image.configDigest,
    platform: image.platform,
    configDigest: image.configDigest,
    manifestDigest: image.digest,
    diffIds,
    created: created(image.config.created),
  };
  const { packages, files, notRead, distribution } = content;
  return { subject: { ...subject, distribution }, packages, files, ...(notRead.length === 0 ? {} : { notRead }) };
}

/** Seconds since 1970: SOURCE_DATE_EPOCH, else the image's own date, else 0. */
function created(stated: string | undefined): number {
  const epoch = environment()['SOURCE_DATE_EPOCH'];
  if (epoch !== undefined && /^\d{1,11}$/.test(epoch)) return Number(epoch);
  const time = stated === undefined ? Number.NaN : Date.parse(stated);
  return Number.isNaN(time) || time < 0 ? 0 : Math.floor(time / 1000);
}
