// `temper sign`: references → signatures of what they name and of what that lists, in every format that is asked for.
import { now } from '../../io/clock.ts';
import { Fault } from '../../lib/faults.ts';
import { originWords } from '../../sign/words.ts';
import { planSignature, type SignatureWords } from './image-signature.ts';
import { type PlannedSignature, publishPlanned, type PublishedSignature } from './planned-signatures.ts';
import { checkWitnesses, isNotation, type SignatureFormat } from './signature-formats.ts';
import { signedBefore } from './signed-before.ts';
import { type PartyRequest, type SignedBy, type SigningParty, signingParty } from './signing-party.ts';
import { type SigningTarget, signingTarget } from './signing-targets.ts';
import type { ReferenceOptions } from '../verification/verify-reference.ts';

export interface SignRequest
  extends Omit<PartyRequest, 'notation' | 'offline' | 'insecure' | 'signal'>,
    ReferenceOptions {
  readonly references: readonly string[];
  readonly formats: readonly SignatureFormat[];
  /** Whether the manifests that an index lists are signed, too. */
  readonly recursive: boolean;
  /** What the signer says beside. */
  readonly annotations: Readonly<Record<string, string>>;
  /** What the payload calls the image in cosign's legacy formats; the repository's name unless given. */
  readonly containerIdentity: string | undefined;
  /** From when on a Notary Project signature does not count, seconds since 1970. */
  readonly expiry: number | undefined;
  readonly progress: (line: string) => void;
}

export interface SignedImage {
  /** As it was named. */
  readonly reference: string;
  readonly repository: string;
  /** What it named. */
  readonly digest: PublishedSignature['subject'];
  readonly signatures: readonly PublishedSignature[];
}

export interface SignReport {
  readonly by: SignedBy;
  readonly images: readonly SignedImage[];
}

/**
 * Signs images: each reference is resolved once, everything is signed, and only then is anything published.
 * @throws Fault `sign/…`, `option/…`, `witness/…`, and of the key, the services and the repositories
 */
export async function signImages(request: SignRequest): Promise<SignReport> {
  const { references, formats, containerIdentity } = request;
  if (containerIdentity !== undefined && references.length > 1) {
    throw new Fault('option/identity', 'One name cannot be that of several images.', 'Sign them one after the other.');
  }
  const targets: SigningTarget[] = [];
  for (const reference of references) targets.push(await signingTarget(reference, request));
  const party = await signingParty({ ...request, notation: formats.some(isNotation) });
  try {
    checkWitnesses(formats, party.witnesses);
    const planned = new Map<string, PlannedSignature[]>();
    for (const target of targets) {
      if (!planned.has(keyOf(target))) planned.set(keyOf(target), await signTarget(target, party, request));
    }
    return { by: party.by, images: await publishAll(targets, planned, request) };
  } finally {
    await party.close();
  }
}

async function signTarget(
  target: SigningTarget,
  party: SigningParty,
  request: SignRequest,
): Promise<PlannedSignature[]> {
  const { formats, recursive, annotations, containerIdentity, expiry, signal, progress } = request;
  const said: SignatureWords = {
    identity: containerIdentity ?? target.name ?? '',
    words: { ...originWords(party.signer.origin), ...annotations },
    expiry,
    created: now(),
  };
  const planned: PlannedSignature[] = [];
  for (const subject of recursive ? target.all : [target.named]) {
    const before = await signedBefore(target.repository, subject.descriptor.digest, formats);
    for (const format of formats) {
      signal.throwIfAborted();
      progress(`signing ${subject.descriptor.digest} (${format})`);
      planned.push(await planSignature(format, subject, party, said, before));
    }
  }
  return planned;
}

/** The same image in the same place, under whatever name. */
function keyOf({ repository, named }: SigningTarget): string {
  return `${repository.name} ${named.descriptor.digest}`;
}

async function publishAll(
  targets: readonly SigningTarget[],
  planned: ReadonlyMap<string, readonly PlannedSignature[]>,
  request: SignRequest,
): Promise<SignedImage[]> {
  const done = new Map<string, SignedImage>();
  const images: SignedImage[] = [];
  for (const target of targets) {
    const before = done.get(keyOf(target));
    const image =
      before === undefined
        ? await publish(target, planned.get(keyOf(target)) ?? [], request)
        : { ...before, reference: target.reference };
    done.set(keyOf(target), image);
    images.push(image);
  }
  return images;
}

async function publish(
  target: SigningTarget,
  planned: readonly PlannedSignature[],
  { signal, progress }: SignRequest,
): Promise<SignedImage> {
  signal.throwIfAborted();
  progress(`publishing ${planned.length} signatures of ${target.reference}`);
  const { reference, repository, named } = target;
  const signatures = await publishPlanned(target, planned);
  return { reference, repository: repository.name, digest: named.descriptor.digest, signatures };
}
