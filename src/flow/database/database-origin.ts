// Where a fetched database came from and who signed it: a note beside the file.
import { z } from 'zod';
import { readFileIfThere, remove, streamFile } from '../../io/files.ts';
import { writeFile } from '../../io/pending-file.ts';
import { Digester, isDigest } from '../../lib/digest.ts';
import { prettyJson } from '../../lib/json.ts';
import { limits } from '../../lib/limits.ts';

const DatabaseOrigin = z.object({
  schema: z.literal('temper/database-origin/v1'),
  reference: z.string(),
  /** Of the artefact's manifest. */
  manifest: z.string().refine(isDigest),
  /** Fingerprints of the trusted keys. */
  signers: z.array(z.string()).min(1),
  /** Of the database file. */
  digest: z.string().refine(isDigest),
});
export type DatabaseOrigin = z.infer<typeof DatabaseOrigin>;

function pathOf(database: string): string {
  return `${database}.origin.json`;
}

/** `undefined` where there is no note that can be read. */
export async function readOrigin(database: string): Promise<DatabaseOrigin | undefined> {
  const bytes = await readFileIfThere(pathOf(database), limits.key);
  if (bytes === undefined) return undefined;
  try {
    return DatabaseOrigin.safeParse(JSON.parse(bytes.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

export async function writeOrigin(database: string, origin: Omit<DatabaseOrigin, 'schema'>): Promise<void> {
  await writeFile(pathOf(database), prettyJson({ schema: 'temper/database-origin/v1', ...origin }));
}

export async function removeOrigin(database: string): Promise<void> {
  await remove(pathOf(database));
}

/** Whether the file is, byte for byte, what was fetched. */
export async function isAsFetched(database: string, origin: DatabaseOrigin): Promise<boolean> {
  const digester = new Digester();
  for await (const chunk of streamFile(database, { reuse: true })) digester.update(chunk);
  return digester.digest() === origin.digest;
}
