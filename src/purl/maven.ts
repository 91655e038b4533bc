// Package URLs of Maven packages (purl-spec, types/maven).
import { packageUrl } from './purl.ts';

/** `pkg:maven/GROUP/ARTIFACT@VERSION`; a group that is not known is the artifact's name, as Maven's oldest packages have it. @throws Fault `purl/malformed` */
export function mavenPurl(groupId: string, artifactId: string, version: string): string {
  return packageUrl({ type: 'maven', namespace: groupId || artifactId, name: artifactId, version });
}
