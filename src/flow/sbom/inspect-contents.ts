// What an image is, wherever it lies, and how much is in it.
import { countsOf } from '../../bom/counts.ts';
import { Fault } from '../../lib/faults.ts';
import { mediaTypes } from '../../oci/types.ts';
import { openSources } from '../../source/open.ts';
import { parseSource } from '../../source/reference.ts';
import type { Source, SourceImage } from '../../source/types.ts';
import {
  type InspectedContents,
  type InspectedPlatform,
  type Inspection,
  inspect,
  inspectedConfig,
} from './inspect.ts';
import { catalogSource, type SbomOptions } from './sbom.ts';

/** Only {@link SbomOptions.cache} and the like matter: nothing is listed. */
export type InspectOptions = Omit<SbomOptions, 'files' | 'texts' | 'declared' | 'base'> & {
  /** Whether layers are read to count what is in them. */
  readonly contents: boolean;
};

/**
 * An image of a registry or a layout with all that hangs on it; of an engine or an archive with what these keep.
 * A platform whose layers cannot be read says why instead of what is in it.
 * @throws faults of sources and of `inspect`; Fault `inspect/no-image` for folders and SBOMs
 */
export async function inspectImage(reference: string, given: InspectOptions): Promise<Inspection> {
  // Archives are let go of here, not when the garbage collector finds them.
  await using scope = new AsyncDisposableStack();
  const options = { ...given, scope };
  const { kind } = parseSource(reference);
  const listed = kind === 'registry' || kind === 'layout';
  const first = listed ? await engineImage(reference, kind, options) : undefined;
  if (listed && first === undefined) return await inspectListed(reference, options);
  const sources = first === undefined ? await openSources(reference, { ...options, platform: 'all' }) : [first];
  return await inspectKept(reference, sources, options);
}

/** A bare name may be an image of an engine on this machine. */
async function engineImage(reference: string, kind: string, options: InspectOptions): Promise<SourceImage | undefined> {
  if (kind !== 'registry') return undefined;
  const [source] = await openSources(reference, options).catch((error: unknown) => {
    if (error instanceof Fault) return [];
    throw error;
  });
  return source?.kind === 'image' && !source.remote ? source : undefined;
}

async function inspectListed(reference: string, options: InspectOptions): Promise<Inspection> {
  const inspection = await inspect(reference, options);
  if (!options.contents) return inspection;
  const here = inspection.platforms.some(({ present, config }) => present && config !== undefined);
  const sources = here ? await openSources(reference, { ...options, platform: 'all' }) : [];
  const images = new Map(
    sources.flatMap((source) => (source.kind === 'image' ? [[source.digest, source] as const] : [])),
  );
  const platforms: InspectedPlatform[] = [];
  for (const platform of inspection.platforms) {
    const image = images.get(platform.digest);
    platforms.push(image === undefined ? platform : { ...platform, contents: await contentsOf(image, options) });
  }
  return { ...inspection, platforms };
}

async function inspectKept(
  reference: string,
  sources: readonly Source[],
  options: InspectOptions,
): Promise<Inspection> {
  const platforms: InspectedPlatform[] = [];
  let name = reference;
  for (const source of sources) {
    if (source.kind !== 'image') {
      const what = source.kind === 'tree' ? 'a folder' : 'an SBOM';
      throw new Fault('inspect/no-image', `${source.name} is ${what}, no image.`, `Use \`temper sbom ${reference}\`.`);
    }
    name = source.name;
    platforms.push(await keptPlatform(source, options));
  }
  const [first] = platforms;
  if (first === undefined) throw new Fault('inspect/no-image', `${reference} holds no image.`, 'Check the name.');
  const { digest, mediaType } = first;
  return { reference: name, repository: name, digest, mediaType, index: undefined, platforms };
}

// Docker's archives keep no manifest: the image is known by its config, as Docker knows it.
async function keptPlatform(image: SourceImage, options: InspectOptions): Promise<InspectedPlatform> {
  const layers = image.layers.map(({ digest, diffId, mediaType, size }) => ({
    digest: digest ?? diffId,
    mediaType: mediaType ?? mediaTypes.layer.replace('+gzip', ''),
    size: size ?? 0,
  }));
  return {
    platform: image.platform,
    digest: image.digest ?? image.configDigest,
    mediaType: image.digest === undefined ? mediaTypes.dockerConfig : mediaTypes.manifest,
    present: true,
    config: inspectedConfig(image.configDigest, image.config),
    layers,
    size: layers.reduce((sum, { size }) => sum + size, 0),
    annotations: image.annotations,
    referrers: [],
    ...(options.contents ? { contents: await contentsOf(image, options) } : {}),
  };
}

async function contentsOf(image: SourceImage, options: InspectOptions): Promise<InspectedContents> {
  try {
    const bom = await catalogSource(image, { ...options, files: false, texts: false, declared: false });
    return {
      distribution: bom.subject.distribution?.prettyName,
      ...countsOf(bom),
      notRead: bom.notRead?.length ?? 0,
    };
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'interrupted') throw error;
    return { unknown: error.message };
  }
}
