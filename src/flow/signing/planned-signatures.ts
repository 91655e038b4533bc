// Signatures that are made and not yet published, and publishing them: everything is signed before anything is published.
import { layerOf } from '../../cosign/layer.ts';
import type { LegacyKind } from '../../cosign/types.ts';
import type { Digest } from '../../lib/digest.ts';
import type { Descriptor } from '../../oci/types.ts';
import { publishTagged } from '../../publish/cosign-tag.ts';
import { publishReferrers } from '../../publish/image.ts';
import type { Referrer } from '../../publish/referrer.ts';
import type { SignedLayer } from '../../sign/legacy.ts';
import type { SignatureFormat } from './signature-formats.ts';
import type { SigningSubject, SigningTarget } from './signing-targets.ts';

export interface PlannedSignature {
  readonly format: SignatureFormat;
  readonly subject: SigningSubject;
  /** Of an attestation. */
  readonly predicateType: string | undefined;
  /** Names of those whose word it carries. */
  readonly witnesses: readonly string[];
  readonly write: PlannedWrite;
}

export type PlannedWrite =
  /** It is there: the manifest that holds it. */
  | { readonly kind: 'there'; readonly manifest: Digest }
  /** The first is the one that hangs on the subject. */
  | { readonly kind: 'referrers'; readonly referrers: readonly [Referrer, ...Referrer[]] }
  | {
      readonly kind: 'tag';
      readonly legacy: LegacyKind;
      readonly layer: SignedLayer;
      /** Which layers it takes the place of. */
      readonly gives?: ((layer: Descriptor) => boolean) | undefined;
    };

/** A signature or attestation that hangs on an image. */
export interface PublishedSignature {
  readonly subject: Digest;
  readonly role: SigningSubject['role'];
  readonly platform: string | undefined;
  readonly format: SignatureFormat;
  /** Of an attestation. */
  readonly predicateType: string | undefined;
  /** The manifest that holds it: of its own, or under cosign's tag. */
  readonly manifest: Digest;
  /** `there`: the same signer had signed the same before, and nothing was added. */
  readonly status: 'added' | 'there';
  /** Those whose word it carries; of one that was there not looked at. */
  readonly witnesses: readonly string[];
  /** Manifests that it took the place of, which were deleted; of one under cosign's tag none. */
  readonly replaced?: readonly Digest[];
}

/**
 * Publishes what was signed for one reference: referrers at once, then what stands under tags.
 * @throws Fault `sign/moved` before anything is published, when the reference names something else by now; `publish/…`, and what the
 * repository throws
 */
export async function publishPlanned(
  target: SigningTarget,
  planned: readonly PlannedSignature[],
): Promise<PublishedSignature[]> {
  const { repository } = target;
  const referrers = planned.flatMap(({ write }) => (write.kind === 'referrers' ? write.referrers : []));
  if (planned.some(({ write }) => write.kind !== 'there')) await target.unmoved();
  if (referrers.length > 0) await publishReferrers(repository, referrers);
  const published: PublishedSignature[] = [];
  for (const one of planned) published.push(await finish(target, one));
  return published;
}

async function finish(target: SigningTarget, planned: PlannedSignature): Promise<PublishedSignature> {
  const { subject, format, predicateType, witnesses, write } = planned;
  return {
    subject: subject.descriptor.digest,
    role: subject.role,
    platform: subject.platform,
    format,
    predicateType,
    manifest: await manifestOf(target, subject, write),
    status: write.kind === 'there' ? 'there' : 'added',
    witnesses,
  };
}

async function manifestOf(
  { repository, named }: SigningTarget,
  { descriptor }: SigningSubject,
  write: PlannedWrite,
): Promise<Digest> {
  if (write.kind === 'there') return write.manifest;
  if (write.kind === 'referrers') return write.referrers[0].descriptor.digest;
  const { layer, legacy, gives } = write;
  return await publishTagged(repository, {
    subject: descriptor.digest,
    kind: legacy,
    layers: [{ descriptor: layerOf(layer), payload: layer.payload }],
    marked: descriptor.digest === named.descriptor.digest,
    gives,
  });
}
