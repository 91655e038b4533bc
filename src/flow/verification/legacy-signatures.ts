// Signatures and attestations of a manifest in the forms that were there before Sigstore's bundles: cosign's tags, and what hangs on
// it as referrers (Docker's layout; cosign's with OCI 1.1).
import { kindOfLayer, readLayer } from '../../cosign/layer.ts';
import { isSignatureReferrer, legacyLayers, legacyTag } from '../../cosign/manifest.ts';
import { PAYLOAD_LIMIT } from '../../cosign/payload.ts';
import {
  cosignMediaTypes,
  type LegacyKind,
  type LegacySignature,
  SIGNATURE_ARTIFACT_TYPE,
} from '../../cosign/types.ts';
import type { Digest } from '../../lib/digest.ts';
import { Fault, messageOf } from '../../lib/faults.ts';
import { limits } from '../../lib/limits.ts';
import { parseManifest } from '../../oci/documents.ts';
import { type Descriptor, type Manifest, mediaTypes } from '../../oci/types.ts';
import { PREDICATE_TYPE_ANNOTATION } from '../../publish/docker-statement.ts';
import type { Repository } from '../../repository/types.ts';
import type { Check } from '../../verify/check.ts';
import type { BareStatement } from '../../verify/cosign/docker.ts';
import type { Ledger } from './ledger.ts';

export type LegacyPlace = 'cosign-tag' | 'referrer';

/** A signature, and where it was found. */
export interface FoundLegacy {
  /** `cosign-tag`: under the manifest's tag; `referrer`: hanging on it. */
  readonly place: LegacyPlace;
  /** The digest of the manifest that lists it. */
  readonly manifest: Digest;
  readonly signature: LegacySignature;
}

export interface CollectedLegacy {
  readonly signatures: readonly FoundLegacy[];
  /** Of Docker's layout, with their own signatures. */
  readonly statements: readonly BareStatement[];
  /** What is there and cannot be read. */
  readonly checks: readonly Check[];
}

/**
 * Reads every legacy signature and attestation of a manifest, together at most limits.envelope bytes. Content that is altered or
 * missing ends in the ledger.
 * @throws Fault of the repository; `verify/too-much` beyond the bound
 */
export async function collectLegacy(repository: Repository, ledger: Ledger, subject: Digest): Promise<CollectedLegacy> {
  const collector = new Collector(repository, ledger, subject);
  const tagged = [await collector.tagged('signature'), await collector.tagged('attestation')].flat();
  const { signatures, statements } = await collector.referrers(subject);
  return { signatures: [...tagged, ...signatures], statements, checks: collector.checks };
}

class Collector {
  readonly checks: Check[] = [];
  readonly #repository: Repository;
  readonly #ledger: Ledger;
  readonly #subject: Digest;
  #size = 0;
  #referrers = 0;

  constructor(repository: Repository, ledger: Ledger, subject: Digest) {
    this.#repository = repository;
    this.#ledger = ledger;
    this.#subject = subject;
  }

