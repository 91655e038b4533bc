// The files that AWS' own tools keep a user's settings in (AWS SDKs and Tools Reference, shared config and credentials files).
import { joinPath, readFileIfThere } from '../files.ts';
import { userFolders } from '../user-folders.ts';

/** Settings of one profile, by lower-case name. */
export type AwsProfile = ReadonlyMap<string, string>;

export type AwsEnvironment = Readonly<Record<string, string | undefined>>;

/** The largest of these files that is read. */
const FILE_LIMIT = 1 << 20;

/**
 * The profile that the environment names with `AWS_PROFILE`, `default` unless given: what both files say of it, of which the one
 * with credentials counts first; `undefined` where neither knows it.
 * @throws Fault `file/…`
 */
export async function readProfile(environment: AwsEnvironment): Promise<AwsProfile | undefined> {
  const name = environment['AWS_PROFILE'] || 'default';
  const config = await fileOf(environment['AWS_CONFIG_FILE'], 'config');
  const credentials = await fileOf(environment['AWS_SHARED_CREDENTIALS_FILE'], 'credentials');
  const found = [
    sectionOf(config, name === 'default' ? ['default', 'profile default'] : [`profile ${name}`]),
    sectionOf(credentials, [name]),
  ].filter((one) => one !== undefined);
  return found.length === 0 ? undefined : new Map(found.flatMap((one) => [...one]));
}

async function fileOf(named: string | undefined, name: string): Promise<string> {
  const path = named || joinPath(userFolders.aws(), name);
  return (await readFileIfThere(path, FILE_LIMIT))?.toString('utf8') ?? '';
}

/** The settings below a heading; what is indented below a setting is of its own kind and not read. */
function sectionOf(text: string, headings: readonly string[]): AwsProfile | undefined {
  let section: Map<string, string> | undefined;
  let inside = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('[')) {
      const heading = line.slice(1, line.indexOf(']')).trim().split(/\s+/).join(' ');
      inside = line.includes(']') && headings.includes(heading);
      if (inside) section ??= new Map();
    } else if (inside && /^[^\s#;=]/.test(line) && line.includes('=')) {
      const at = line.indexOf('=');
      section?.set(line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim());
    }
  }
  return section;
}
