// What a reading leaves for the next one.
import { canonicalJson, parseJson } from '../../lib/json.ts';
import { Fault } from '../../lib/faults.ts';
import { listOf, Members } from '../../osv/members.ts';
import type { Seen } from './modified.ts';
import { Wanted } from './wanted.ts';

export interface FolderState {
  readonly seen: Seen;
  /** Of its archive when that was read; `undefined` where it had none. */
  readonly tag: string | undefined;
}

export interface OsvState {
  readonly base: string;
  /** When everything was last read whole, seconds since 1970. */
  readonly whole: number;
  readonly wanted: Wanted;
  readonly folders: ReadonlyMap<string, FolderState>;
}

const VERSION = 1;

export function writeState({ base, whole, wanted, folders }: OsvState): string {
  return canonicalJson({
    version: VERSION,
    base,
    whole,
    ecosystems: wanted.ecosystems,
    folders: [...folders].map(([name, { seen, tag }]) => ({ name, time: seen.time, ids: seen.ids, tag })),
  });
}

/** `undefined` where it is none of this program, or of another version of it. */
export function readState(text: string): OsvState | undefined {
  const state = Members.of(parsed(text));
  if (state === undefined || state.number('version') !== VERSION) return undefined;
  const folders = listOf(state.looseList('folders'), (value) => {
    const folder = Members.of(value);
    if (folder === undefined) return undefined;
    const seen = { time: folder.loose('time'), ids: folder.texts('ids') };
    return [folder.loose('name'), { seen, tag: folder.loose('tag') || undefined }] as const;
  });
  return {
    base: state.loose('base'),
    whole: state.number('whole') ?? 0,
    wanted: new Wanted(state.has('ecosystems') ? state.texts('ecosystems') : undefined),
    folders: new Map(folders),
  };
}

function parsed(text: string): unknown {
  try {
    return parseJson(text, 'The state of the feed');
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}
