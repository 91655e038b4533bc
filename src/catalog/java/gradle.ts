// Gradle's lock files: Gradle's manual, "Locking Versions", the format of one file for each project.
import { mavenPurl } from '../../purl/maven.ts';
import { barePackage, purlOrNone } from '../bare-package.ts';
import type { CatalogedPackage, Cataloger } from '../types.ts';

/** `group:artifact:version` of each dependency that not only configurations of tests lock. */
export type GradleFact = readonly (readonly [string, string, string])[];

export const gradle: Cataloger<GradleFact> = {
  id: 'gradle-lock',
  version: 1,
  evidence: 'declared',
  reads: [{ name: 'gradle.lockfile' }, { suffix: '.lockfile', match: (path) => path.includes('dependency-locks/') }],
  limit: 16 << 20,
  parse: ({ content }) => readLock(content.all().toString('utf8')),
  assemble: (found) => found.flatMap(({ path, fact }) => fact.flatMap((one) => packageOf(one, path))),
};

function readLock(text: string): GradleFact | undefined {
  const locked: [string, string, string][] = [];
  for (const line of text.split('\n')) {
    const [, group, artifact, version, configurations] =
      /^([^\s:#=]{1,200}):([^\s:=]{1,200}):([^\s:=]{1,100})(?:=(.*))?$/.exec(line.trim()) ?? [];
    if (group === undefined || artifact === undefined || version === undefined) continue;
    if (configurations === undefined || !onlyTests(configurations)) locked.push([group, artifact, version]);
  }
  return locked.length === 0 ? undefined : locked;
}

function onlyTests(configurations: string): boolean {
  return configurations.split(',').every((name) => /test/i.test(name));
}

function packageOf([group, artifact, version]: GradleFact[number], path: string): CatalogedPackage[] {
  const purl = purlOrNone(() => mavenPurl(group, artifact, version));
  return purl === undefined ? [] : [barePackage(purl, 'maven', `${group}:${artifact}`, version, [{ path }])];
}
