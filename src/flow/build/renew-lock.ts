// `temper lock`: resolve anew, write the lock, say what changed.
import { BlobFolder } from '../../io/blobs.ts';
import { joinPath } from '../../io/files.ts';
import { compareStrings } from '../../lib/bytes.ts';
import { isoTime } from '../../lib/time.ts';
import { lockPathOf, readDefinition } from './build-inputs.ts';
import { type LockingOptions, renewLock } from './build-lock.ts';

export interface LockReport {
  readonly schema: 'temper/lock/v1';
  readonly path: string;
  /** RFC 3339. */
  readonly sourceDate: string;
  readonly repositories: readonly {
    readonly name: string;
    readonly date: string;
    readonly validUntil: string | undefined;
    readonly signers: readonly string[];
  }[];
  readonly platforms: readonly { readonly platform: string; readonly packages: number; readonly size: number }[];
  /** Against the lock that was there; everything is new without one. */
  readonly changes: readonly {
    readonly platform: string;
    readonly name: string;
    readonly before: string | undefined;
    readonly after: string | undefined;
  }[];
}

export async function lock(
  options: LockingOptions & { readonly definition: string; readonly cache: string },
): Promise<LockReport> {
  const read = await readDefinition(options.definition);
  const path = lockPathOf(read.path);
  const { before, after } = await renewLock(read, path, new BlobFolder(joinPath(options.cache, 'packages')), options);
  const platforms = Object.keys(after.platforms).sort();
  const versions = (of: typeof before, platform: string) =>
    new Map(of?.platforms[platform]?.packages.map((p) => [p.name, p.version]));
  const changes = platforms.flatMap((platform) => {
    const [old, fresh] = [versions(before, platform), versions(after, platform)];
    const names = [...new Set([...old.keys(), ...fresh.keys()])].sort(compareStrings);
    return names
      .map((name) => ({ platform, name, before: old.get(name), after: fresh.get(name) }))
      .filter((change) => change.before !== change.after);
  });
  return {
    schema: 'temper/lock/v1',
    path,
    sourceDate: isoTime(after.sourceDateEpoch),
    repositories: after.repositories.map(({ name, date, validUntil, signers }) => ({
      name,
      date,
      validUntil,
      signers,
    })),
    platforms: platforms.map((platform) => {
      const list = after.platforms[platform]?.packages ?? [];
      return { platform, packages: list.length, size: list.reduce((sum, p) => sum + p.size, 0) };
    }),
    changes,
  };
}
