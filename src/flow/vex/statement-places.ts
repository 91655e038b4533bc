// Whether anything can be said of a scan's findings: most scans have no documents, no rules and nobody who is trusted.
import { fileExists } from '../../io/files.ts';
import { IGNORE_FILE } from '../../vex/ignore-file.ts';
import { defaultPolicyPath } from '../policy-path.ts';
import { repositoryReference } from '../repository-reference.ts';
import type { StatementsOptions } from '../scan/scan-statements.ts';

/** True where `scanStatements` would read no document and no rule, and ask nobody. */
export async function isNothingSaid(reference: string, options: StatementsOptions): Promise<boolean> {
  const { vex, ignore, keys, policy } = options;
  if (vex.length > 0 || ignore.length > 0 || keys.length > 0 || policy !== undefined) return false;
  if (await fileExists(IGNORE_FILE)) return false;
  return repositoryReference(reference) === undefined || !(await fileExists(defaultPolicyPath()));
}
