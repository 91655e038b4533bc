// Verifies what a reference names, with everything that this program can read of an image.
import { predicateTypes } from '../../intoto/predicates.ts';
import type { PublicKey } from '../../keys/types.ts';
import { now as clock } from '../../io/clock.ts';
import { isoTime } from '../../lib/time.ts';
import type { Resolved } from '../../repository/resolved.ts';
import type { Repository } from '../../repository/types.ts';
import { defaultRequirements } from '../../verify/required.ts';
import type { VerifierState } from '../../verify/sigstore/state.ts';
import { NamedRepositories } from '../named-repositories.ts';
import { type LoadedTrust, trustLoader, type TrustRequest } from './trust.ts';
import { judgeImage, type JudgedImage, type VerifyResult, verifyImage } from './verify.ts';

/** Verifies with keys that the caller holds. */
export async function verifyReference(request: {
  repository: Repository;
  reference: string;
  keys: readonly PublicKey[];
}): Promise<VerifyResult> {
  const { readImage, claimReaders } = await contentReaders();
  const trust = {
    keys: request.keys,
    provenance: { builders: [], sources: [] },
    required: defaultRequirements,
    claimReaders,
  };
  return await verifyImage({ repository: request.repository, reference: request.reference, trust, readImage });
}

/** What reads layers, and the kinds of SBOM that can be held against them. */
async function contentReaders() {
  const [{ claimsOfCycloneDx, claimsOfSpdx }, { readImage }] = await Promise.all([
    import('../../bom/from-documents.ts'),
    import('../sbom/read-image.ts'),
  ]);
  return {
    readImage,
    claimReaders: { [predicateTypes.spdx]: claimsOfSpdx, [predicateTypes.cyclonedx]: claimsOfCycloneDx },
  };
}

export interface ReferenceOptions {
  readonly offline: boolean;
  readonly insecure: boolean;
  readonly signal: AbortSignal;
  /** What names stood for before, in the same answer. */
  readonly resolved?: Resolved | undefined;
  /** `HOST/NAME` or `oci:DIR`: where signatures and attestations are, beside the image's own repository. */
  readonly referrersRepository?: string | undefined;
}

/** What is asked of an image, beside whom to trust. */
export interface VerifyOptions extends Omit<TrustRequest, 'repository' | 'offline'> {
  readonly signaturesOnly?: boolean | undefined;
  readonly platform?: string | undefined;
  /** Path of what was seen before: read, held against the answer, and replaced by what is seen now. */
  readonly state?: string | undefined;
}

/** An answer, and by whose word. */
export type NamedResult = VerifyResult & {
  readonly origin: LoadedTrust['origin'];
  /** When it was asked. */
  readonly time: string;
};

/** An answer with all that it was found by. */
export interface NamedAnswer extends JudgedImage {
  readonly result: NamedResult;
  readonly trust: LoadedTrust;
  readonly repository: Repository;
}

/** Verifies what a user names: `oci:DIR:TAG`, `localhost:5000/node:20`. @throws Fault `reference/…`, `verify/no-trust` */
export async function verifyNamed(
  reference: string,
  request: VerifyOptions,
  options: ReferenceOptions,
): Promise<NamedResult> {
  return (await answerNamed(reference, request, options)).result;
}

/** {@link verifyNamed}, with the evidence. */
export async function answerNamed(
  reference: string,
  request: VerifyOptions,
  options: ReferenceOptions,
): Promise<NamedAnswer> {
  const verifier = new Verifier(request, options);
  if (request.state === undefined) return await verifier.judge(reference);
  const { withState } = await import('./verifier-state.ts');
  return await withState(request.state, async (before) => {
    const { answer, state } = await verifier.remember(await verifier.judge(reference), before);
    return { value: answer, state };
  });
}

/** Answers for many references with one trust and one time. */
export class Verifier {
  readonly #request: VerifyOptions;
  readonly #repositories: NamedRepositories;
  readonly #trust: ReturnType<typeof trustLoader>;
  readonly #now: number;

  constructor(request: VerifyOptions, options: ReferenceOptions) {
    this.#request = request;
    this.#now = request.now ?? Math.floor(clock().getTime() / 1000);
    this.#repositories = new NamedRepositories(options);
    this.#trust = trustLoader({ ...request, offline: options.offline, now: this.#now });
  }

  /** An answer without what was seen before. @throws Fault as {@link verifyNamed} */
  async judge(name: string): Promise<NamedAnswer> {
    const { repository, reference } = await this.#repositories.open(name);
    return await this.judgeIn(repository, reference);
  }

  /** {@link judge} of what is in a repository that the caller holds. @throws Fault `verify/no-trust`, faults of the repository */
  async judgeIn(repository: Repository, reference: string): Promise<NamedAnswer> {
    const trust = await this.#trust(repository.name);
    const { signaturesOnly, platform } = this.#request;
    const readers = signaturesOnly === true ? { readImage: undefined, claimReaders: {} } : await contentReaders();
    const judged = await judgeImage({
      repository,
      reference,
      trust: { ...trust, claimReaders: readers.claimReaders },
      readImage: readers.readImage,
      signaturesOnly,
      platform,
    });
    const result = { ...judged.result, origin: trust.origin, time: isoTime(this.#now) };
    return { ...judged, result, trust, repository };
  }

  /** The answer held against what was seen before, and what is to be remembered. */
  async remember(
    answer: NamedAnswer,
    before: VerifierState | undefined,
  ): Promise<{ readonly answer: NamedAnswer; readonly state: VerifierState | undefined }> {
    if (before === undefined) return { answer, state: undefined };
    const { remembered } = await import('./verifier-state.ts');
    const { result, state } = remembered(answer, before, this.#now);
    return { answer: { ...answer, result: { ...answer.result, ...result } }, state };
  }
}
