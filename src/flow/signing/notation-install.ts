// Puts the plugin where notation looks for it.
import { joinPath } from '../../io/files.ts';
import { writeFile } from '../../io/pending-file.ts';
import { userFolders } from '../../io/user-folders.ts';
import { Fault } from '../../lib/faults.ts';

/**
 * Writes the starter of the plugin, which notation wants as a file of its own and no link: a shell script that runs this program.
 * @param program the absolute paths of Node.js and of what it runs
 * @returns the path of the starter
 * @throws Fault `file/…`; `notation/path` when a path cannot stand in a script
 */
export async function installPlugin(program: readonly [string, string]): Promise<string> {
  const [node, main] = program.map(quoted);
  const path = joinPath(userFolders.notation(), 'plugins', 'temper', 'notation-temper');
  await writeFile(path, `#!/bin/sh\nexec ${node ?? ''} ${main ?? ''} notation "$@"\n`, { mode: 0o755 });
  return path;
}

function quoted(path: string): string {
  if (!path.includes('\n')) return `'${path.replaceAll("'", String.raw`'\''`)}'`;
  throw new Fault(
    'notation/path',
    'A path with a line break cannot stand in the starter.',
    'Install Temper elsewhere.',
  );
}
