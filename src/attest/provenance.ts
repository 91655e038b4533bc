// A build as SLSA provenance, v1 and v0.2. It says what is not known, and claims no level.
import type { BuildRecord } from '../build/record.ts';
import { type Digest, hexOf } from '../lib/digest.ts';
import type { Json } from '../lib/json.ts';
import type { Provenance, ResourceDescriptor } from '../slsa/provenance.ts';
import type { Provenance02 } from '../slsa/provenance02.ts';

/** What the parameters mean: docs/provenance.md. */
export const BUILD_TYPE = 'urn:temper:build:definition:v1';

export interface BuiltLayer {
  readonly name: string;
  readonly diffId: Digest;
}

/** @param layers the layers of the image that the statement is about, by diffID; none for an index */
export function toProvenance(record: BuildRecord, layers: readonly BuiltLayer[]): Provenance {
  const { source } = record;
  return {
    buildDefinition: {
      buildType: BUILD_TYPE,
      externalParameters: {
        definition: { name: record.definition.name, digest: { sha256: hexOf(record.definition.digest) } },
        platforms: [...record.platforms],
        compressor: record.compressor,
        ...sourceParameter(record),
      },
      internalParameters: {
        lock: { sha256: hexOf(record.lock) },
        sourceDateEpoch: record.epoch,
        sourceTree:
          source.clean === undefined ? 'not known' : source.clean ? 'as committed' : 'changed since the commit',
        notKnown: notKnown(record),
      },
      resolvedDependencies: [...sourceDependency(record), ...record.ingredients.map(descriptor)],
    },
    runDetails: {
      builder: { id: record.builder.id, version: record.builder.versions },
      metadata: {
        ...(record.invocation === undefined ? {} : { invocationId: record.invocation }),
        startedOn: time(record.startedOn),
        finishedOn: time(record.finishedOn),
      },
      byproducts: [
        { name: 'lock', digest: { sha256: hexOf(record.lock) } },
        ...layers.map((layer) => ({
          name: `layer ${layer.name}, uncompressed`,
          digest: { sha256: hexOf(layer.diffId) },
        })),
      ],
    },
  };
}

/** The shape that users of hardened images read: `.builder.id`, `.invocation.environment.github_repository`, `.github_sha1`. */
export function toProvenance02(record: BuildRecord): Provenance02 {
  const { source } = record;
  const github = githubRepository(source.repository);
  const uri = sourceUri(record);
  return {
    builder: { id: record.builder.id },
    buildType: BUILD_TYPE,
    invocation: {
      configSource: {
        ...(uri === undefined ? {} : { uri }),
        digest: { sha256: hexOf(record.definition.digest) },
        entryPoint: source.path ?? record.definition.name,
      },
      parameters: { platforms: [...record.platforms], compressor: record.compressor },
      environment: {
        ...(github === undefined ? {} : { github_repository: github }),
        ...(github === undefined || source.commit === undefined ? {} : { github_sha1: source.commit }),
        ...(github === undefined || source.ref === undefined ? {} : { github_ref: source.ref }),
        ...record.builder.versions,
        source_tree:
          source.clean === undefined ? 'not known' : source.clean ? 'as committed' : 'changed since the commit',
        not_known: notKnown(record),
      },
    },
    metadata: {
      ...(record.invocation === undefined ? {} : { buildInvocationId: record.invocation }),
      buildStartedOn: time(record.startedOn),
      buildFinishedOn: time(record.finishedOn),
      completeness: { parameters: true, environment: false, materials: true },
      reproducible: true,
    },
    materials: [
      ...sourceDependency(record).map((d) => ({ uri: d.uri ?? '', digest: d.digest ?? {} })),
      { uri: `lock:${record.definition.name}`, digest: { sha256: hexOf(record.lock) } },
      ...record.ingredients.map((i) => ({ uri: i.uri, digest: { sha256: hexOf(i.digest) } })),
    ],
  };
}

function descriptor({ name, uri, digest }: BuildRecord['ingredients'][number]): ResourceDescriptor {
  return { name, uri, digest: { sha256: hexOf(digest) } };
}

function sourceUri({ source }: BuildRecord): string | undefined {
  if (source.repository === undefined) return undefined;
  return `git+${source.repository}${source.ref === undefined ? '' : `@${source.ref}`}`;
}

/** What is known of the definition's source; a commit counts also where its repository is not known. */
function sourceParameter(record: BuildRecord): { source?: { [name: string]: Json } } {
  const { path, commit } = record.source;
  const uri = sourceUri(record);
  if (uri === undefined && commit === undefined) return {};
  return {
    source: { ...(uri === undefined ? {} : { uri }), ...gitDigest(record), ...(path === undefined ? {} : { path }) },
  };
}

function gitDigest({ source }: BuildRecord): { digest?: { [name: string]: Json } } {
  return source.commit === undefined ? {} : { digest: { gitCommit: source.commit } };
}

function sourceDependency(record: BuildRecord): ResourceDescriptor[] {
  const uri = sourceUri(record);
  const { commit } = record.source;
  if (uri === undefined || commit === undefined) return [];
  return [{ name: 'definition', uri, digest: { gitCommit: commit } }];
}

function notKnown({ source, invocation }: BuildRecord): string[] {
  const facts: [string, unknown][] = [
    ['source.repository', source.repository],
    ['source.commit', source.commit],
    ['source.ref', source.ref],
    ['source.clean', source.clean],
    ['invocation', invocation],
  ];
  return facts.filter(([, value]) => value === undefined).map(([name]) => name);
}

/** `owner/name` of a repository on GitHub. */
export function githubRepository(repository: string | undefined): string | undefined {
  return /^https:\/\/github\.com\/([^/]+\/[^/]+?)(?:\.git)?\/?$/.exec(repository ?? '')?.[1];
}

function time(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
