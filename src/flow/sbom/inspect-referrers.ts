import { z } from 'zod';
import { mapInBatches } from '../../lib/batches.ts';
import type { Digest } from '../../lib/digest.ts';
import { Fault } from '../../lib/faults.ts';
import { parseJson } from '../../lib/json.ts';
import { limits } from '../../lib/limits.ts';
import { parseDocument } from '../../oci/documents.ts';
import { annotations, type Descriptor, type Manifest, mediaTypes } from '../../oci/types.ts';
import type { Repository } from '../../repository/types.ts';

export interface InspectedReferrer {
  readonly digest: Digest;
  readonly artifactType: string | undefined;
  /** What its annotations, or else the statement in its bundle, say it is about; not verified. */
  readonly predicateType: string | undefined;
  /** Bytes of its layers together, as they are stored. */
  readonly size: number;
  /** RFC 3339, as its annotation says. */
  readonly created: string | undefined;
}

/** Referrers that are read at the same time. */
const AT_A_TIME = 4;
/** What BuildKit and others write on a layer that holds a statement. */
const LAYER_PREDICATE_TYPE = 'in-toto.io/predicate-type';

const Bundle = z.object({ dsseEnvelope: z.object({ payload: z.string() }) });
const Statement = z.object({ predicateType: z.string() });

/** The referrers of a manifest, sorted by digest. Bundles are opened only where no annotation tells the predicate type. */
export async function inspectReferrers(repository: Repository, subject: Digest): Promise<InspectedReferrer[]> {
  const referrers = await repository.referrers(subject);
  return await mapInBatches(referrers, AT_A_TIME, async (referrer) => await inspectOne(repository, referrer));
}

async function inspectOne(repository: Repository, descriptor: Descriptor): Promise<InspectedReferrer> {
  const document = parseDocument(await repository.manifest(descriptor), descriptor.mediaType);
  const body = document.kind === 'manifest' ? document.manifest : document.index;
  const layers = document.kind === 'manifest' ? document.manifest.layers : [];
  return {
    digest: descriptor.digest,
    artifactType: descriptor.artifactType,
    predicateType: document.kind === 'manifest' ? await predicateType(repository, document.manifest) : undefined,
    size: layers.reduce((sum, layer) => sum + layer.size, 0),
    created: body.annotations?.[annotations.created],
  };
}

async function predicateType(repository: Repository, manifest: Manifest): Promise<string | undefined> {
  const [layer] = manifest.layers;
  const said = manifest.annotations?.[annotations.bundlePredicateType] ?? layer?.annotations?.[LAYER_PREDICATE_TYPE];
  if (said !== undefined || layer?.mediaType !== mediaTypes.sigstoreBundle) return said;
  return predicateTypeOf(await repository.blob(layer, limits.envelope));
}

/** The predicate type of the statement in a Sigstore bundle; `undefined` when it holds none. */
function predicateTypeOf(bytes: Buffer): string | undefined {
  try {
    const bundle = Bundle.safeParse(parseJson(bytes, 'The bundle'));
    const payload = Buffer.from(bundle.data?.dsseEnvelope.payload ?? '', 'base64');
    return Statement.safeParse(parseJson(payload, 'The statement')).data?.predicateType;
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}
