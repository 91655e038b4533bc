// Fetches a vulnerability database that somebody signed, verified before it takes the place of the one that is there.
import { describeDatabase, type DatabaseDescription } from '../../advisory/database/description.ts';
import { checkSchema, SCHEMA } from '../../advisory/database/schema.ts';
import { DatabaseFile } from '../../io/database.ts';
import { PendingFile } from '../../io/pending-file.ts';
import { predicateTypes } from '../../intoto/predicates.ts';
import { decompressStream } from '../../lib/decompress.ts';
import { type Digest, Digester } from '../../lib/digest.ts';
import { Fault } from '../../lib/faults.ts';
import { isoTime } from '../../lib/time.ts';
import { parseDocument } from '../../oci/documents.ts';
import { formatReference } from '../../oci/reference.ts';
import type { Descriptor, Manifest } from '../../oci/types.ts';
import { openRepository } from '../../repository/open.ts';
import type { Repository } from '../../repository/types.ts';
import { judgeEvidence } from '../../verify/evidence.ts';
import { bundleEvidence } from '../../verify/image.ts';
import { checkSigners } from '../../verify/required.ts';
import { collectBundles } from '../verification/bundles.ts';
import { artifact, artifactReference } from './database-artifact.ts';
import { dataTime } from './database-age.ts';
import { isAsFetched, readOrigin, writeOrigin } from './database-origin.ts';
import { replaceDatabase, standingAt } from './database-place.ts';
import { Ledger } from '../verification/ledger.ts';
import { registrySettings } from '../registry-settings.ts';
import { loadTrust } from '../verification/trust.ts';

