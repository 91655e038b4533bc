// `temper build`: definition → locked packages → layers → statements → signatures → repository → verified.
import type { Definition } from '../../build/definition.ts';
import { imageIndex } from '../../build/manifest.ts';
import type { BuildRecord } from '../../build/record.ts';
import { BlobFolder } from '../../io/blobs.ts';
import { now } from '../../io/clock.ts';
import { peakMemory, runtimeVersions } from '../../io/environment.ts';
import { fileSize, joinPath } from '../../io/files.ts';
import { Staging } from '../../io/staging.ts';
import { defaultKeyPath, loadOrCreateDefaultKey } from '../../keys/default.ts';
import { loadPublicKey, publicPathOf } from '../../keys/file.ts';
import { openSigner } from '../../keys/open.ts';
import { referenceOf, shownReference } from '../../keys/reference.ts';
import type { Signer } from '../../keys/types.ts';
import { type CompressionChoice, compressorName } from '../../lib/compress.ts';
import { digestOf } from '../../lib/digest.ts';
import { canonicalJson } from '../../lib/json.ts';
import { tool } from '../../lib/tool.ts';
import { formatReference } from '../../oci/reference.ts';
import { publishImage } from '../../publish/image.ts';
import { blobOf } from '../../publish/referrer.ts';
import { openRepository } from '../../repository/open.ts';
import { compressionOf, lockPathOf, platformsOf, readDefinition, reviewsOf, versionOf } from './build-inputs.ts';
import { type LockedBuild, lockedBuild } from './build-lock.ts';
import { buildMemory, recallBuild, rememberBuild } from './build-memory.ts';
import { type BuiltPlatform, buildPlatform } from './build-platforms.ts';
import { type BuildReport, platformReport, verificationReport } from './build-report.ts';
import { signBuild, statedBefore } from './build-statements.ts';
import { buildTarget } from './build-target.ts';
import { imageContents } from './contents.ts';
import { builderIdOf, invocationOf, sourceOf } from './definition-source.ts';
import { type ReadCertificate, type ReadFiles, readCertificates, readLocalFiles } from './local-files.ts';
import type { PackageToFetch } from './lock.ts';
import { PackageSupply } from './package-supply.ts';
import { Stopwatch } from './stopwatch.ts';
import { rememberTrust } from '../verification/trust.ts';
import { defaultPolicyPath } from '../policy-path.ts';
import { verifyReference } from '../verification/verify-reference.ts';

