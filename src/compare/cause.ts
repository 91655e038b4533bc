// What made a finding new, gone or another one: the image, the database, or somebody's word.
import { isSuppressed } from '../match/filter.ts';
import { FindingNames } from './finding-names.ts';
import type { Cause, ComparedFinding, Hindsight, Side } from './types.ts';

interface Causes {
  ofNew(finding: ComparedFinding): Cause;
  ofGone(finding: ComparedFinding): Cause;
  /** Of one that is on both sides. @param finding the second side's */
  ofOther(finding: ComparedFinding): Cause;
}

/**
 * A finding that the first side would have by the second one's data is the database's, any other the image's. Where the first side
 * cannot be held against that data, the packages decide: the same version, and another answer, is the database's.
 */
export function causeOf(a: Side, b: Side, before: FindingNames, after: FindingNames, hindsight: Hindsight): Causes {
  const data = dataCauses(a, b, hindsight);
  return {
    ofNew: (finding) => (isStated(before.find(finding)) ? 'statement' : data.ofNew(finding)),
    ofGone: (finding) => (isStated(after.find(finding)) ? 'statement' : data.ofGone(finding)),
    ofOther: (finding) => data.ofOther(finding),
  };
}

/** Whether a VEX document or an ignore rule says that it does not count. */
function isStated(finding: ComparedFinding | undefined): boolean {
  if (finding === undefined || !isSuppressed(finding)) return false;
  return finding.decisions.some(
    ({ by, status }) => (by === 'vex' || by === 'ignore-rule') && status === finding.status,
  );
}

function dataCauses(a: Side, b: Side, hindsight: Hindsight): Causes {
  if (hindsight.kind === 'same-data') return { ofNew: () => 'image', ofGone: () => 'image', ofOther: () => 'image' };
  if (hindsight.kind === 'packages') return packageCauses(a, b);
  const again = new FindingNames(hindsight.findings);
  const counts = (finding: ComparedFinding): boolean => {
    const found = again.find(finding);
    return found !== undefined && !isSuppressed(found);
  };
  return {
    ofNew: (finding) => (counts(finding) ? 'database' : 'image'),
    ofGone: (finding) => (counts(finding) ? 'image' : 'database'),
    ofOther: (finding) => {
      const found = again.find(finding);
      return found !== undefined && looksSame(found, finding) ? 'database' : 'image';
    },
  };
}

function looksSame(a: ComparedFinding, b: ComparedFinding): boolean {
  return (
    a.severity.level === b.severity.level &&
    a.fix.state === b.fix.state &&
    a.status === b.status &&
    (a.exploited === undefined) === (b.exploited === undefined)
  );
}

function packageCauses(a: Side, b: Side): Causes {
  const [before, after] = [purlsOf(a), purlsOf(b)];
  const by = ({ known, purls }: Purls, { package: p }: ComparedFinding): Cause => {
    if (purls.has(p.purl)) return 'database';
    return known ? 'image' : 'unknown';
  };
  return {
    ofNew: (finding) => by(before, finding),
    ofGone: (finding) => by(after, finding),
    ofOther: (finding) => by(before, finding),
  };
}

interface Purls {
  /** Whether these are all. */
  readonly known: boolean;
  readonly purls: ReadonlySet<string>;
}

function purlsOf({ packages, findings }: Side): Purls {
  const of = packages ?? findings.findings.map((finding) => finding.package);
  return { known: packages !== undefined, purls: new Set(of.map(({ purl }) => purl)) };
}
