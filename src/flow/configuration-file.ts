// Temper's configuration file: what a user says once for all commands.
import { z } from 'zod';
import { joinPath, readFileIfThere, userFolders } from '../io/files.ts';
import { Fault, messageOf } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';

const Configuration = z.strictObject({
  apiVersion: z.literal('temper/v1'),
  kind: z.literal('Config'),
  /** Addresses of Debian's archives; environment variables count more, the host's apt sources less. */
  mirrors: z.strictObject({ debian: z.string().optional(), 'debian-security': z.string().optional() }).optional(),
  /** By host as references have it: mirrors that are asked before it, and whether it is asked by plain HTTP. */
  registries: z
    .record(
      z.string(),
      z.strictObject({ mirrors: z.array(z.string()).optional(), 'plain-http': z.boolean().optional() }),
    )
    .optional(),
  /** The vulnerability database. */
  database: z
    .strictObject({
      /** A signed database to fetch, `registry/name:tag` or `oci:DIR:TAG`. */
      artifact: z.string().optional(),
      /** Feeds by their names, with their folder or address; empty: where they stand in public. */
      feeds: z.record(z.string(), z.string()).optional(),
      /** How old data may be: `5d`. */
      'max-age': z.string().optional(),
    })
    .optional(),
});
export type Configuration = z.infer<typeof Configuration>;

/**
 * Reads `config.yaml` in the user's configuration folder, at most 1 MiB; `undefined` when it is not there.
 * @throws Fault `config/invalid` naming the field: no YAML, unknown or malformed fields, aliases
 */
export async function readConfiguration(): Promise<Configuration | undefined> {
  const path = joinPath(userFolders.config(), 'config.yaml');
  const bytes = await readFileIfThere(path, limits.key);
  if (bytes === undefined) return undefined;
  // Most users have no such file, and pay nothing for reading one.
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(bytes.toString('utf8'), { maxAliasCount: 0, prettyErrors: true });
  } catch (cause) {
    throw invalid(path, messageOf(cause).split('\n')[0] ?? '', cause);
  }
  const parsed = Configuration.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const field = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].map(String).join('.');
  throw invalid(
    path,
    unknown === undefined ? `${field === '' ? 'the file' : field}: ${issue?.message ?? ''}` : `unknown field ${field}`,
  );
}

function invalid(path: string, problem: string, cause?: unknown): Fault {
  return new Fault(
    'config/invalid',
    `${path} is not a valid configuration file: ${problem.replace(/[.:]$/, '')}.`,
    'Correct it; README.md lists its fields.',
    { cause },
  );
}
