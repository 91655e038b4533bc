// The folders of a bucket: one for each ecosystem.
import { compareStrings } from '../../lib/bytes.ts';
import { closest } from '../../lib/closest.ts';
import { Fault } from '../../lib/faults.ts';
import { ecosystemBase } from '../../osv/names.ts';
import type { FeedFiles } from '../feed.ts';
import { malformedFile } from '../file-faults.ts';
import { osvLimits } from './limits.ts';

const LIST = 'ecosystems.txt';
/** Most ecosystems that a hint names. */
const SHOWN = 12;
/** No ecosystem but records without a package. */
const NO_ECOSYSTEM: ReadonlySet<string> = new Set(['GIT', '[EMPTY]']);
const NAME = /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}$/;

/**
 * Every ecosystem that the bucket says it has, or, where it does not say, whose folder is there; sorted.
 * @throws Fault `feed/missing` where neither can be told, `feed/malformed`, `feed/…`
 */
export async function foldersOf(files: FeedFiles): Promise<readonly string[]> {
  await using list = await files.open(LIST, osvLimits.ecosystems);
  if (list === undefined) return await foldersThere(files);
  const lines = (await list.all()).toString('utf8').split('\n');
  const names = lines.map((line) => line.trim()).filter((line) => line !== '' && !NO_ECOSYSTEM.has(line));
  const bases = [...new Set(names.map(ecosystemBase))].sort(compareStrings);
  const wrong = bases.find((name) => !NAME.test(name));
  if (wrong !== undefined)
    throw malformedFile(files.base, LIST, `${JSON.stringify(wrong.slice(0, 100))} is no ecosystem`);
  if (bases.length === 0 || bases.length > osvLimits.folders) {
    throw malformedFile(files.base, LIST, `it names ${bases.length} ecosystems`);
  }
  return bases;
}

async function foldersThere(files: FeedFiles): Promise<readonly string[]> {
  const names = (await files.list?.('')) ?? [];
  const found: string[] = [];
  for (const name of names.filter((other) => NAME.test(other)).slice(0, osvLimits.folders)) {
    await using archive = await files.open(archivePath(name), osvLimits.archive);
    if (archive !== undefined) found.push(name);
  }
  if (found.length > 0) return found;
  throw missing(files.base, LIST, 'no folder of an ecosystem');
}

/** `npm/all.zip` */
export function archivePath(folder: string): string {
  return `${folder}/all.zip`;
}

/** `feed/missing`, of an ecosystem that was asked for alone, with those that may have been meant. */
export async function nothingWanted(files: FeedFiles, name: string): Promise<Fault> {
  const there = await foldersOf(files).catch((fault: unknown): readonly string[] => {
    if (fault instanceof Fault) return [];
    throw fault;
  });
  const plain = new Map(there.map((one) => [one.toLowerCase(), one]));
  const near = closest(name.toLowerCase(), plain.keys(), 1).map((one) => plain.get(one));
  const hint =
    near.length > 0
      ? `Did you mean --ecosystem ${near.join()}?`
      : `There ${there.length === 1 ? 'is' : 'are'} ${there.slice(0, SHOWN).join(', ')}${there.length > SHOWN ? ', …' : ''}.`;
  return missing(files.base, archivePath(name), 'nothing else that is wanted', there.length === 0 ? undefined : hint);
}

/** `feed/missing` */
export function missing(base: string, path: string, instead: string, hint?: string): Fault {
  return new Fault(
    'feed/missing',
    `${base} has no ${path}, and ${instead}.`,
    hint ?? `Check that ${base} is a copy of OSV's bucket, with a folder for each ecosystem and an all.zip in it.`,
  );
}
