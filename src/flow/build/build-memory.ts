// What was built from which inputs: a build whose inputs are the same, and whose output still stands whole, is done.
import { z } from 'zod';
import { joinPath } from '../../io/files.ts';
import { SealedFolder, sealKeyPath } from '../../io/sealed.ts';
import { type Digest, hexOf, isDigest } from '../../lib/digest.ts';
import { prettyJson } from '../../lib/json.ts';
import { limits } from '../../lib/limits.ts';
import type { Repository } from '../../repository/types.ts';
import { BuildReport } from './build-report.ts';

const Content = z.object({ digest: z.string().refine(isDigest), size: z.int() });
const Remembered = z.object({
  tag: z.string(),
  digest: z.string().refine(isDigest),
  /** Configs, layers and bundles. */
  blobs: z.array(Content),
  /** Indexes and manifests, those of referrers, too. */
  manifests: z.array(Content),
  /** What hangs on what. */
  referrers: z.array(z.object({ subject: z.string().refine(isDigest), digest: z.string().refine(isDigest) })),
  report: BuildReport,
});
export type Remembered = z.infer<typeof Remembered>;

/** What earlier builds made: under this user's seal, so that a shared or restored cache cannot vouch for an image. */
export function buildMemory(cache: string): SealedFolder {
  return new SealedFolder(joinPath(cache, 'builds'), sealKeyPath());
}

export async function rememberBuild(memory: SealedFolder, inputs: Digest, built: Remembered): Promise<void> {
  await memory.write(hexOf(inputs), [Buffer.from(prettyJson(built))]);
}

/**
 * The earlier report when the tag still names that image, every byte of it is what its digest says and everything hangs
 * on it that was hung on it; else `undefined`.
 */
export async function recallBuild(
  memory: SealedFolder,
  inputs: Digest,
  repository: Repository,
): Promise<BuildReport | undefined> {
  const bytes = await memory.read(hexOf(inputs), limits.document);
  if (bytes === undefined) return undefined;
  const parsed = Remembered.safeParse(parsedOrNothing(bytes));
  if (!parsed.success) return undefined;
  try {
    return (await isIntact(repository, parsed.data)) ? parsed.data.report : undefined;
  } catch {
    return undefined; // Not there, not readable: then it is built.
  }
}

function parsedOrNothing(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

async function isIntact(repository: Repository, built: Remembered): Promise<boolean> {
  if ((await repository.resolve(built.tag)).digest !== built.digest) return false;
  for (const [subject, referrers] of Map.groupBy(built.referrers, (referrer) => referrer.subject)) {
    const hanging = new Set((await repository.referrers(subject)).map(({ digest }) => digest));
    if (!referrers.every(({ digest }) => hanging.has(digest))) return false;
  }
  // Throws when one is missing or altered: a registry keeps manifests apart from blobs.
  await Promise.all(built.manifests.map(async (content) => await repository.manifest(content)));
  const blobs = await Promise.all(built.blobs.map(async (content) => await isIntactBlob(repository, content)));
  return blobs.every(Boolean);
}

async function isIntactBlob(repository: Repository, content: { digest: Digest; size: number }): Promise<boolean> {
  if (!(await repository.has(content))) return false;
  if (!repository.name.startsWith('oci:')) return true; // A registry's bytes are verified when they are read.
  for await (const _ of repository.stream(content)) {
    // The last step throws when the bytes are not the digest's.
  }
  return true;
}
