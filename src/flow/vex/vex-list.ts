// `temper vex list`: what documents, or the attestations on an image, say of vulnerabilities.
import type { VexDocument } from '../../vex/types.ts';
import { attestedVex, type AttestedOptions } from './vex-attestations.ts';
import { isVexPath, readVexFiles } from './vex-files.ts';

export interface ListedVex {
  readonly documents: readonly VexDocument[];
  readonly notes: readonly string[];
}

/** @param named files, folders and images @throws Fault as {@link readVexFiles} and {@link attestedVex} */
export async function listVex(named: readonly string[], options: AttestedOptions): Promise<ListedVex> {
  const documents: VexDocument[] = [];
  const notes: string[] = [];
  for (const one of named) {
    if (await isVexPath(one)) {
      documents.push(...(await readVexFiles([one])));
      continue;
    }
    const attested = await attestedVex(one, options);
    documents.push(...attested.documents);
    notes.push(...attested.notes);
    if (attested.digests.length === 0)
      notes.push(
        `Nobody is trusted for ${one}, or it carries no attestations: name its signer with --key, or in the policy.`,
      );
  }
  return { documents, notes };
}
