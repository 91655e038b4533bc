// Speaks tuf-conformance's protocol (CLIENT-CLI.md of that project):
//   tuf-client.ts --metadata-dir D init ROOT
//   tuf-client.ts --metadata-dir D --metadata-url U refresh
//   tuf-client.ts --metadata-dir D --metadata-url U --target-name N --target-base-url U --target-dir D download
// Exit status: 0 it was done, 1 it was not. What is trusted stands in the folder of metadata after every step of a way.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Http } from '../../src/io/http.ts';
import { messageOf } from '../../src/lib/faults.ts';
import { drive } from '../../src/trust/drive.ts';
import { TrustReader } from '../../src/trust/source.ts';
import { findTarget, readTarget } from '../../src/tuf/find-target.ts';
import { hasMeasure } from '../../src/tuf/listing.ts';
import { refresh, type Refreshed } from '../../src/tuf/refresh.ts';
import type { TufState } from '../../src/tuf/state.ts';

const OPTIONS = {
  'metadata-dir': { type: 'string' },
  'metadata-url': { type: 'string', default: '' },
  'target-name': { type: 'string', default: '' },
  'target-base-url': { type: 'string', default: '' },
  'target-dir': { type: 'string', default: '' },
} as const;

/** Does what the words say. @throws Fault what is refused */
export async function answer(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  const { 'metadata-dir': folder = '', 'metadata-url': url, 'target-base-url': base } = values;
  const [command, root = ''] = positionals;
  const reader = new TrustReader({ metadata: trimmed(url), targets: trimmed(base) }, new Http({ tries: 1 }));
  const now = Math.floor(Date.now() / 1000);
  const refreshed = async (): Promise<Refreshed> =>
    await drive(refresh(stateIn(folder), now), reader, (state) => writeState(folder, state));
  if (command === 'init') writeState(folder, { root: readFileSync(root), targets: new Map() });
  else if (command === 'refresh') await refreshed();
  else if (command === 'download') await download(await refreshed(), values['target-name'], values['target-dir']);
  else throw new Error(`"${command ?? ''}" is no command`);

  async function download(set: Refreshed, name: string, into: string): Promise<void> {
    const { found } = await drive(findTarget(set, name, now), reader, (state) => writeState(folder, state));
    if (found === undefined) throw new Error(`there is no target ${name}`);
    const place = join(into, encodeURIComponent(name));
    const before = readIfThere(place);
    if (before !== undefined && hasMeasure(before, found.file)) return;
    writeFileSync(place, await drive(readTarget(set.root, found), reader));
  }
}

function stateIn(folder: string): TufState {
  const names = readdirSync(folder).filter((name) => !['root.json', 'timestamp.json', 'snapshot.json'].includes(name));
  const read = (name: string): Buffer | undefined => readIfThere(join(folder, name));
  const roles = names.map((name): [string, Buffer] => [
    decodeURIComponent(name.replace(/\.json$/, '')),
    readFileSync(join(folder, name)),
  ]);
  const root = readFileSync(join(folder, 'root.json'));
  return { root, timestamp: read('timestamp.json'), snapshot: read('snapshot.json'), targets: new Map(roles) };
}

function writeState(folder: string, { root, timestamp, snapshot, targets }: TufState): void {
  mkdirSync(folder, { recursive: true });
  const files = [['root', root], ['timestamp', timestamp], ['snapshot', snapshot], ...targets] as const;
  for (const [role, bytes] of files) {
    if (bytes !== undefined) writeFileSync(join(folder, `${encodeURIComponent(role)}.json`), bytes);
  }
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, '');
}

if (import.meta.main) {
  await answer(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 1;
  });
}
