// Blobs on their way from one place to another: several at a time, none twice.
import type { Descriptor } from '../../oci/types.ts';
import type { BlobSource } from '../../repository/types.ts';
import type { CopySource } from './copy-source.ts';
import type { CopyTarget } from './copy-target.ts';
import type { CopiedBlob } from './copy.ts';

/** `mounted`: the registry took it from its other repository; `planned`: it is not there yet. */
export type BlobOutcome = 'copied' | 'mounted' | 'present' | 'planned';

interface Count {
  readonly blobs: number;
  readonly bytes: number;
}

/**
 * Puts each blob unless it is there; after a fault none is begun, and those under way end first.
 * @returns what became of each, in their order
 * @throws faults of both places; `repository/altered` for bytes that are not what their digest says
 */
export async function copyBlobs(
  from: Pick<CopySource, 'repository' | 'place'>,
  to: CopyTarget,
  blobs: readonly Descriptor[],
  options: { readonly jobs: number; readonly dryRun: boolean; readonly progress: (done: Count, all: Count) => void },
): Promise<readonly CopiedBlob[]> {
  const outcomes: BlobOutcome[] = [];
  const all = { blobs: blobs.length, bytes: blobs.reduce((sum, { size }) => sum + size, 0) };
  const done = { blobs: 0, bytes: 0 };
  const waiting = blobs.entries();
  let failed = false;
  const work = async (): Promise<void> => {
    for (const [i, blob] of waiting) {
      if (failed) return;
      try {
        outcomes[i] = await copyBlob(from, to, blob, options.dryRun);
      } catch (error) {
        failed = true;
        throw error;
      }
      done.blobs++;
      done.bytes += blob.size;
      options.progress({ ...done }, all);
    }
  };
  const results = await Promise.allSettled(Array.from({ length: options.jobs }, work));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return blobs.map(({ digest, size }, i) => ({ digest, size, outcome: outcomes[i] ?? 'planned' }));
}

async function copyBlob(
  { repository, place }: Pick<CopySource, 'repository' | 'place'>,
  to: CopyTarget,
  { digest, size }: Descriptor,
  dryRun: boolean,
): Promise<BlobOutcome> {
  const there = await to.has({ digest, size });
  if (dryRun) return there ? 'present' : 'planned';
  if (there && !to.checksBlobs) return 'present';
  let sent = to.finish !== undefined;
  const source: BlobSource = {
    digest,
    size,
    beside: place,
    open: () => {
      sent = true;
      return repository.stream({ digest, size });
    },
  };
  await to.putBlob(source);
  if (sent) return 'copied';
  return there ? 'present' : 'mounted';
}