export interface BuildOptions {
  /** The definition's path. */
  readonly definition: string;
  /** Where to: `oci:DIR[:TAG]`; `NAME.oci` in the working folder unless given. */
  readonly output: string | undefined;
  /** A registry's reference instead. */
  readonly push: string | undefined;
  readonly platforms: readonly string[] | undefined;
  readonly compression: string | undefined;
  /** A private key: its path, `pkcs11:…`, `hashivault://NAME`; the user's default key unless given. */
  readonly key: string | undefined;
  readonly password: string;
  /** Sign also with a device's key that may leave it or came from elsewhere. */
  readonly allowExtractable?: boolean | undefined;
  /** Told what the user should know. */
  readonly warn?: ((sentence: string) => void) | undefined;
  readonly builderId: string | undefined;
  readonly cache: string;
  readonly offline: boolean;
  readonly insecure: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

/** All that decides what is built. */
interface BuildInputs {
  readonly definition: Definition;
  readonly platforms: readonly string[];
  readonly locked: LockedBuild;
  readonly files: readonly ReadFiles[];
  readonly certificates: readonly ReadCertificate[];
  readonly compression: CompressionChoice;
  /** The record without the times of the build. */
  readonly record: Omit<BuildRecord, 'startedOn' | 'finishedOn'>;
}

interface Key {
  readonly fingerprint: string;
  readonly path: string;
  /** Where its public half stands; not of a key in a device. */
  readonly publicPath: string | undefined;
  readonly created: boolean;
  /** The user's own default key: `build` made it and may trust it. */
  readonly own: boolean;
}

type SigningKey = Key & { readonly signer: Signer };

/**
 * Builds, signs, publishes and verifies. Nothing is visible under the tag before it is complete.
 * @throws Fault for everything that cannot be done; a built image that does not verify is an answer.
 */
export async function build(options: BuildOptions): Promise<BuildReport> {
  const device = await openDevice(options); // Before all else: a wrong PIN is said at once.
  try {
    return await buildAndSign(options, device);
  } finally {
    await device?.signer.close?.();
  }
}

async function buildAndSign(options: BuildOptions, device: SigningKey | undefined): Promise<BuildReport> {
  const watch = new Stopwatch(options.progress);
  const startedOn = now();
  const where = buildTarget(options);
  const target = openRepository(where, options);
  const { repository } = target;
  const tag = target.target();
  const packages = new BlobFolder(joinPath(options.cache, 'packages'));
  await using supply = new PackageSupply(packages, options);
  const inputs = await watch.lap('lock', async () => await gather(options, packages, supply));
  const { locked, definition, record } = inputs;
  const identity = (key: string) =>
    digestOf(canonicalJson({ ...record, repository: repository.name, tag, signer: key }));
  const closing = async ({ fingerprint, path, publicPath, created, ...key }: Key) => ({
    key: { fingerprint, path, publicPath, created, origin: device?.signer.origin },
    lock: { path: locked.path, digest: locked.digest, created: locked.created },
    policy: await trustOwn({ publicPath, own: key.own }, repository.name),
    timings: watch.laps.map(({ step, time }) => ({ step, time: Math.round(time) })),
    time: Math.round(watch.total()),
    peakMemory: peakMemory(),
  });
  const memory = buildMemory(options.cache);
  const known = device ?? (await knownKey(options));
  if (known !== undefined) {
    const earlier = await watch.lap(
      'recall',
      async () => await recallBuild(memory, identity(known.fingerprint), repository),
    );
    if (earlier !== undefined) return { ...earlier, ...(await closing(known)), unchanged: true };
  }
  const loading = device === undefined ? loadKey(options) : Promise.resolve(device); // Slow on purpose (scrypt): it goes on beside what follows.
  const noKey = new AbortController();
  loading.catch((fault: unknown) => noKey.abort(fault)); // A wrong password stops the build at its next step.
  const signal = AbortSignal.any([options.signal, noKey.signal]);

  await watch.lap('fetch', async () => await supply.ready(locked, definition));
  await using staging = await Staging.in(joinPath(options.cache, 'staging'));
  const platforms = await buildPlatforms(inputs, supply, staging, watch, { ...options, signal });
  const index =
    platforms.length > 1
      ? imageIndex(
          platforms.map(({ image, manifest }) => ({ platform: image.platform, descriptor: manifest.descriptor })),
          definition.annotations,
        )
      : undefined;
  const manifests = [...platforms.map(({ manifest }) => manifest), ...(index === undefined ? [] : [index])];
  const image = manifests.at(-1)?.descriptor ?? raiseNoPlatform();
  const built = {
    platforms,
    index: index?.descriptor,
    name: definition.name,
    record: { ...record, startedOn, finishedOn: now() },
  };
  const key = await loading;
  const before = await statedBefore(repository, image, key.signer);
  const signed = await watch.lap('sign', async () => await signBuild(built, key.signer, before));
  options.signal.throwIfAborted();
  await watch.lap('publish', async () => {
    const layers = platforms.flatMap((p) =>
      p.image.layers.map(({ digest, size }) => ({ digest, size, open: () => staging.blobs.stream(digest) })),
    );
    const configs = platforms.map((p) => blobOf(p.image.config));
    const documents = manifests.map(({ bytes, descriptor: { mediaType } }) => ({ bytes, mediaType }));
    const referrers = signed.map(({ referrer }) => referrer);
    return await publishImage(repository, { blobs: [...layers, ...configs], manifests: documents, referrers, tag });
  });
  const verified = await watch.lap(
    'verify',
    async () => await verifyReference({ repository, reference: image.digest, keys: [key.signer.publicKey] }),
  );

  const report: BuildReport = {
    schema: 'temper/build/v1',
    reference: target.tag === undefined ? `${formatReference(where)}:${tag}` : formatReference(where),
    digest: image.digest,
    platforms: platforms.map((p) => platformReport(p, locked.exclusions.get(p.image.platform) ?? [])),
    attestations: [...before, ...signed].map(({ subject, predicateType }) => ({ subject, predicateType })),
    compressor: record.compressor,
    builder: record.builder.id,
    notKnown: Object.entries(record.source)
      .filter(([, value]) => value === undefined)
      .map(([name]) => `source ${name}`),
    verification: verificationReport(verified),
    unchanged: false,
    ...(await closing(key)),
  };
  if (verified.decision.answer === 'yes') {
    const contents = await imageContents(repository, image);
    await rememberBuild(memory, identity(key.fingerprint), { tag, digest: image.digest, ...contents, report });
  }
  return report;
}

function raiseNoPlatform(): never {
  throw new Error('a definition names at least one platform');
}

// Everything that decides what is built, read and verified before anything is made.
async function gather(options: BuildOptions, packages: BlobFolder, supply: PackageSupply): Promise<BuildInputs> {
  const read = await readDefinition(options.definition);
  const { definition, folder } = read;
  const platforms = platformsOf(definition, options.platforms);
  const compression = compressionOf(options.compression ?? definition.compression ?? 'gzip');
  const resolved = (platform: string, found: readonly PackageToFetch[]) => {
    if (platform === platforms[0]) supply.begin(platform, definition, found);
  };
  const locked = await lockedBuild(read, lockPathOf(read.path), platforms, packages, options, resolved);
  const files = await readLocalFiles(definition, folder, locked.epoch);
  const certificates = await readCertificates(definition, folder);
  const record = {
    definition: { name: read.name, digest: read.digest },
    source: await sourceOf(read.path, options.environment),
    lock: locked.digest,
    platforms,
    epoch: locked.epoch,
    compressor: compressorName(compression),
    builder: {
      id: builderIdOf(options.builderId, options.environment),
      versions: { ...runtimeVersions(), [tool.name]: tool.version },
    },
    invocation: invocationOf(options.environment),
    ingredients: [
      ...locked.ingredients,
      ...files.map(({ url, digest }) => ({ name: `files ${url}`, uri: `file:${url}`, digest })),
      ...certificates.map(({ file, name, digest }) => ({ name: `certificate ${name}`, uri: `file:${file}`, digest })),
    ],
  } satisfies Omit<BuildRecord, 'startedOn' | 'finishedOn'>;
  return { definition, platforms, locked, files, certificates, compression, record };
}

async function buildPlatforms(
  inputs: BuildInputs,
  packages: PackageSupply,
  staging: Staging,
  watch: Stopwatch,
  options: BuildOptions,
): Promise<BuiltPlatform[]> {
  const { definition, locked, certificates, files, compression } = inputs;
  const built: BuiltPlatform[] = [];
  // One after the other: memory holds one platform's packages.
  for (const platform of inputs.platforms) {
    const of = {
      definition,
      version: versionOf(definition),
      platform,
      epoch: locked.epoch,
      packages: locked.packages.get(platform) ?? [],
      reviews: reviewsOf(definition),
      certificates,
      files,
      distribution: locked.distribution,
      compression,
    };
    const progress = (step: string) => {
      options.signal.throwIfAborted();
      options.progress(`${platform}: ${step}`);
    };
    built.push(await watch.lap(`layers ${platform}`, async () => await buildPlatform(of, packages, staging, progress)));
  }
  return built;
}

// The key by its public half, which needs no password; nothing where there is none yet.
async function knownKey(options: BuildOptions): Promise<Key | undefined> {
  const path = options.key ?? defaultKeyPath();
  const publicPath = publicPathOf(path);
  if ((await fileSize(path)) === undefined || (await fileSize(publicPath)) === undefined) return undefined;
  const { fingerprint } = await loadPublicKey(publicPath);
  return { fingerprint, path, publicPath, created: false, own: options.key === undefined };
}

/** The key where it stays in a device: opened before it is known whether there is anything to sign. */
async function openDevice(options: BuildOptions): Promise<SigningKey | undefined> {
  const { key } = options;
  if (key === undefined || referenceOf(key).kind === 'file') return undefined;
  const signer = await openSigner(key, options);
  const { fingerprint } = signer.publicKey;
  return { signer, fingerprint, path: shownReference(key), publicPath: undefined, created: false, own: false };
}

async function loadKey(options: BuildOptions): Promise<SigningKey> {
  if (options.key === undefined) {
    const key = await loadOrCreateDefaultKey(options.password);
    return { ...key, fingerprint: key.signer.publicKey.fingerprint, own: true };
  }
  const signer = await openSigner(options.key, options);
  const { fingerprint } = signer.publicKey;
  return { signer, fingerprint, path: options.key, publicPath: publicPathOf(options.key), created: false, own: false };
}

async function trustOwn(key: Pick<Key, 'own' | 'publicPath'>, repository: string): Promise<BuildReport['policy']> {
  if (!key.own || key.publicPath === undefined) return undefined;
  return { path: defaultPolicyPath(), changed: await rememberTrust(repository, key.publicPath) };
}
