// Temper's configuration file: what a user says once for all commands.
import { joinPath, readFileIfThere } from '../io/files.ts';
import { userFolders } from '../io/user-folders.ts';
import { Fault, messageOf } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';
import type { Configuration } from './configuration-schema.ts';

export type { Configuration } from './configuration-schema.ts';

/**
 * Reads `config.yaml` in the user's configuration folder, at most 1 MiB; `undefined` when it is not there.
 * @throws Fault `config/invalid` naming the field: no YAML, unknown or malformed fields, aliases
 */
export async function readConfiguration(): Promise<Configuration | undefined> {
  const path = joinPath(userFolders.config(), 'config.yaml');
  const bytes = await readFileIfThere(path, limits.key);
  if (bytes === undefined) return undefined;
  // Most users have no such file, and pay nothing for reading one.
  const [{ parse }, { Configuration: schema }] = await Promise.all([
    import('yaml'),
    import('./configuration-schema.ts'),
  ]);
  let value: unknown;
  try {
    value = parse(bytes.toString('utf8'), { maxAliasCount: 0, prettyErrors: true });
  } catch (cause) {
    throw invalid(path, messageOf(cause).split('\n')[0] ?? '', cause);
  }
  const parsed = schema.safeParse(value);
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
    'Correct it; README.md and, of `database`, docs/database.md list its fields.',
    { cause },
  );
}
