// What was built from which inputs: a build whose inputs are the same, and whose output still stands whole, is done.
import { z } from 'zod';
import { joinPath, readFileIfThere, writeFile } from '../io/files.ts';
import { type Digest, hexOf, isDigest } from '../lib/digest.ts';
import { prettyJson } from '../lib/json.ts';
import { limits } from '../lib/limits.ts';
import type { Repository } from '../repository/types.ts';
import { BuildReport } from './build-report.ts';

const Remembered = z.object({
  tag: z.string(),
  digest: z.string().refine(isDigest),
  /** Everything that was published: manifests, configs, layers, referrers. */
  contents: z.array(z.object({ digest: z.string().refine(isDigest), size: z.int() })),
  report: BuildReport,
});
export type Remembered = z.infer<typeof Remembered>;

function pathOf(cache: string, inputs: Digest): string {
  return joinPath(cache, 'builds', `${hexOf(inputs)}.json`);
}

export async function rememberBuild(cache: string, inputs: Digest, built: Remembered): Promise<void> {
  await writeFile(pathOf(cache, inputs), prettyJson(built), { flush: false });
}

/** The earlier report when the tag still names that image and every byte of it is what its digest says; else `undefined`. */
export async function recallBuild(
  cache: string,
  inputs: Digest,
  repository: Repository,
): Promise<BuildReport | undefined> {
  const bytes = await readFileIfThere(pathOf(cache, inputs), limits.document);
  if (bytes === undefined) return undefined;
  const parsed = Remembered.safeParse(parsedOrNothing(bytes));
  if (!parsed.success) return undefined;
  const { tag, digest, contents, report } = parsed.data;
  try {
    if ((await repository.resolve(tag)).digest !== digest) return undefined;
    const intact = await Promise.all(contents.map(async (content) => await isIntact(repository, content)));
    return intact.every(Boolean) ? report : undefined;
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

async function isIntact(repository: Repository, content: { digest: Digest; size: number }): Promise<boolean> {
  if (!(await repository.has(content))) return false;
  if (!repository.name.startsWith('oci:')) return true; // A registry's bytes are verified when they are read.
  for await (const _ of repository.stream(content)) {
    // The last step throws when the bytes are not the digest's.
  }
  return true;
}
