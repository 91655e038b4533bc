// Verifies what a reference names, with everything that this program can read of an image.
import { claimsOfCycloneDx, claimsOfSpdx } from '../bom/from-documents.ts';
import { predicateTypes } from '../intoto/predicates.ts';
import type { PublicKey } from '../keys/types.ts';
import { openRepository } from '../repository/open.ts';
import { environment } from '../io/environment.ts';
import { registrySettings } from './registry-settings.ts';
import { namedImage } from './named-image.ts';
import type { Resolved } from '../repository/resolved.ts';
import type { Repository } from '../repository/types.ts';
import { defaultRequirements } from '../verify/required.ts';
import { readImage } from './read-image.ts';
import { type LoadedTrust, loadTrust, type TrustRequest } from './trust.ts';
import { type VerifyResult, verifyImage } from './verify.ts';

/** The kinds of SBOM that can be held against an image. */
export const claimReaders = { [predicateTypes.spdx]: claimsOfSpdx, [predicateTypes.cyclonedx]: claimsOfCycloneDx };

/** Verifies with keys that the caller holds. */
export async function verifyReference(request: {
  repository: Repository;
  reference: string;
  keys: readonly PublicKey[];
}): Promise<VerifyResult> {
  const trust = {
    keys: request.keys,
    provenance: { builders: [], sources: [] },
    required: defaultRequirements,
    claimReaders,
  };
  return await verifyImage({ repository: request.repository, reference: request.reference, trust, readImage });
}

/** Verifies with the keys that the command line names, else the policy's. @throws Fault `verify/no-trust` */
export async function verifyTrusted(
  repository: Repository,
  reference: string,
  request: Omit<TrustRequest, 'repository'>,
): Promise<VerifyResult & { readonly origin: LoadedTrust['origin'] }> {
  const trust = await loadTrust({ ...request, repository: repository.name });
  const result = await verifyImage({ repository, reference, trust: { ...trust, claimReaders }, readImage });
  return { ...result, origin: trust.origin };
}

export interface ReferenceOptions {
  readonly offline: boolean;
  readonly insecure: boolean;
  readonly signal: AbortSignal;
  /** What names stood for before, in the same answer. */
  readonly resolved?: Resolved | undefined;
}

/** Verifies what a user names: `oci:DIR:TAG`, `localhost:5000/node:20`. @throws Fault `reference/…`, `verify/no-trust` */
export async function verifyNamed(
  reference: string,
  request: Omit<TrustRequest, 'repository'>,
  options: ReferenceOptions,
): Promise<Awaited<ReturnType<typeof verifyTrusted>>> {
  const opened = openRepository(await namedImage(reference), {
    registries: await registrySettings(environment()),
    ...options,
  });
  return await verifyTrusted(opened.repository, await opened.reference(), { ...request, offline: options.offline });
}
