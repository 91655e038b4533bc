// What a provenance of either version says about who built the image and from what source.
import { ReadProvenance } from './provenance.ts';
import { ReadProvenance02 } from './provenance02.ts';

export interface ProvenanceClaims {
  readonly builder: string;
  /** The repository of the definition, {@link repositoryUri}; `undefined` when it is not said. */
  readonly source: string | undefined;
}

/** The claims of a v1 predicate, whose `externalParameters.source` is a URI or `{ uri }`; `undefined` when it is malformed. */
export function claimsOf(predicate: unknown): ProvenanceClaims | undefined {
  const parsed = ReadProvenance.safeParse(predicate);
  if (!parsed.success) return undefined;
  const { source } = parsed.data.buildDefinition.externalParameters;
  return { builder: parsed.data.runDetails.builder.id, source: repositoryUri(textOf(source)) };
}

/** The claims of a v0.2 predicate: `invocation.configSource.uri`, else its `environment.github_repository`. */
export function claimsOf02(predicate: unknown): ProvenanceClaims | undefined {
  const parsed = ReadProvenance02.safeParse(predicate);
  if (!parsed.success) return undefined;
  const { builder, invocation } = parsed.data;
  const github = invocation?.environment?.github_repository;
  const source = invocation?.configSource?.uri ?? (github === undefined ? undefined : `https://github.com/${github}`);
  return { builder: builder.id, source: repositoryUri(source) };
}

/**
 * A repository's URI without what SPDX download locations add to it: `git+https://host/a/b@refs/heads/main#sub` →
 * `https://host/a/b`. An `@` before the host (a user's name) stays.
 */
export function repositoryUri(uri: string | undefined): string | undefined {
  const parts = /^(?:git\+)?([a-z][a-z0-9+.-]*:\/\/[^/]*)?([^@#]*)/i.exec(uri ?? '');
  const bare = `${parts?.[1] ?? ''}${parts?.[2] ?? ''}`;
  return bare === '' ? undefined : bare;
}

function textOf(source: unknown): string | undefined {
  if (typeof source === 'string') return source;
  if (typeof source !== 'object' || source === null || !('uri' in source)) return undefined;
  return typeof source.uri === 'string' ? source.uri : undefined;
}
