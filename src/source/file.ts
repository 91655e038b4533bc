// A file of one of many kinds: archives of images, compressed or not, and SBOMs.
import type { SbomFile } from '../bom/read-packages.ts';
import { RandomFile } from '../io/random-file.ts';
import { compressionOf, decompressStream } from '../lib/decompress.ts';
import type { Digest } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';
import { BLOCK, headerSum } from '../lib/tar.ts';
import type { Context } from './context.ts';
import type { Source, SourceBom, SourceImage } from './types.ts';

export interface NamedFile {
  /** What the images are called. */
  readonly name: string;
  /** What it must be; what it says itself unless given. */
  readonly kind?: 'oci-archive' | 'docker-archive' | 'sbom' | undefined;
  readonly tag?: string | undefined;
  readonly digest?: Digest | undefined;
}

/** Compressions around one another. */
const MOST_WRAPPINGS = 2;

/**
 * What a file holds: images of an archive, or an SBOM.
 * @throws Fault `source/unknown`, `source/kind`, `source/…`, `tar/…`, `compression/…`, `oci/…`, `file/…`
 */
export async function sourcesInFile(file: RandomFile, named: NamedFile, context: Context): Promise<readonly Source[]> {
  const plain = await unwrapped(file, context);
  const start = await plain.read(0, BLOCK);
  if (named.kind === 'sbom') return [await readSbom(plain, named.name, context)];
  if (isTarHeader(start)) return await imagesInTar(plain, named, context);
  if (named.kind === undefined && start.length > 0 && !start.includes(0)) {
    return [await readSbom(plain, named.name, context)];
  }
  throw unknown(named.name, start.length === 0 ? 'is empty' : 'is neither an archive of images nor an SBOM');
}

/** Images of a tar. @throws as {@link sourcesInFile} */
export async function imagesInTar(
  file: RandomFile,
  named: NamedFile,
  { choice }: Pick<Context, 'choice'>,
): Promise<readonly SourceImage[]> {
  // Only who names an archive loads what reads them.
  const [{ TarFiles }, { holdsLayout, OciArchive }, { dockerImages, holdsDockerImages }, { imagesOf }] =
    await Promise.all([
      import('./tar-files.ts'),
      import('./oci-archive.ts'),
      import('./docker-archive.ts'),
      import('./images.ts'),
    ]);
  const files = await TarFiles.read(file);
  const { name, tag, digest } = named;
  const [layout, docker] = [holdsLayout(files), holdsDockerImages(files)];
  if (layout && (named.kind !== 'docker-archive' || !docker)) {
    if (named.kind === 'docker-archive') throw otherKind(name, 'oci-archive:');
    const archive = new OciArchive(files, name);
    return await imagesOf(archive, await archive.roots(tag, digest), { ...choice, name, partial: true });
  }
  if (docker) {
    if (named.kind === 'oci-archive') throw otherKind(name, 'docker-archive:');
    return await dockerImages(files, { ...choice, name, tag, digest });
  }
  if (files.has('repositories')) {
    const sentence = `${name} was saved by a Docker before 1.10, without a manifest.json.`;
    throw new Fault('source/legacy', sentence, 'Load it with a current Docker and save it again.');
  }
  throw unknown(name, 'is a tar without an index.json or manifest.json');
}

/** The file, or what it holds when it is decompressed. @throws Fault `compression/…`, `source/unknown`, `file/…` */
export async function unwrapped(
  file: RandomFile,
  {
    scope,
    temporary,
    options,
  }: Pick<Context, 'scope' | 'temporary'> & { readonly options: Pick<Context['options'], 'signal'> },
): Promise<RandomFile> {
  let at = file;
  for (let depth = 0; depth <= MOST_WRAPPINGS; depth++) {
    const kind = compressionOf(await at.read(0, 6));
    if (kind === 'none') return at;
    const what = at.name;
    const content = decompressStream(at.stream(0, at.size), limits.layerContent, what);
    const to = { folder: temporary, name: what, limit: limits.layerContent, signal: options.signal };
    at = scope.adopt(await RandomFile.spool(content, to), async (one) => await one.close());
  }
  throw unknown(file.name, 'is compressed again and again');
}

async function readSbom(file: RandomFile, name: string, { options }: Context): Promise<SourceBom> {
  if (options.readBom === undefined) {
    throw new Fault('source/unsupported', `${name} is no image.`, 'Name an image for this command.');
  }
  if (file.size > limits.envelope) {
    const sentence = `${name} has ${file.size} bytes, more than the ${limits.envelope} that are read.`;
    throw new Fault('source/too-large', sentence, 'Check that it is an SBOM.');
  }
  const { readSbom: readFile, readBom } = options;
  const bom =
    readFile === undefined ? await readBom(await file.read(0, file.size), name) : await readFile(sbomFile(file), name);
  return { kind: 'bom', name, bom };
}

/** Bytes that are read at a time: they stay where the processor has them at hand. */
const PIECE = 1 << 18;

function sbomFile(file: RandomFile): SbomFile {
  return {
    size: file.size,
    start: async (length) => await file.read(0, length),
    chunks: () => file.stream(0, file.size, { reuse: true, piece: PIECE }),
    all: async () => await file.read(0, file.size),
  };
}

function isTarHeader(block: Buffer): boolean {
  if (block.length < BLOCK || block[0] === 0) return false;
  const sum = /^[ 0]*([0-7]{1,7})[ \0]/.exec(block.toString('latin1', 148, 156));
  return sum?.[1] !== undefined && Number.parseInt(sum[1], 8) === headerSum(block);
}

function otherKind(name: string, prefix: string): Fault {
  return new Fault('source/kind', `${name} is an archive of another kind.`, `Write ${prefix} before the file.`);
}

function unknown(name: string, what: string): Fault {
  return new Fault(
    'source/unknown',
    `${name} ${what}.`,
    'Name an image archive or an SBOM; unpack the tar of a file system and name its folder with rootfs: or dir:.',
  );
}
