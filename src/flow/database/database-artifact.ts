// A vulnerability database as an OCI artefact: one layer, the SQLite file compressed with zstd.
import { SCHEMA } from '../../advisory/database/schema.ts';
import { parseReference, type Reference } from '../../oci/reference.ts';

export const artifact = {
  type: `application/vnd.temper.database.v${SCHEMA.major}`,
  layer: `application/vnd.temper.database.v${SCHEMA.major}.sqlite+zstd`,
  /** The manifest's annotation with the schema, `1.0`. */
  schema: 'vnd.temper.database.schema',
  /** Bytes of the file, and of the layer, at most. */
  limit: 16 * 2 ** 30,
} as const;

/** The tag under which databases of this program's schema are found: programs with another have another. */
export const ARTIFACT_TAG = `v${SCHEMA.major}`;

/** A reference whose tag is {@link ARTIFACT_TAG} unless it names another or a digest. @throws Fault `reference/malformed` */
export function artifactReference(text: string): Reference {
  const reference = parseReference(text);
  const named = 'tag' in reference && (reference.tag !== undefined || reference.digest !== undefined);
  return named || !('tag' in reference) ? reference : { ...reference, tag: ARTIFACT_TAG };
}
