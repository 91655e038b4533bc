// The statements that hang on what a user names.
import { predicateTypeOf } from '../../intoto/predicates.ts';
import { Fault } from '../../lib/faults.ts';
import { openRepository } from '../../repository/open.ts';
import {
  type AttestationsRequest,
  type GotAttestation,
  getAttestation,
  type ListedAttestation,
  listAttestations,
} from './attestations.ts';
import { environment, hostPlatform } from '../../io/environment.ts';
import { normalPlatform } from '../../source/platform.ts';
import { registrySettings } from '../registry-settings.ts';
import { namedImage } from '../named-image.ts';
import { withReferrers } from '../referrers-repository.ts';
import { loadTrust, type TrustRequest } from './trust.ts';
import type { ReferenceOptions } from './verify-reference.ts';

export interface NamedAttestations extends ReferenceOptions {
  /** A short name or a URI. */
  readonly predicateType: string | undefined;
  readonly platform: string | undefined;
  /** Of the manifest that holds the statement, or of the statement. */
  readonly digest?: string | undefined;
  readonly verify: boolean;
  readonly trust: Omit<TrustRequest, 'repository' | 'offline'>;
}

/** @throws Fault `option/predicate-type`, `verify/no-trust`, `reference/…`, `key/…` */
export async function attestationsRequest(reference: string, options: NamedAttestations): Promise<AttestationsRequest> {
  const opened = openRepository(await namedImage(reference), {
    registries: await registrySettings(environment()),
    ...options,
  });
  const repository = await withReferrers(opened.repository, options);
  const trust = options.verify
    ? await loadTrust({
        ...options.trust,
        offline: options.offline,
        repository: repository.name,
      })
    : undefined;
  const type = options.predicateType === undefined ? undefined : predicateTypeOf(options.predicateType);
  if (options.predicateType !== undefined && type === undefined) {
    throw new Fault(
      'option/predicate-type',
      `"${options.predicateType.slice(0, 100)}" is no predicate type.`,
      'Write a URI, or spdx, cyclonedx, provenance, slsaprovenance1, slsaprovenance02, signature.',
    );
  }
  return {
    repository,
    reference: await opened.reference(),
    platform: options.platform === undefined ? undefined : normalPlatform(options.platform),
    predicateType: type,
    keys: trust?.keys,
    groups: trust?.groups,
    host: hostPlatform(),
    digest: options.digest,
  };
}

export async function listNamed(reference: string, options: NamedAttestations): Promise<ListedAttestation[]> {
  return await listAttestations(await attestationsRequest(reference, options));
}

export async function getNamed(reference: string, options: NamedAttestations): Promise<GotAttestation> {
  return await getAttestation(await attestationsRequest(reference, options));
}
