// What a name stands for: the one way to images, folders and SBOMs, wherever they lie. What reads a kind is loaded when it is named.
import { environment as processEnvironment, hostPlatform, standardInput } from '../io/environment.ts';
import { fileExists, folderEntry, joinPath, streamFile } from '../io/files.ts';
import { userFolders } from '../io/user-folders.ts';
import { RandomFile } from '../io/random-file.ts';
import { Fault } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';
import { formatReference, type PathReference, type RegistryReference } from '../oci/reference.ts';
import { openLayout, type Opened } from '../repository/open-layout.ts';
import type { Context, SourceOptions } from './context.ts';
import type { EngineEndpoint } from './engine-endpoints.ts';
import { type NamedFile, sourcesInFile } from './file.ts';
import { type Engine, parseSource, type SourceReference } from './reference.ts';
import type { Source, SourceImage } from './types.ts';

type Local = RegistryReference & { readonly local: boolean };

/**
 * What a name stands for: one source for each platform that is meant, or the one folder or SBOM. Documents of images are read and
 * verified, layers are not read yet; of a folder nothing is. docs/sources.md says what is tried in which order.
 * @throws Fault `reference/…`, `source/…`, `image/…`, `engine/…`, `registry/…`, `repository/…`, `layout/…`, `network/…`,
 * `oci/…`, `tar/…`, `compression/…`, `file/…`
 */
export async function openSources(text: string, options: SourceOptions = {}): Promise<readonly Source[]> {
  const reference = parseSource(text);
  const scope = new AsyncDisposableStack();
  const context: Context = {
    options,
    choice: { asked: options.platform, host: hostPlatform() },
    scope,
    temporary: options.temporary ?? joinPath(userFolders.cache(), 'temporary'),
    environment: options.environment ?? processEnvironment(),
  };
  try {
    const sources = await sourcesOf(reference, text, context);
    options.scope?.use(scope.move());
    return sources;
  } catch (error) {
    await scope.disposeAsync();
    throw error;
  }
}

async function sourcesOf(reference: SourceReference, text: string, context: Context): Promise<readonly Source[]> {
  switch (reference.kind) {
    case 'registry':
      return await registryOrEngine(reference, text, context);
    case 'layout':
      return await layoutImages(reference, context);
    case 'oci-archive':
    case 'docker-archive': {
      const { kind, path, tag, digest } = reference;
      return await fileSources(path, { kind, tag, digest, name: formatReference(reference) }, context);
    }
    case 'engine':
      return await engineImages(reference.engine, reference.name, context);
    case 'rootfs':
    case 'dir':
      await mustBeFolder(reference.path);
      return [await tree(reference.path, reference.kind)];
    case 'sbom':
      return await fileSources(reference.path, { kind: 'sbom', name: `sbom:${reference.path}` }, context);
    case 'path':
      return await pathSources(reference.path, context);
    case 'stdin':
      return await spooled(standardInputOf(context), { name: '-' }, context);
  }
}

