// `temper attest`: a predicate or a statement → signed, on what a reference names or on one of its platforms.
import { now } from '../../io/clock.ts';
import { Fault } from '../../lib/faults.ts';
import { originWords } from '../../sign/words.ts';
import { attestationContent, type ContentOptions } from '../verification/attestation-content.ts';
import { type AttestationWords, planAttestation } from './image-attestation.ts';
import { type PlannedSignature, publishPlanned, type PublishedSignature } from './planned-signatures.ts';
import { removeReplaced } from './replaced-attestations.ts';
import type { SignReport } from './sign.ts';
import { type AttestationFormat, checkWitnesses } from './signature-formats.ts';
import { type SignedBefore, signedBefore } from './signed-before.ts';
import { type PartyRequest, type SigningParty, signingParty } from './signing-party.ts';
import { type SigningSubject, type SigningTarget, signingTarget } from './signing-targets.ts';
import type { ReferenceOptions } from '../verification/verify-reference.ts';

export interface AttestRequest
  extends Omit<PartyRequest, 'notation' | 'offline' | 'insecure' | 'signal'>,
    ContentOptions,
    ReferenceOptions {
  readonly reference: string;
  readonly formats: readonly AttestationFormat[];
  /** On whose manifest it hangs; on what the reference names unless given. */
  readonly platform: string | undefined;
  /** Attestations of the same type and format on the same manifest give way, whoever signed them. */
  readonly replace: boolean;
  /** What the signer says beside. */
  readonly annotations: Readonly<Record<string, string>>;
  /** The subject's name; the repository's unless given. */
  readonly containerIdentity: string | undefined;
  readonly progress: (line: string) => void;
}

/**
 * Attests: the reference is resolved once, and nothing is published before everything is signed.
 * @throws Fault `attest/…`, `sign/…`, `option/…`, `witness/…`, and of the key, the services and the repository
 */
export async function attestImage(request: AttestRequest): Promise<SignReport> {
  const content = await attestationContent(request);
  const target = await signingTarget(request.reference, request);
  const subject = subjectFor(target, request.platform);
  const party = await signingParty({ ...request, notation: false });
  try {
    checkWitnesses(request.formats, party.witnesses);
    const said: AttestationWords = {
      content,
      identity: request.containerIdentity ?? target.name ?? '',
      words: { ...originWords(party.signer.origin), ...request.annotations },
      created: now(),
      replace: request.replace,
    };
    const before = await signedBefore(target.repository, subject.descriptor.digest, request.formats);
    const planned = await planAll(subject, party, said, before, request);
    request.signal.throwIfAborted();
    request.progress(`publishing on ${subject.descriptor.digest}`);
    const published = await publishPlanned(target, planned);
    const signatures = request.replace ? await replaceOld(target, published, before, request) : published;
    const { reference, repository, named } = target;
    const image = { reference, repository: repository.name, digest: named.descriptor.digest, signatures };
    return { by: party.by, images: [image] };
  } finally {
    await party.close();
  }
}

/** Once all that is new is there. */
async function replaceOld(
  { repository }: SigningTarget,
  published: readonly PublishedSignature[],
  before: SignedBefore,
  { formats }: AttestRequest,
): Promise<PublishedSignature[]> {
  const done: PublishedSignature[] = [];
  for (const one of published) {
    const { subject, predicateType = '', manifest } = one;
    const format = formats.find((asked) => asked === one.format);
    const replaced =
      format === undefined
        ? []
        : await removeReplaced(repository, { subject, format, predicateType, manifest }, before);
    done.push({ ...one, replaced });
  }
  return done;
}

async function planAll(
  subject: SigningSubject,
  party: SigningParty,
  said: AttestationWords,
  before: SignedBefore,
  { formats, signal, progress }: AttestRequest,
): Promise<PlannedSignature[]> {
  const planned: PlannedSignature[] = [];
  for (const format of formats) {
    signal.throwIfAborted();
    progress(`signing ${said.content.predicateType} (${format})`);
    planned.push(await planAttestation(format, subject, party, said, before));
  }
  return planned;
}

/** @throws Fault `attest/platform` */
function subjectFor({ reference, named, all }: SigningTarget, platform: string | undefined): SigningSubject {
  if (platform === undefined) return named;
  const [found, ...others] = all.filter((subject) => subject.platform === platform);
  if (found !== undefined && others.length === 0) return found;
  const there = all.flatMap((subject) => subject.platform ?? []);
  throw new Fault(
    'attest/platform',
    found === undefined
      ? `${reference} has no manifest for ${platform.slice(0, 100)}.`
      : `${reference} has several manifests for ${platform}.`,
    there.length === 0 ? 'It is no index; leave --platform out.' : `There is: ${there.slice(0, 20).join(', ')}.`,
  );
}
