// `temper build`: definition → locked packages → layers → statements → signatures → repository → verified.
import { provenanceStatements } from '../attest/statements.ts';
import { imageIndex } from '../build/manifest.ts';
import type { BuildRecord } from '../build/record.ts';
import { BlobFolder, Staging } from '../io/blobs.ts';
import { now } from '../io/clock.ts';
import { peakMemory, runtimeVersions, uniqueName } from '../io/environment.ts';
import { joinPath } from '../io/files.ts';
import { loadOrCreateDefaultKey } from '../keys/default.ts';
import { loadSigner } from '../keys/file.ts';
import type { Signer } from '../keys/types.ts';
import { compressorName } from '../lib/compress.ts';
import { type Digest, digestOf } from '../lib/digest.ts';
import { canonicalJson } from '../lib/json.ts';
import { tool } from '../lib/tool.ts';
import type { Descriptor } from '../oci/types.ts';
import { publishImage } from '../publish/image.ts';
import { blobOf, bundleReferrer, type Referrer } from '../publish/referrer.ts';
import { openRepository } from '../repository/open.ts';
import { imageSignature, signStatement } from '../sign/statement.ts';
import { compressionOf, lockPathOf, platformsOf, readDefinition, reviewsOf, versionOf } from './build-inputs.ts';
import { fetchPackages, type LockedBuild, lockedBuild } from './build-lock.ts';
import { recallBuild, rememberBuild } from './build-memory.ts';
import { type BuiltPlatform, buildPlatform, statementsOf } from './build-platforms.ts';
import type { BuildReport } from './build-report.ts';
import { builderIdOf, invocationOf, sourceOf } from './definition-source.ts';
import { readCertificates, readLocalFiles } from './local-files.ts';
import { Stopwatch } from './stopwatch.ts';
import { defaultPolicyPath, rememberTrust } from './trust.ts';
import { verifyReference } from './verify-reference.ts';
import type { Statement } from '../intoto/statement.ts';