/** A bare name: an image of an engine here that goes by it, else the registry's. */
async function registryOrEngine(reference: Local, text: string, context: Context): Promise<readonly SourceImage[]> {
  await refuseFileNames(text);
  if (reference.local && reference.digest === undefined && context.choice.asked !== 'all') {
    const found = await engineImage(text.replace(/^image:\/\//, ''), context);
    if (found !== undefined) return found;
  }
  try {
    return await repositoryImages(reference, context);
  } catch (error) {
    if (!(error instanceof Fault) || /[:@]/.test(text)) throw error;
    throw (await fileExists(text)) ? alsoHere(error, text) : takenFor(error, text, reference);
  }
}

// Whoever has a file or folder of that name here may have meant it.
function alsoHere(fault: Fault, text: string): Fault {
  const hint = `There is also ${text} here: write ./${text} if that is meant. ${fault.hint}`;
  return new Fault(fault.code, fault.message, hint, { cause: fault });
}

/** Endings of files that are named here. */
const FILES = /\.(?:tar|tgz|gz|zst|xz|zip|json|xml|spdx|oci|txt)$/;

// A registry that nobody named, or that is the folder of a path, tells of a file that is not here.
function takenFor(fault: Fault, text: string, reference: RegistryReference): Fault {
  const isNamed = text.startsWith(`${reference.host}/`);
  const isFile = FILES.test(text);
  if (!isFile && (isNamed || !fault.code.startsWith('network/'))) return fault;
  const file = isFile ? `; there is no file of that name here, which would be written ./${text}` : '';
  const hint = `"${text}" was taken for ${formatReference(reference)}${file}. ${fault.hint}`;
  return new Fault(fault.code, fault.message, hint, { cause: fault });
}

async function engineImage(name: string, context: Context): Promise<readonly SourceImage[] | undefined> {
  const { asked } = context.choice;
  const { findEngineImage, goesBy, mayBeFor, readEngineImage } = await import('./engine.ts');
  try {
    const endpoints = await endpointsOf('any', context);
    const found = await findEngineImage(name, endpoints, context.options.signal);
    if (found === undefined || !goesBy(found, name) || (asked !== undefined && !mayBeFor(found, asked)))
      return undefined;
    return await readEngineImage(found, name, context);
  } catch (error) {
    // Whoever named no engine need not have one.
    if (error instanceof Fault && UNASKED.has(error.code)) return undefined;
    throw error;
  }
}

const UNASKED: ReadonlySet<string> = new Set([
  'engine/unreachable',
  'engine/denied',
  'engine/unsupported',
  'engine/nonsense',
  'engine/refused',
]);

async function engineImages(engine: Engine | 'any', name: string, context: Context): Promise<readonly SourceImage[]> {
  if (engine === 'containerd') {
    const { containerdImages } = await import('./containerd.ts');
    return await containerdImages(name, context);
  }
  const { findEngineImage, readEngineImage } = await import('./engine.ts');
  const found = await findEngineImage(name, await endpointsOf(engine, context), context.options.signal);
  if (found !== undefined) return await readEngineImage(found, name, context);
  const which = engine === 'any' ? 'No container engine here' : engine === 'docker' ? 'Docker' : 'Podman';
  const sentence = `${which} has ${engine === 'any' ? 'an' : 'no'} image ${name}.`;
  throw new Fault('source/not-found', sentence, 'Pull it, or name it in its registry.');
}

async function endpointsOf(
  engine: 'docker' | 'podman' | 'any',
  { environment }: Context,
): Promise<readonly EngineEndpoint[]> {
  const { dockerEndpoints, podmanEndpoints } = await import('./engine-endpoints.ts');
  return [
    ...(engine === 'podman' ? [] : await dockerEndpoints(environment)),
    ...(engine === 'docker' ? [] : podmanEndpoints(environment)),
  ];
}

async function repositoryImages(reference: RegistryReference, context: Context): Promise<readonly SourceImage[]> {
  return await imagesIn(reference, false, context);
}

async function layoutImages(reference: PathReference, context: Context): Promise<readonly SourceImage[]> {
  return await imagesIn(reference, true, context);
}

/** @param partial whether some of an index's images may be missing */
async function imagesIn(
  reference: RegistryReference | PathReference,
  partial: boolean,
  context: Context,
): Promise<readonly SourceImage[]> {
  const [opened, { imagesOf }] = await Promise.all([opening(reference, context.options), import('./images.ts')]);
  const root = await opened.repository.resolve(await opened.reference());
  return await imagesOf(opened.repository, [root], { ...context.choice, name: formatReference(reference), partial });
}

async function opening(reference: RegistryReference | PathReference, options: SourceOptions): Promise<Opened> {
  if (reference.kind === 'layout') return openLayout(reference, options.resolved);
  const { openRepository } = await import('../repository/open.ts');
  return openRepository(reference, options);
}

async function pathSources(path: string, context: Context): Promise<readonly Source[]> {
  if (path.startsWith('/dev/')) return await spooled(streamFile(path), { name: path }, context);
  if ((await folderEntry(`${path.replace(/\/+$/, '')}/.`)) === undefined) {
    return await fileSources(path, { name: path }, context);
  }
  if (await fileExists(joinPath(path, 'oci-layout'))) {
    return await layoutImages({ kind: 'layout', path, tag: undefined, digest: undefined }, context);
  }
  return [await tree(path, undefined)];
}

/** @param kind what the folder is taken for; told from what is in it unless given */
async function tree(path: string, kind: 'rootfs' | 'dir' | undefined): Promise<Source> {
  const { isRoot, Tree } = await import('./tree.ts');
  return new Tree(path, kind ?? ((await isRoot(path)) ? 'rootfs' : 'dir'));
}

async function fileSources(path: string, named: NamedFile, context: Context): Promise<readonly Source[]> {
  if (path === '-') return await spooled(standardInputOf(context), named, context);
  if (path.startsWith('/dev/')) return await spooled(streamFile(path), named, context);
  const file = context.scope.adopt(await RandomFile.open(path), async (one) => await one.close());
  return await sourcesInFile(file, named, context);
}

async function spooled(
  chunks: AsyncIterable<Uint8Array>,
  named: NamedFile,
  context: Context,
): Promise<readonly Source[]> {
  const to = { folder: context.temporary, name: named.name, limit: limits.imageContent };
  const file = context.scope.adopt(await RandomFile.spool(chunks, to), async (one) => await one.close());
  return await sourcesInFile(file, named, context);
}

function standardInputOf({ options }: Context): AsyncIterable<Uint8Array> {
  return (options.input ?? standardInput)(options.signal);
}

async function mustBeFolder(path: string): Promise<void> {
  if ((await folderEntry(`${path.replace(/\/+$/, '')}/.`)) !== undefined) return;
  throw new Fault('file/missing', `There is no folder ${path}.`, 'Check the path.');
}

/** What is surely meant as a file or folder here, and would be taken for a name on Docker Hub. */
async function refuseFileNames(text: string): Promise<void> {
  if (/[:@]/.test(text)) return;
  const layout = await fileExists(joinPath(text, 'oci-layout'));
  const archive = /\.(?:tar|tgz|gz|zst|json|xml|spdx)$/.test(text) && (await fileExists(text));
  if (!layout && !archive) return;
  throw new Fault(
    layout ? 'reference/folder' : 'reference/file',
    `"${text}" is a ${layout ? 'layout folder' : 'file'} here, and without "${layout ? 'oci:' : './'}" a name in a registry.`,
    `Write ${layout ? 'oci:' : './'}${text}.`,
  );
}
