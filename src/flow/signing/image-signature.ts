// The signature of one manifest in each format.
import { now } from '../../io/clock.ts';
import type { Digest } from '../../lib/digest.ts';
import { layerOf } from '../../cosign/layer.ts';
import { simpleSigningBytes } from '../../cosign/payload.ts';
import { statementBytes } from '../../intoto/statement.ts';
import { tool } from '../../lib/tool.ts';
import type { NotaryFormat, TargetArtifact } from '../../notary/types.ts';
import { signatureReferrer } from '../../publish/docker-statement.ts';
import { notaryReferrer } from '../../publish/notary-referrer.ts';
import { bundleReferrer } from '../../publish/referrer.ts';
import { signBundle } from '../../sign/bundle.ts';
import { signPayload } from '../../sign/legacy.ts';
import { signNotary } from '../../sign/notary.ts';
import { imageSignature } from '../../sign/statement.ts';
import { notaryTimestamp } from '../../sign/timestamp.ts';
import type { PlannedSignature, PlannedWrite } from './planned-signatures.ts';
import { carriedBy, type SignatureFormat } from './signature-formats.ts';
import {
  bundleBefore,
  notaryBefore,
  type SignedBefore,
  signatureBefore,
  type Wanted,
  type Witnessed,
} from './signed-before.ts';
import type { SigningParty } from './signing-party.ts';
import type { SigningSubject } from './signing-targets.ts';

export interface SignatureWords {
  /** What the payload calls the image in cosign's legacy formats; empty for no name. */
  readonly identity: string;
  /** What the signer says beside. */
  readonly words: Readonly<Record<string, string>>;
  /** From when on a Notary Project signature does not count, seconds since 1970. */
  readonly expiry: number | undefined;
  /** Of the referrers. */
  readonly created: Date;
}

/** Signs a manifest in one format, unless the same key has signed the same before. @throws Fault of the signer, `witness/…`, `notary/…` */
export async function planSignature(
  format: SignatureFormat,
  subject: SigningSubject,
  party: SigningParty,
  said: SignatureWords,
  before: SignedBefore,
): Promise<PlannedSignature> {
  const witnesses = carriedBy(format, party.witnesses);
  const context = { subject, party: { ...party, witnesses }, said, before };
  const write = await writeOf(format, context);
  return { format, subject, predicateType: undefined, witnesses: witnesses.map(({ name }) => name), write };
}

interface Context {
  readonly subject: SigningSubject;
  readonly party: SigningParty;
  readonly said: SignatureWords;
  readonly before: SignedBefore;
}

async function writeOf(format: SignatureFormat, context: Context): Promise<PlannedWrite> {
  switch (format) {
    case 'bundle':
      return await signAsBundle(context);
    case 'cosign-tag':
    case 'docker':
      return await signAsPayload(context, format);
    case 'notation-jws':
      return await signAsNotary(context, 'jws');
    case 'notation-cose':
      return await signAsNotary(context, 'cose');
  }
}

/** What to look for among earlier signatures: those of certificates of some minutes are never the same. */
export function wantedBy(party: SigningParty, subject: Digest, bytes: Uint8Array): Wanted | undefined {
  const { signer, certificate } = party;
  return certificate === undefined
    ? { bytes, subject, key: signer.publicKey, witnessed: witnessedBy(party) }
    : undefined;
}

/** A witness that does not say what it gives is taken to give a time. */
function witnessedBy({ witnesses, root }: SigningParty): Witnessed {
  const logs = witnesses.filter(({ gives }) => gives === 'promise' || gives === 'proof').length;
  return { root, logs, timestamps: witnesses.length - logs, now: Math.floor(now().getTime() / 1000) };
}

async function signAsBundle({ subject, party, said, before }: Context): Promise<PlannedWrite> {
  const { descriptor } = subject;
  const statement = imageSignature(descriptor.digest, said.words);
  const wanted = wantedBy(party, descriptor.digest, statementBytes(statement));
  const there = wanted && bundleBefore(before, wanted);
  if (there !== undefined) return { kind: 'there', manifest: there };
  const bytes = await signBundle({ kind: 'statement', statement }, party, party.witnesses);
  const { predicateType } = statement;
  return {
    kind: 'referrers',
    referrers: [bundleReferrer({ subject: descriptor, bytes, predicateType, created: said.created })],
  };
}

async function signAsPayload(
  { subject, party, said, before }: Context,
  format: 'cosign-tag' | 'docker',
): Promise<PlannedWrite> {
  const { descriptor } = subject;
  const payload = simpleSigningBytes({ reference: said.identity, digest: descriptor.digest, optional: said.words });
  const wanted = wantedBy(party, descriptor.digest, payload);
  const place = format === 'docker' ? 'referrer' : 'cosign-tag';
  const there = wanted && signatureBefore(before, place, wanted);
  if (there !== undefined) return { kind: 'there', manifest: there };
  const layer = await signPayload(payload, { ...party, chain: chainOf(party) }, party.witnesses);
  if (format === 'cosign-tag') return { kind: 'tag', legacy: 'signature', layer };
  const { created } = said;
  return {
    kind: 'referrers',
    referrers: [signatureReferrer({ subject: descriptor, layer: layerOf(layer), payload, created })],
  };
}

/** DER: what stands above the signer's certificate. */
export function chainOf({ above }: SigningParty): Buffer[] {
  return above.map(({ der }) => der);
}

async function signAsNotary({ subject, party, said, before }: Context, format: NotaryFormat): Promise<PlannedWrite> {
  const { descriptor } = subject;
  const { signer, notaryCertificates: certificates, witnesses } = party;
  const annotations = Object.keys(said.words).length === 0 ? {} : { annotations: said.words };
  const artifact: TargetArtifact = { ...descriptor, ...annotations };
  const wanted = { key: signer.publicKey, witnessed: witnessedBy(party), chain: certificates };
  const there = said.expiry === undefined ? notaryBefore(before, format, artifact, wanted) : undefined;
  if (there !== undefined) return { kind: 'there', manifest: there };
  const [witness] = witnesses;
  const bytes = await signNotary(
    {
      artifact,
      format,
      signingTime: Math.floor(said.created.getTime() / 1000),
      expiry: said.expiry,
      agent: `${tool.name}/${tool.version}`,
      timestamp: witness === undefined ? undefined : notaryTimestamp(witness, signer),
    },
    { signer, certificates },
  );
  const { created } = said;
  return {
    kind: 'referrers',
    referrers: [notaryReferrer({ subject: descriptor, bytes, format, certificates, created })],
  };
}
