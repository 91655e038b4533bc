// Files that nobody answers for.
import { pathText } from '../lib/bytes.ts';
import type { Bom } from './types.ts';

/** Paths of files whose owner is neither a package of the Bom nor a named step, and of files listed twice. */
export function unexplainedFiles(bom: Bom): string[] {
  const packages = new Set(bom.packages.map((p) => p.purl));
  const seen = new Set<string>();
  return bom.files
    .filter(({ path, owner }) => {
      const twice = seen.has(path);
      seen.add(path);
      return twice || owner === undefined || ('package' in owner ? !packages.has(owner.package) : owner.step === '');
    })
    .map(({ path }) => pathText(path));
}
