// Who signs: a key with or without certificates, or an identity; and who is asked to testify.
import { fileExists, readFile } from '../../io/files.ts';
import { defaultKeyPath } from '../../keys/default.ts';
import { openSigner } from '../../keys/open.ts';
import { referenceOf, shownReference } from '../../keys/reference.ts';
import type { KeyOrigin, PublicKey, Signer } from '../../keys/types.ts';
import { Fault } from '../../lib/faults.ts';
import { limits } from '../../lib/limits.ts';
import type { Witness } from '../../sign/witness.ts';
import type { PreparedRoot } from '../../verify/sigstore/trust.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { certificatesFromPem } from '../../x509/pem.ts';
import { keyPath } from './keys.ts';
import { certificatesPathOf } from './notary-signer.ts';
import { type SigningServicesRequest, signingServices } from './signing-services.ts';

export interface PartyRequest extends SigningServicesRequest {
  /** A path, a name in the user's key folder, `pkcs11:…`, `hashivault://NAME`; the default key unless given and not keyless. */
  readonly key: string | undefined;
  /** A PEM file with the key's certificates, the signer's first. */
  readonly certificate: string | undefined;
  /** Of private key files. */
  readonly password: string;
  readonly allowExtractable: boolean;
  /** Whether Notary Project signatures are to be made, which need certificates: those beside a file's key unless named. */
  readonly notation: boolean;
}

/** Who signed, for people and programs. */
export type SignedBy =
  | {
      readonly kind: 'key';
      /** As it was named, without a PIN. */
      readonly key: string;
      readonly fingerprint: string;
      readonly algorithm: PublicKey['algorithm'];
      readonly origin?: KeyOrigin | undefined;
    }
  | { readonly kind: 'identity'; readonly subjects: readonly string[]; readonly issuer: string | undefined };

export interface SigningParty {
  readonly signer: Signer;
  /** Goes into signatures as the signer's; `undefined` of a key that stands for itself. */
  readonly certificate: Certificate | undefined;
  /** What stands above it. */
  readonly above: readonly Certificate[];
  /** For Notary Project signatures: the signer's first, the root last. */
  readonly notaryCertificates: readonly Certificate[];
  readonly witnesses: readonly Witness[];
  /** Whose word in an earlier signature counts. */
  readonly root: PreparedRoot;
  readonly by: SignedBy;
  close(): Promise<void>;
}

/**
 * @throws Fault `sign/no-signer` when nobody is named and there is no default key, `sign/certificate` when it is of another key or
 * needed and not there, `option/key` for a key beside an identity, and as {@link openSigner} and {@link signingServices}
 */
export async function signingParty(request: PartyRequest): Promise<SigningParty> {
  if (request.keyless !== undefined) return await identityParty(request);
  const named = request.key ?? (await defaultKey());
  const isFile = referenceOf(named).kind === 'file';
  const path = isFile ? keyPath(named) : named;
  const signer = await openSigner(path, request);
  try {
    const { certificate, above, notaryCertificates } = await certificatesOf(request, path, isFile, signer);
    const { witnesses, root } = await signingServices(withLogKey(request));
    const { fingerprint, algorithm } = signer.publicKey;
    return {
      signer,
      certificate,
      above,
      notaryCertificates,
      witnesses,
      root,
      by: { kind: 'key', key: shownReference(path), fingerprint, algorithm, origin: signer.origin },
      close: async () => signer.close?.(),
    };
  } catch (fault) {
    await signer.close?.();
    throw fault;
  }
}

async function identityParty(request: PartyRequest): Promise<SigningParty> {
  if (request.key !== undefined || request.certificate !== undefined) {
    throw new Fault(
      'option/key',
      'A key or certificate is named beside an identity, which gets a key and a certificate of its own.',
      'Name one of them.',
    );
  }
  if (request.notation) {
    throw new Fault(
      'sign/certificate',
      'Notary Project signatures need certificates whose names have a country, a state and an organisation, which identities have not.',
      'Sign with --key and --certificate.',
    );
  }
  const { identity, witnesses, root } = await signingServices(withLogKey(request));
  if (identity === undefined) throw noSigner();
  const { signer, certificate, above, identity: who } = identity;
  const { subjects, issuer } = who;
  return {
    signer,
    certificate,
    above,
    notaryCertificates: [],
    witnesses,
    root,
    by: { kind: 'identity', subjects, issuer },
    close: async () => signer.close?.(),
  };
}

async function certificatesOf(
  { certificate: file, notation }: PartyRequest,
  key: string,
  isFile: boolean,
  { publicKey }: Signer,
): Promise<Pick<SigningParty, 'certificate' | 'above' | 'notaryCertificates'>> {
  const path = file ?? (notation && isFile ? certificatesPathOf(key) : undefined);
  if (path === undefined) {
    if (notation) throw noCertificates();
    return { certificate: undefined, above: [], notaryCertificates: [] };
  }
  if (file === undefined && !(await fileExists(path))) throw noCertificates(path);
  const [leaf, ...above] = certificatesFromPem((await readFile(path, limits.key)).toString('latin1'), path);
  if (leaf === undefined || !leaf.spki.equals(publicKey.spki)) {
    throw new Fault(
      'sign/certificate',
      `The first certificate of ${path} is of another key.`,
      "Put the signer's certificate first, then those above it.",
    );
  }
  const notaryCertificates = [leaf, ...above];
  // What stands beside a key is for Notary Project signatures; a bundle of a key has no certificate unless one is named.
  if (file === undefined) return { certificate: undefined, above: [], notaryCertificates };
  return { certificate: leaf, above, notaryCertificates };
}

/** The log's key may be named as keys are, by a name in the user's key folder. */
function withLogKey(request: PartyRequest): PartyRequest {
  const { log } = request;
  if (log === undefined || referenceOf(log.key).kind !== 'file') return request;
  return { ...request, log: { ...log, key: keyPath(log.key) } };
}

async function defaultKey(): Promise<string> {
  const path = defaultKeyPath();
  if (await fileExists(path)) return path;
  throw noSigner();
}

function noSigner(): Fault {
  return new Fault(
    'sign/no-signer',
    'Nobody is named who signs, and there is no default key.',
    'Name a key with --key, make the default key with `temper key create`, or give an identity with --identity-token.',
  );
}

function noCertificates(path?: string): Fault {
  return new Fault(
    'sign/certificate',
    `Notary Project signatures need the certificates of the key${path === undefined ? '' : `, and ${path} is not there`}.`,
    'Name them with --certificate: the one of the signer, those above it, the root, in one PEM file.',
  );
}