export interface PullOptions {
  /** Public keys of those who may sign; the policy names them unless given. */
  readonly keys: readonly string[];
  readonly policy: string | undefined;
  readonly offline: boolean;
  readonly insecure: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

export interface Pulled {
  readonly reference: string;
  readonly manifest: Digest;
  readonly signers: readonly string[];
  /** The database that is there is this one already. */
  readonly unchanged: boolean;
}

/**
 * @param place the database's path, and whether it is Temper's own
 * @throws Fault `db/no-artifact` for what is something else; `db/unsigned`, `db/signature` where no trusted key signed it;
 * `repository/altered` for other bytes than were signed; `db/rollback` where it is older than the one that is there; `db/newer`,
 * `db/corrupt`, `verify/no-trust`, and what the repository throws. The database that is there is then as it was.
 */
export async function pullDatabase(
  place: { readonly path: string; readonly own: boolean },
  text: string,
  options: PullOptions,
): Promise<Pulled> {
  const where = artifactReference(text);
  const opened = openRepository(where, { ...options, registries: await registrySettings(options.environment) });
  const { repository } = opened;
  const reference = formatReference(where);
  const descriptor = await repository.resolve(await opened.reference());
  const manifest = await readManifest(repository, descriptor, reference);
  const signers = await trustedSigners(repository, descriptor.digest, reference, options);
  return await replaceDatabase<Pulled>(place.path, options.progress, async (staging) => {
    const standing = await standingAt(place.path, place.own);
    const before = await readOrigin(place.path);
    const result = { reference, manifest: descriptor.digest, signers };
    const same = standing.kind === 'database' && before?.manifest === descriptor.digest;
    if (same && (await isAsFetched(place.path, before))) {
      return { result: { ...result, unchanged: true }, finished: undefined };
    }
    options.progress(`fetching ${reference}`);
    const finished = staging.path('finished');
    const digest = await fetchLayer(repository, manifest, finished, reference);
    const description = describe(finished);
    if (standing.kind === 'database') refuseOlder(reference, description, standing.description);
    await writeOrigin(place.path, { ...result, signers: [...signers], digest });
    return { result: { ...result, unchanged: false }, finished };
  });
}

async function readManifest(repository: Repository, descriptor: Descriptor, reference: string): Promise<Manifest> {
  const document = parseDocument(await repository.manifest(descriptor), descriptor.mediaType);
  const manifest = document.kind === 'manifest' ? document.manifest : undefined;
  const type = manifest?.artifactType;
  const [, major] = /^application\/vnd\.temper\.database\.v(\d{1,4})$/.exec(type ?? '') ?? [];
  if (major !== undefined && Number(major) > SCHEMA.major) {
    throw new Fault(
      'db/newer',
      `${reference} has schema ${major}, and this program reads ${SCHEMA.major}.`,
      `Fetch the one with the tag v${SCHEMA.major}, or use a newer version of Temper.`,
    );
  }
  if (manifest === undefined || type !== artifact.type || manifest.layers.length !== 1) {
    throw new Fault('db/no-artifact', `${reference} is no vulnerability database.`, 'Check the reference.');
  }
  return manifest;
}

async function trustedSigners(
  repository: Repository,
  digest: Digest,
  reference: string,
  options: PullOptions,
): Promise<readonly string[]> {
  const { groups } = await loadTrust({
    keys: options.keys,
    policy: options.policy,
    offline: options.offline,
    repository: repository.name,
  });
  const ledger = new Ledger();
  const { bundles } = await collectBundles(ledger.watch(repository), ledger, digest);
  const verdicts = bundles.map((bundle) => judgeEvidence(bundleEvidence(digest, bundle), groups));
  const signed = verdicts.flatMap(({ attestation }) => attestation ?? []);
  const signatures = signed.filter(({ predicateType }) => predicateType === predicateTypes.signature);
  const signers = [...new Set(signatures.map(({ signer }) => signer.fingerprint))];
  const tooFew = checkSigners(digest, signatures, groups, undefined).find(({ outcome }) => outcome !== 'established');
  if (signers.length > 0 && tooFew === undefined) return signers;
  const altered = ledger.checks().find(({ outcome }) => outcome === 'refuted');
  const checks = verdicts.flatMap((verdict) => verdict.checks);
  const against =
    altered ??
    checks.find(({ outcome }) => outcome === 'refuted') ??
    checks.find(({ outcome, problem }) => outcome !== 'established' && problem !== undefined) ??
    tooFew;
  throw against === undefined ? unsigned(reference) : badSignature(reference, against.reason);
}

function unsigned(reference: string): Fault {
  return new Fault(
    'db/unsigned',
    `Nothing signs the vulnerability database ${reference}.`,
    'It is not used. Ask its publisher for a signed one (`temper db build --push` signs).',
  );
}

function badSignature(reference: string, why: string): Fault {
  return new Fault(
    'db/signature',
    `No trusted key signed the vulnerability database ${reference}: ${why}.`,
    "It is not used. Name its publisher's key with --key FILE.pub, or in the policy, if you trust it.",
  );
}

/** @returns the file's digest */
async function fetchLayer(repository: Repository, manifest: Manifest, to: string, reference: string): Promise<Digest> {
  const [layer] = manifest.layers;
  if (layer === undefined || layer.mediaType !== artifact.layer || layer.size > artifact.limit) {
    throw new Fault('db/no-artifact', `${reference} has a layer of another kind.`, 'Check the reference.');
  }
  await using file = await PendingFile.open(to);
  const digester = new Digester();
  for await (const chunk of decompressStream(repository.stream(layer), artifact.limit, reference)) {
    digester.update(chunk);
    await file.write(chunk);
  }
  await file.commit({ flush: false });
  return digester.digest();
}

function describe(path: string): DatabaseDescription {
  using file = DatabaseFile.openImmutable(path);
  return describeDatabase(file, checkSchema(file));
}

function refuseOlder(reference: string, fetched: DatabaseDescription, present: DatabaseDescription): void {
  const [found, have] = [dataTime(fetched), dataTime(present)];
  if (have === undefined || (found !== undefined && found >= have)) return;
  const ofFound = found === undefined ? 'no date' : isoTime(found);
  throw new Fault(
    'db/rollback',
    `The vulnerability database ${reference} is of ${ofFound}, older than the one that is there, of ${isoTime(have)}.`,
    'It is not used. If the older one is meant, remove the other first.',
  );
}
