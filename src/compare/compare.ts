// Two sides → what is different. Pure: the same sides give the same comparison.
import type { FindingFilter } from '../match/filter.ts';
import { configurationChanges } from './configuration.ts';
import { fileChanges } from './files.ts';
import { findingChanges } from './findings.ts';
import { measuresOf } from './measures.ts';
import { packageChanges } from './packages.ts';
import { packageManagers, shells } from './programs.ts';
import { relationshipChanges } from './relationships.ts';
import type { Comparison, Fact, Hindsight, Side } from './types.ts';

/**
 * What is new, gone and changed in the second side. What one side cannot say is `undefined`, never none.
 * @param filter of findings: those that are listed and counted
 */
export function compare(a: Side, b: Side, hindsight: Hindsight, filter: FindingFilter): Comparison {
  const vulnerabilities = findingChanges(a, b, hindsight, filter);
  const both = <T, R>(x: T | undefined, y: T | undefined, of: (x: T, y: T) => R): R | undefined =>
    x === undefined || y === undefined ? undefined : of(x, y);
  const [before, after] = [a, b].map(({ related, packages }) => (related ? packages : undefined));
  return {
    a,
    b,
    measures: measuresOf(a, b, vulnerabilities),
    facts: factsOf(a, b),
    packages: both(a.packages, b.packages, packageChanges),
    relationships: both(before, after, relationshipChanges),
    vulnerabilities,
    files: both(a.files, b.files, (x, y) => fileChanges(x, y, a.kind === 'image' && b.kind === 'image')),
    configuration: both(a.configuration, b.configuration, configurationChanges),
  };
}

function factsOf(a: Side, b: Side): readonly Fact[] {
  const fact = (name: Fact['name'], of: (side: Side) => Fact['a']): Fact => ({ name, a: of(a), b: of(b) });
  return [
    fact('platform', ({ subject }) => subject.platform),
    fact('distribution', ({ subject }) => subject.distribution?.prettyName),
    // Whoever is not named is the superuser (config.md, User).
    fact('user', ({ configuration }) => configuration && (configuration.user ?? 'root')),
    fact('shells', ({ files }) => files && shells(files)),
    fact('package-managers', ({ files }) => files && packageManagers(files)),
  ];
}
