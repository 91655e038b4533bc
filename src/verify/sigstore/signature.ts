// Whose signature it is: is it over these bytes, by the certificate's key or a trusted one?
import { preAuthEncoding } from '../../dsse/envelope.ts';
import { verifySignature } from '../../dsse/verify.ts';
import { parseStatement, STATEMENT_PAYLOAD_TYPE } from '../../intoto/statement.ts';
import { hexOf } from '../../lib/digest.ts';
import { messageOf } from '../../lib/faults.ts';
import { type Bundle, keyHint } from '../../sigstore/bundle.ts';
import type { LoggedHash } from '../../sigstore/entry-body.ts';
import { parseCertificate } from '../../x509/certificate.ts';
import { identityOf, identityText } from './identity.ts';
import type { BundleQuestion, BundleSigner, CheckList, SignedContent } from './question.ts';
import type { BundleTrust } from './trust.ts';

/** What a bundle says: its digest, its statement's subjects. Nobody is believed yet. */
export function checkSubject(
  { content }: Bundle,
  question: BundleQuestion,
  signed: SignedContent,
  list: CheckList,
): void {
  if (content.kind === 'message') {
    checkMessageDigest(content.digest, signed, list);
    return;
  }
  const { payloadType, payload } = content.envelope;
  if (payloadType !== STATEMENT_PAYLOAD_TYPE) {
    list.refuted('statement', 'statement-malformed', `the payload is of type ${payloadType}`);
    return;
  }
  try {
    const { subject: subjects } = parseStatement(payload);
    const about = subjects.some(({ digest }) => digest['sha256'] === hexOf(question.subject));
    const first = subjects[0]?.digest['sha256'];
    if (about) list.established('subject', `the statement is about ${question.subject}`);
    else
      list.refuted(
        'subject',
        'subject-other',
        `the statement is about ${first === undefined ? 'something else' : `sha256:${first}`}`,
      );
  } catch (fault) {
    list.refuted('statement', 'statement-malformed', unstopped(fault));
  }
}

const NAMES: Readonly<Record<string, LoggedHash['algorithm']>> = {
  SHA2_256: 'sha256',
  SHA2_384: 'sha384',
  SHA2_512: 'sha512',
};

function checkMessageDigest(
  said: { readonly algorithm: string; readonly digest: Buffer } | undefined,
  signed: SignedContent,
  list: CheckList,
): void {
  const algorithm = said === undefined ? undefined : NAMES[said.algorithm];
  const digest = algorithm === undefined ? undefined : signed.message(algorithm);
  if (said === undefined || digest === undefined) {
    list.notApplicable('subject', 'the bundle says no digest that can be compared');
  } else if (digest.equals(said.digest)) list.established('subject', 'the bundle names the same digest');
  else list.refuted('subject', 'digest-other', `the bundle is about ${algorithm}:${said.digest.toString('hex')}`);
}

/**
 * Who signed, once the signature is found to be over the content: by its certificate, whoever issued it, or by a trusted key.
 * `undefined` when nobody did.
 */
export function checkSignature(
  bundle: Bundle,
  question: BundleQuestion,
  signed: SignedContent,
  trust: BundleTrust,
  list: CheckList,
): BundleSigner | undefined {
  if (bundle.signer.kind === 'certificate')
    return certificateSigner(bundle.signer.certificates, bundle, question, signed, list);
  const { hint, unnamed = false } = bundle.signer;
  const keys = trust.keys.map(({ key }) => key);
  if (keys.length === 0) {
    list.missing('signature', 'signer-untrusted', 'it is signed by a key, and no key is trusted');
    return undefined;
  }
  let needsBytes = false;
  for (const key of keys) {
    const verdict = verifiesContent(key.spki, bundle, question, signed);
    if (verdict === true) {
      list.established('signature', `signed by ${key.fingerprint}`);
      return { kind: 'key', key };
    }
    needsBytes ||= verdict === undefined;
  }
  if (needsBytes)
    list.missing('signature', 'artifact-needed', 'a signature of this kind is judged by the bytes, not their digest');
  else if (unnamed) {
    const reason = 'no trusted key signed these bytes, and the format does not say which key did';
    list.missing('signature', 'signer-untrusted', reason);
  } else if (hint !== undefined && hint !== '' && !keys.some(({ spki }) => keyHint(spki) === hint)) {
    list.missing(
      'signature',
      'signer-untrusted',
      'it names a key that is not trusted, and no trusted key signed these bytes',
    );
  } else list.refuted('signature', 'signature-invalid', 'it is not by a trusted key over these bytes');
  return undefined;
}

function certificateSigner(
  [leaf, ...others]: readonly [Buffer, ...Buffer[]],
  bundle: Bundle,
  question: BundleQuestion,
  signed: SignedContent,
  list: CheckList,
): BundleSigner | undefined {
  try {
    const certificate = parseCertificate(leaf);
    const between = others.map((der) => parseCertificate(der));
    const identity = identityOf(certificate);
    const verdict = verifiesContent(certificate.spki, bundle, question, signed);
    if (verdict === true) {
      list.established('signature', `signed with the certificate of ${identityText(identity, certificate)}`);
      return { kind: 'certificate', certificate, between, identity };
    }
    if (verdict === false)
      list.refuted('signature', 'signature-invalid', "it is not by the certificate's key over these bytes");
    else
      list.missing('signature', 'artifact-needed', 'a signature of this kind is judged by the bytes, not their digest');
  } catch (fault) {
    list.refuted('certificate', 'bundle-malformed', unstopped(fault));
  }
  return undefined;
}

/** `undefined` when the bytes would be needed. */
function verifiesContent(
  spki: Uint8Array,
  { content }: Bundle,
  { artifact, verifyHash }: BundleQuestion,
  signed: SignedContent,
): boolean | undefined {
  if (content.kind === 'envelope') {
    const { payloadType, payload } = content.envelope;
    return verifySignature(spki, preAuthEncoding(payloadType, payload), signed.signature);
  }
  if (artifact !== undefined) return verifySignature(spki, artifact, signed.signature);
  const hash = signed.message('sha256');
  if (verifyHash === undefined || hash === undefined) return undefined;
  return verifyHash(spki, { algorithm: 'sha256', hash }, signed.signature);
}

export function unstopped(fault: unknown): string {
  return messageOf(fault).replace(/\.$/, '');
}