export interface BuildOptions {
  /** The definition's path. */
  readonly definition: string;
  /** Where to: `oci:DIR[:TAG]`. */
  readonly output: string | undefined;
  /** A registry's reference instead. */
  readonly push: string | undefined;
  readonly platforms: readonly string[] | undefined;
  readonly compression: string | undefined;
  /** A private key's path; the user's default key unless given. */
  readonly key: string | undefined;
  readonly password: string;
  readonly builderId: string | undefined;
  readonly cache: string;
  readonly offline: boolean;
  readonly insecure: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

interface Key {
  readonly signer: Signer;
  readonly path: string;
  readonly publicPath: string;
  readonly created: boolean;
  /** The user's own default key: `build` made it and may trust it. */
  readonly own: boolean;
}

/**
 * Builds, signs, publishes and verifies. Nothing is visible under the tag before it is complete.
 * @throws Fault for everything that cannot be done; a built image that does not verify is an answer.
 */
export async function build(options: BuildOptions): Promise<BuildReport> {
  const watch = new Stopwatch(options.progress);
  const startedOn = now();
  const read = await readDefinition(options.definition);
  const { definition, folder } = read;
  const platforms = platformsOf(definition, options.platforms);
  const compression = compressionOf(options.compression ?? definition.compression ?? 'gzip');
  const where = options.push ?? options.output ?? `oci:${read.name.replace(/\.ya?ml$/i, '')}.oci`;
  const target = openRepository(where, options);
  const { repository } = target;
  const tag = target.target();

  const packages = new BlobFolder(joinPath(options.cache, 'packages'));
  const locked = await watch.lap(
    'lock',
    async () => await lockedBuild(read, lockPathOf(read.path), platforms, packages, options),
  );
  const { epoch } = locked;
  const files = await readLocalFiles(definition, folder, epoch);
  const certificates = await readCertificates(definition, folder);
  const source = await sourceOf(read.path, options.environment);
  const key = await loadKey(options);

  const recordBefore = {
    definition: { name: read.name, digest: read.digest },
    source,
    lock: locked.digest,
    platforms,
    epoch,
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
  const inputs = digestOf(
    canonicalJson({ ...recordBefore, repository: repository.name, tag, signer: key.signer.publicKey.fingerprint }),
  );
  const earlier = await watch.lap('recall', async () => await recallBuild(options.cache, inputs, repository));
  const policy = key.own
    ? { path: defaultPolicyPath(), changed: await rememberTrust(repository.name, key.publicPath) }
    : undefined;
  if (earlier !== undefined) return { ...earlier, ...finish(watch, key, locked, policy), unchanged: true };

  await watch.lap('fetch', async () => await fetchPackages(locked, packages, options));
  await using staging = new Staging(joinPath(options.cache, 'staging', uniqueName()));
  const built: BuiltPlatform[] = [];
  for (const platform of platforms) {
    const inputsOf = {
      definition,
      version: versionOf(definition),
      platform,
      epoch,
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
    built.push(
      await watch.lap(`layers ${platform}`, async () => await buildPlatform(inputsOf, packages, staging, progress)),
    );
  }
  const index =
    built.length > 1
      ? imageIndex(
          built.map(({ image, manifest }) => ({ platform: image.platform, descriptor: manifest.descriptor })),
          definition.annotations,
        )
      : undefined;
  const record: BuildRecord = { ...recordBefore, startedOn, finishedOn: now() };

  const signed = await watch.lap(
    'sign',
    async () => await attest(built, index?.descriptor, definition.name, record, key.signer),
  );
  const manifests = [...built.map(({ manifest }) => manifest), ...(index === undefined ? [] : [index])];
  const layerBlobs = built.flatMap(({ image }) =>
    image.layers.map(({ digest, size }) => ({ digest, size, open: () => staging.blobs.stream(digest) })),
  );
  const configs = built.map(({ image }) => blobOf(image.config));
  options.signal.throwIfAborted();
  const descriptor = await watch.lap(
    'publish',
    async () =>
      await publishImage(repository, {
        blobs: [...layerBlobs, ...configs],
        manifests: manifests.map(({ bytes, descriptor: { mediaType } }) => ({ bytes, mediaType })),
        referrers: signed.map(({ referrer }) => referrer),
        tag,
      }),
  );

  const verified = await watch.lap(
    'verify',
    async () => await verifyReference({ repository, reference: descriptor.digest, keys: [key.signer.publicKey] }),
  );
  const report: BuildReport = {
    schema: 'temper/build/v1',
    reference: target.tag === undefined ? `${where}:${tag}` : where,
    digest: descriptor.digest,
    platforms: built.map(({ image, manifest }) => ({
      platform: image.platform,
      digest: manifest.descriptor.digest,
      packages: image.bom.packages.length,
      files: image.bom.files.length,
      unexplainedFiles: 0,
      size: sum(image.layers.map((layer) => layer.size)),
      contentSize: sum(image.layers.map((layer) => layer.contentSize)),
      layers: image.layers.map(({ name, digest, diffId, size, contentSize }) => ({
        name,
        digest,
        diffId,
        size,
        contentSize,
      })),
      linkage: { ...image.linkage, foreign: [...image.linkage.foreign] },
      scripts: image.scripts.map((s) => ({
        package: s.package,
        script: s.script,
        sha256: s.sha256,
        because: s.because,
      })),
      exclusions:
        locked.exclusions.get(image.platform)?.map(({ name, askedBy }) => ({ name, askedBy: [...askedBy] })) ?? [],
    })),
    attestations: signed.map(({ subject, statement }) => ({ subject, predicateType: statement.predicateType })),
    compressor: record.compressor,
    builder: record.builder.id,
    notKnown: Object.entries(source)
      .filter(([, value]) => value === undefined)
      .map(([name]) => `source ${name}`),
    verification: {
      answer: verified.decision.answer,
      established: verified.checks.filter((check) => check.outcome === 'established').length,
      against: verified.decision.against.map(({ check, subject, reason }) => ({ check, subject, reason })),
    },
    unchanged: false,
    ...finish(watch, key, locked, policy),
  };
  if (report.verification.answer === 'yes') {
    const content = ({ digest, size }: { digest: Digest; size: number }) => ({ digest, size });
    await rememberBuild(options.cache, inputs, {
      tag,
      digest: descriptor.digest,
      blobs: [...layerBlobs, ...configs, ...signed.flatMap(({ referrer }) => referrer.blobs)].map(content),
      manifests: [...manifests, ...signed.map(({ referrer }) => referrer)].map((m) => content(m.descriptor)),
      referrers: signed.map(({ subject, referrer }) => ({ subject, digest: referrer.descriptor.digest })),
      report,
    });
  }
  return report;
}

async function loadKey(options: BuildOptions): Promise<Key> {
  if (options.key === undefined) return { ...(await loadOrCreateDefaultKey(options.password)), own: true };
  return {
    signer: await loadSigner(options.key, options.password),
    path: options.key,
    publicPath: options.key,
    created: false,
    own: false,
  };
}

interface SignedStatement {
  readonly subject: Digest;
  readonly statement: Statement;
  readonly referrer: Referrer;
}

// A signature and the attestations of each platform on its manifest; a signature and the provenance on the index.
async function attest(
  built: readonly BuiltPlatform[],
  index: Descriptor | undefined,
  name: string,
  record: BuildRecord,
  signer: Signer,
): Promise<SignedStatement[]> {
  const work: { subject: Descriptor; statements: Statement[] }[] = built.map((platform) => {
    const subject = platform.manifest.descriptor;
    return { subject, statements: [imageSignature(subject.digest), ...statementsOf(platform, name, record)] };
  });
  if (index !== undefined) {
    work.unshift({
      subject: index,
      statements: [imageSignature(index.digest), ...provenanceStatements({ digest: index.digest, name }, [], record)],
    });
  }
  const signed: SignedStatement[] = [];
  for (const { subject, statements } of work) {
    for (const statement of statements) {
      const bytes = await signStatement(statement, signer);
      const referrer = bundleReferrer({
        subject,
        bytes,
        predicateType: statement.predicateType,
        created: record.finishedOn,
      });
      signed.push({ subject: subject.digest, statement: { ...statement, predicate: undefined }, referrer });
    }
  }
  return signed;
}

function finish(watch: Stopwatch, key: Key, locked: LockedBuild, policy: BuildReport['policy']) {
  return {
    key: { fingerprint: key.signer.publicKey.fingerprint, path: key.path, created: key.created },
    lock: { path: locked.path, digest: locked.digest, created: locked.created },
    policy,
    timings: watch.laps.map(({ step, time }) => ({ step, time: Math.round(time) })),
    time: Math.round(watch.total()),
    peakMemory: peakMemory(),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
