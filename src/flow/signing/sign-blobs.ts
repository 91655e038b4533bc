// `temper sign --blob` and `temper attest --blob`: files → bundles beside them.
import { nameOf, readFile } from '../../io/files.ts';
import { writeFile } from '../../io/pending-file.ts';
import { digestOf, type Digest } from '../../lib/digest.ts';
import { Fault } from '../../lib/faults.ts';
import { limits } from '../../lib/limits.ts';
import { signBundle, type ToSign } from '../../sign/bundle.ts';
import { originWords } from '../../sign/words.ts';
import {
  attestationContent,
  contentBytes,
  type ContentOptions,
  subjectOf,
} from '../verification/attestation-content.ts';
import type { SignatureFormat } from './signature-formats.ts';
import { type PartyRequest, type SignedBy, type SigningParty, signingParty } from './signing-party.ts';

export interface BlobRequest extends Omit<PartyRequest, 'notation'> {
  /** Paths; `sbom:FILE` means the file. */
  readonly files: readonly string[];
  readonly formats: readonly SignatureFormat[];
  /** Where the bundle of the only file goes; beside it unless given. */
  readonly output: string | undefined;
}

export interface SignedBlob {
  readonly file: string;
  readonly digest: Digest;
  /** Of an attestation. */
  readonly predicateType: string | undefined;
  /** Where the bundle is. */
  readonly bundle: string;
  readonly witnesses: readonly string[];
}

export interface BlobReport {
  readonly by: SignedBy;
  readonly blobs: readonly SignedBlob[];
}

/** Signs files of at most 256 MiB; all are signed before a bundle is written. @throws Fault `option/…`, `sign/…`, `witness/…`, `file/…`, `key/…` */
export async function signBlobs(request: BlobRequest): Promise<BlobReport> {
  return await bundles(request, '.sigstore.json', async (bytes) => ({ kind: 'message', message: bytes }), undefined);
}

export interface AttestBlobRequest extends BlobRequest, ContentOptions {
  readonly annotations: Readonly<Record<string, string>>;
}

/** Attests to a file. @throws Fault as {@link signBlobs}, and `attest/subject`, `intoto/malformed`, `json/malformed` */
export async function attestBlob(request: AttestBlobRequest): Promise<BlobReport> {
  const content = await attestationContent(request);
  const ending = '.att.sigstore.json';
  return await bundles(
    request,
    ending,
    async (bytes, file, { signer }) => {
      const words = { ...originWords(signer.origin), ...request.annotations };
      const about = subjectOf(digestOf(bytes), nameOf(file), words);
      return { kind: 'statement-bytes', bytes: contentBytes(content, 'v1', about) };
    },
    content.predicateType,
  );
}

async function bundles(
  request: BlobRequest,
  ending: string,
  toSign: (bytes: Buffer, file: string, party: SigningParty) => Promise<ToSign>,
  predicateType: string | undefined,
): Promise<BlobReport> {
  checkOptions(request);
  const party = await signingParty({ ...request, notation: false });
  try {
    const made: { readonly blob: SignedBlob; readonly bytes: Buffer }[] = [];
    for (const named of request.files) {
      const file = named.replace(/^sbom:(?:\/\/)?/, '');
      const content = await readFile(file, limits.envelope);
      const bytes = await signBundle(await toSign(content, file, party), party, party.witnesses);
      const bundle = request.output ?? `${file}${ending}`;
      const witnesses = party.witnesses.map(({ name }) => name);
      made.push({ blob: { file, digest: digestOf(content), predicateType, bundle, witnesses }, bytes });
    }
    for (const { blob, bytes } of made) await writeFile(blob.bundle, bytes);
    return { by: party.by, blobs: made.map(({ blob }) => blob) };
  } finally {
    await party.close();
  }
}

function checkOptions({ files, formats, output }: BlobRequest): void {
  const other = formats.find((format) => format !== 'bundle');
  if (other !== undefined) {
    throw new Fault(
      'option/signature-format',
      `A file's signature is a bundle: ${other} needs a registry or a layout folder.`,
      'Leave --signature-format out.',
    );
  }
  if (output !== undefined && files.length > 1) {
    throw new Fault('option/output', 'One file cannot hold the bundles of several.', 'Leave --output out.');
  }
}
