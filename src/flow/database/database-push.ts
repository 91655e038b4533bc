// Publishes a vulnerability database as a signed OCI artefact.
import { describeDatabase } from '../../advisory/database/description.ts';
import { checkSchema } from '../../advisory/database/schema.ts';
import { now } from '../../io/clock.ts';
import { DatabaseFile } from '../../io/database.ts';
import { joinPath, streamFile } from '../../io/files.ts';
import { Staging } from '../../io/staging.ts';
import { loadOrCreateDefaultKey } from '../../keys/default.ts';
import { publicPathOf } from '../../keys/file.ts';
import { openSigner } from '../../keys/open.ts';
import type { Statement } from '../../intoto/statement.ts';
import type { Signer } from '../../keys/types.ts';
import { Compressor } from '../../lib/compress.ts';
import { Digester } from '../../lib/digest.ts';
import { isoTime } from '../../lib/time.ts';
import { describe, documentBytes } from '../../oci/documents.ts';
import { formatReference } from '../../oci/reference.ts';
import { annotations, mediaTypes } from '../../oci/types.ts';
import { publishImage } from '../../publish/image.ts';
import { bundleReferrer, blobOf } from '../../publish/referrer.ts';
import { openRepository } from '../../repository/open.ts';
import type { BlobSource } from '../../repository/types.ts';
import { imageSignature, signStatement } from '../../sign/statement.ts';
import { artifact, artifactReference } from './database-artifact.ts';
import { dataTime } from './database-age.ts';
import { registrySettings } from '../registry-settings.ts';
import { rememberTrust } from '../verification/trust.ts';

export interface PushOptions {
  /** `oci:DIR[:TAG]`, `HOST/NAME[:TAG]`. */
  readonly push: string;
  /** A private key: its path, `pkcs11:…`, `hashivault://NAME`; the user's default key unless given. */
  readonly key: string | undefined;
  readonly password: string;
  /** Sign also with a device's key that may leave it or came from elsewhere. */
  readonly allowExtractable?: boolean | undefined;
  readonly warn?: ((sentence: string) => void) | undefined;
  readonly cache: string;
  readonly offline: boolean;
  readonly insecure: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

export interface Pushed {
  readonly reference: string;
  readonly digest: string;
  /** Of the compressed layer, in bytes. */
  readonly size: number;
  readonly signer: string;
}

const EMPTY = Buffer.from('{}');
const LEVEL = 12;

/**
 * The same database gives the same artefact.
 * @throws Fault `db/…`, `key/…`, `reference/…`, and what the repository throws
 */
export async function pushDatabase(path: string, options: PushOptions): Promise<Pushed> {
  const where = artifactReference(options.push);
  const opened = openRepository(where, { ...options, registries: await registrySettings(options.environment) });
  const { repository } = opened;
  const tag = opened.target();
  const { signer, own } = await signerOf(options);
  await using staging = await Staging.in(joinPath(options.cache, 'staging'));
  options.progress('compressing the database');
  const layer = await compressed(path, staging);
  const { schema, date } = headOf(path);
  const bytes = documentBytes({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType: artifact.type,
    config: describe(EMPTY, mediaTypes.empty),
    layers: [{ mediaType: artifact.layer, digest: layer.digest, size: layer.size }],
    annotations: { [artifact.schema]: schema, ...(date === undefined ? {} : { [annotations.created]: isoTime(date) }) },
  });
  const subject = describe(bytes, mediaTypes.manifest);
  const statement = imageSignature(subject.digest);
  const signature = bundleReferrer({
    subject,
    bytes: await signOnce(statement, signer),
    predicateType: statement.predicateType,
    created: now(),
  });
  options.progress(`publishing ${formatReference(where)}`);
  const manifests = [{ bytes, mediaType: mediaTypes.manifest }];
  await publishImage(repository, { blobs: [blobOf(EMPTY), layer], manifests, referrers: [signature], tag });
  if (own !== undefined) await rememberTrust(repository.name, own);
  const { fingerprint } = signer.publicKey;
  return { reference: formatReference(where), digest: subject.digest, size: layer.size, signer: fingerprint };
}

async function signOnce(statement: Statement, signer: Signer): Promise<Buffer> {
  try {
    return await signStatement(statement, signer);
  } finally {
    await signer.close?.();
  }
}

async function signerOf(options: PushOptions): Promise<{ signer: Signer; own: string | undefined }> {
  if (options.key !== undefined) return { signer: await openSigner(options.key, options), own: undefined };
  const made = await loadOrCreateDefaultKey(options.password);
  return { signer: made.signer, own: publicPathOf(made.path) };
}

function headOf(path: string): { schema: string; date: number | undefined } {
  using file = DatabaseFile.openImmutable(path);
  const { major, minor } = checkSchema(file);
  return { schema: `${major}.${minor}`, date: dataTime(describeDatabase(file, { major, minor })) };
}

async function compressed(path: string, staging: Staging): Promise<BlobSource> {
  const blob = await staging.open();
  const digester = new Digester();
  const compressor = new Compressor({ format: 'zstd', level: LEVEL }, async (chunk) => {
    digester.update(chunk);
    await blob.write(chunk);
  });
  for await (const chunk of streamFile(path, { reuse: true })) await compressor.write(chunk);
  await compressor.end();
  const digest = digester.digest();
  const { size } = digester;
  await blob.keep(digest, size);
  return { digest, size, open: () => staging.blobs.stream(digest) };
}
