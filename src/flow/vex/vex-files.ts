// VEX documents and ignore rules that a user names.
import { fileExists, folderEntry, joinPath, listFolder, readFile, readFileIfThere } from '../../io/files.ts';
import { Fault } from '../../lib/faults.ts';
import { IGNORE_FILE } from '../../vex/ignore-file.ts';
import { IGNORE_LIMIT, type IgnoreRules, ignoreRules } from '../../vex/ignore-rules.ts';
import { parseVex, VEX_LIMIT } from '../../vex/read.ts';
import type { VexDocument } from '../../vex/types.ts';

/** Most documents of one folder. */
const MOST = 10_000;

/**
 * The documents at each path, in its order: a file, or every `.json` of a folder, by name; folders within it are not looked into.
 * @throws Fault `file/…`, `vex/…` and what the formats throw, naming the file; `vex/empty-folder`
 */
export async function readVexFiles(paths: readonly string[]): Promise<VexDocument[]> {
  const documents: VexDocument[] = [];
  for (const path of paths) {
    for (const file of await filesAt(path)) documents.push(parseVex(await readFile(file, VEX_LIMIT), file));
  }
  return documents;
}

async function filesAt(path: string): Promise<string[]> {
  if ((await folderEntry(joinPath(path, '.')))?.kind !== 'folder') return [path];
  const names = (await listFolder(path)).map(({ name }) => Buffer.from(name, 'latin1').toString('utf8'));
  const files = names.filter((name) => name.endsWith('.json')).map((name) => joinPath(path, name));
  if (files.length > 0 && files.length <= MOST) return files;
  const what = files.length === 0 ? 'has no .json files' : `has more than ${MOST} .json files`;
  throw new Fault('vex/empty-folder', `${path} ${what}.`, 'Name VEX documents, or a folder of them.');
}

/**
 * The rules of each file; where none is named, of {@link IGNORE_FILE} in the working directory if it is there.
 * @throws Fault `ignore/invalid`, `file/…`
 */
export async function readIgnoreFiles(paths: readonly string[]): Promise<IgnoreRules[]> {
  if (paths.length === 0) {
    const bytes = await readFileIfThere(IGNORE_FILE, IGNORE_LIMIT);
    return bytes === undefined ? [] : [ignoreRules(bytes.toString('utf8'), IGNORE_FILE)];
  }
  const files: IgnoreRules[] = [];
  for (const path of paths) files.push(ignoreRules((await readFile(path, IGNORE_LIMIT)).toString('utf8'), path));
  return files;
}

/** Whether an argument names a file or folder of documents, and not an image. */
export async function isVexPath(argument: string): Promise<boolean> {
  return (await fileExists(argument)) && !(await fileExists(joinPath(argument, 'oci-layout')));
}
