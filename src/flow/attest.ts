// `temper attest`: a predicate or a statement → signed, on what a reference names or on one of its platforms.
import { now } from '../io/clock.ts';
import { Fault } from '../lib/faults.ts';
import { originWords } from '../sign/words.ts';
import { attestationContent, type ContentOptions } from './attestation-content.ts';
import { type AttestationWords, planAttestation } from './image-attestation.ts';
import { type PlannedSignature, publishPlanned } from './planned-signatures.ts';
import type { SignReport } from './sign.ts';
import { type AttestationFormat, checkWitnesses } from './signature-formats.ts';
import { signedBefore } from './signed-before.ts';
import { type PartyRequest, type SigningParty, signingParty } from './signing-party.ts';
import { type SigningSubject, type SigningTarget, signingTarget } from './signing-targets.ts';
import type { ReferenceOptions } from './verify-reference.ts';

export interface AttestRequest
  extends Omit<PartyRequest, 'notation' | 'offline' | 'insecure' | 'signal'>,
    ContentOptions,
    ReferenceOptions {
  readonly reference: string;
  readonly formats: readonly AttestationFormat[];
  /** On whose manifest it hangs; on what the reference names unless given. */
  readonly platform: string | undefined;
  /** Attestations of the same type under cosign's tag give way. */
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
  if (request.replace && request.formats.some((format) => format !== 'cosign-tag')) {
    throw new Fault(
      'option/replace',
      "Only attestations under cosign's tag give way to others; what hangs on an image stays.",
      'Write --signature-format cosign-tag, or leave --replace out.',
    );
  }
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
    const planned = await planAll(target, subject, party, said, request);
    request.signal.throwIfAborted();
    request.progress(`publishing on ${subject.descriptor.digest}`);
    const signatures = await publishPlanned(target, planned);
    const { reference, repository, named } = target;
    const image = { reference, repository: repository.name, digest: named.descriptor.digest, signatures };
    return { by: party.by, images: [image] };
  } finally {
    await party.close();
  }
}

async function planAll(
  { repository }: SigningTarget,
  subject: SigningSubject,
  party: SigningParty,
  said: AttestationWords,
  { formats, signal, progress }: AttestRequest,
): Promise<PlannedSignature[]> {
  const before = await signedBefore(repository, subject.descriptor.digest, formats);
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