  /** What stands under the manifest's tag. */
  async tagged(kind: LegacyKind): Promise<FoundLegacy[]> {
    const tag = legacyTag(this.#subject, kind);
    const descriptor = await this.#resolve(tag);
    if (descriptor === undefined) return [];
    const manifest = await this.#manifest(descriptor);
    return manifest === undefined ? [] : await this.#signatures(manifest, descriptor.digest, 'cosign-tag');
  }

  /** What hangs on a manifest: signatures, and statements with theirs, unless it is itself one that hangs somewhere. */
  async referrers(subject: Digest): Promise<Pick<CollectedLegacy, 'signatures' | 'statements'>> {
    const signatures: FoundLegacy[] = [];
    const statements: BareStatement[] = [];
    for (const referrer of await this.#listed(subject)) {
      const manifest = await this.#manifest(referrer);
      if (manifest?.subject?.digest !== subject) continue;
      const isEnvelope = manifest.layers.some((layer) => kindOfLayer(layer) === 'attestation');
      if (isSignatureReferrer(manifest) || isEnvelope) {
        signatures.push(...(await this.#signatures(manifest, referrer.digest, 'referrer')));
      } else if (subject === this.#subject) statements.push(...(await this.#statements(manifest, referrer)));
    }
    return { signatures, statements };
  }

  async #listed(subject: Digest): Promise<Descriptor[]> {
    try {
      const found = (await this.#repository.referrers(subject)).filter(mayBeLegacy);
      this.#referrers += found.length;
      if (this.#referrers > limits.referrers) throw tooMuch(this.#subject);
      return found;
    } catch (fault) {
      if (this.#ledger.note(fault, subject) === undefined) throw fault;
      return [];
    }
  }

  async #statements(manifest: Manifest, { digest }: Descriptor): Promise<BareStatement[]> {
    const layers = statementLayers(manifest);
    if (layers.length === 0) return [];
    const hanging = await this.referrers(digest);
    const signatures = hanging.signatures.flatMap(({ signature }) =>
      signature.kind === 'signature' ? [signature] : [],
    );
    const found: BareStatement[] = [];
    for (const layer of layers) {
      const bytes = await this.#blob(layer, limits.envelope);
      const annotatedType =
        layer.annotations?.[PREDICATE_TYPE_ANNOTATION] ?? manifest.annotations?.[PREDICATE_TYPE_ANNOTATION];
      if (bytes !== undefined) found.push({ manifest: digest, blob: layer.digest, bytes, annotatedType, signatures });
    }
    return found;
  }

  async #signatures(manifest: Manifest, digest: Digest, place: LegacyPlace): Promise<FoundLegacy[]> {
    const found: FoundLegacy[] = [];
    for (const layer of (await this.#guarded(digest, () => legacyLayers(manifest))) ?? []) {
      const isSignature = layer.mediaType === cosignMediaTypes.simpleSigning;
      const bytes = await this.#blob(layer, isSignature ? PAYLOAD_LIMIT : limits.envelope);
      const signature = bytes && (await this.#guarded(layer.digest, () => readLayer(layer, bytes)));
      if (signature !== undefined) found.push({ place, manifest: digest, signature });
    }
    return found;
  }

  async #manifest(descriptor: Descriptor): Promise<Manifest | undefined> {
    return await this.#guarded(descriptor.digest, async () =>
      parseManifest(await this.#repository.manifest(descriptor), descriptor.mediaType),
    );
  }

  async #blob(layer: Descriptor, limit: number): Promise<Buffer | undefined> {
    if (layer.size > limit) {
      this.#unreadable(layer.digest, `it has ${layer.size} bytes, ${limit} are read`);
      return undefined;
    }
    this.#size += layer.size;
    if (this.#size > limits.envelope) throw tooMuch(this.#subject);
    return await this.#guarded(layer.digest, async () => this.#repository.blob(layer, limit));
  }

  /** What a tag names; most images have none. */
  async #resolve(tag: string): Promise<Descriptor | undefined> {
    try {
      return await this.#repository.resolve(tag);
    } catch (fault) {
      if (fault instanceof Fault && fault.code === 'repository/not-found') return undefined;
      if (this.#ledger.note(fault, this.#subject) === undefined) throw fault;
      return undefined;
    }
  }

  /** What is malformed, altered or missing is taken down, and `undefined`. */
  async #guarded<T>(digest: Digest, read: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (fault) {
      if (this.#ledger.note(fault, digest) !== undefined) return undefined;
      if (!(fault instanceof Fault) || !/^(?:cosign|oci|json|x509)\//.test(fault.code)) throw fault;
      this.#unreadable(digest, messageOf(fault).replace(/\.$/, ''));
      return undefined;
    }
  }

  #unreadable(digest: Digest, reason: string): void {
    this.checks.push({
      check: 'bundle',
      subject: this.#subject,
      outcome: 'refuted',
      reason,
      problem: 'bundle-malformed',
      evidence: [digest],
    });
  }
}

/** Layers that hold bare statements: by their media type, or the only one of a manifest whose artifact type says so. */
function statementLayers({ layers, artifactType }: Manifest): readonly Descriptor[] {
  const named = layers.filter(({ mediaType }) => mediaType === mediaTypes.inToto);
  return named.length === 0 && artifactType === mediaTypes.inToto && layers.length === 1 ? layers : named;
}

/** Where the list says nothing of the type, the manifest does. */
function mayBeLegacy({ artifactType, mediaType, size }: Descriptor): boolean {
  if (mediaType !== mediaTypes.manifest || size > limits.manifest) return false;
  const types: readonly string[] = [SIGNATURE_ARTIFACT_TYPE, mediaTypes.inToto, mediaTypes.empty, mediaTypes.config];
  return artifactType === undefined || types.includes(artifactType);
}

function tooMuch(subject: Digest): Fault {
  return new Fault(
    'verify/too-much',
    `More signatures of ${subject} are there than are read: over ${limits.envelope >> 20} MiB or ${limits.referrers} referrers.`,
    'Remove those that do not belong there, or verify a copy without them.',
  );
}
