// Package URLs of Go modules (purl-spec, types/golang).
import { packageUrl } from './purl.ts';

/**
 * `pkg:golang/HOST/PATH@VERSION`, the module's path as Go writes it: its case counts there.
 * @param version `v1.2.3` of modules, `1.20` of the standard library; empty where it is not known
 * @throws Fault `purl/malformed`
 */
export function golangPurl(path: string, version: string): string {
  const slash = path.lastIndexOf('/');
  return packageUrl({
    type: 'golang',
    namespace: path.slice(0, Math.max(0, slash)),
    name: path.slice(slash + 1),
    version,
  });
}
