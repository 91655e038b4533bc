// A verdict as a finding: everything that is known of the vulnerability in this package.
import type { Severity } from '../advisory/types.ts';
import type { BomPackage } from '../bom/types.ts';
import { fixOf } from './fix.ts';
import { riskOf } from './risk.ts';
import { countingSeverity } from './severity.ts';
import { rangeOf, type Statement } from './statements.ts';
import type {
  AdvisoryIndex,
  Finding,
  FindingDecision,
  FindingEvidence,
  FindingStatus,
  FoundPackage,
  Vulnerability,
} from './types.ts';
import type { Verdict } from './verdict.ts';

export interface FindingParts {
  /** The vulnerability's main id. */
  readonly id: string;
  readonly package: BomPackage;
  readonly verdict: Verdict;
  readonly status: FindingStatus;
  readonly decisions: readonly FindingDecision[];
}

/** Vulnerabilities and packages are described once, however many findings have them. */
export class FindingMaker {
  readonly #index: AdvisoryIndex;
  readonly #parents: (purl: string) => FoundPackage['parents'];
  readonly #vulnerabilities = new Map<string, Vulnerability | undefined>();
  readonly #packages = new Map<string, FoundPackage>();

  constructor(index: AdvisoryIndex, parents: (purl: string) => FoundPackage['parents']) {
    this.#index = index;
    this.#parents = parents;
  }

  make({ id, package: p, verdict, status, decisions }: FindingParts): Finding {
    const known = this.#vulnerability(id);
    const evidence = verdict.holding.length > 0 ? verdict.holding : verdict.decisive;
    const severities = severitiesOf(evidence, known);
    const severity = countingSeverity(ownSeverities(verdict.decisive), severities);
    const { epss, exploited } = known ?? { epss: undefined, exploited: undefined };
    return {
      id,
      aliases: aliasesOf(id, known, evidence),
      package: this.#package(p),
      evidence: evidence.map(evidenceOf),
      severity,
      severities,
      epss,
      exploited,
      risk: riskOf({ severity, severities, epss, exploited }),
      fix: fixOf(status === 'not-affected' ? { ...verdict, decisive: verdict.holding } : verdict),
      status,
      decisions,
      summary: known?.summary ?? '',
      references: () => known?.references ?? NO_NAMES,
      cwes: known?.cwes ?? [],
      published: known?.published,
    };
  }

  #vulnerability(id: string): Vulnerability | undefined {
    if (!this.#vulnerabilities.has(id)) this.#vulnerabilities.set(id, this.#index.vulnerability(id));
    return this.#vulnerabilities.get(id);
  }

  #package(p: BomPackage): FoundPackage {
    let found = this.#packages.get(p.purl);
    if (found === undefined) {
      const { source } = p;
      const isOther = source !== undefined && (source.name !== p.name || source.version !== p.version);
      found = {
        purl: p.purl,
        name: p.name,
        version: p.version,
        kind: p.kind,
        source: isOther ? source : undefined,
        locations: p.locations ?? [],
        origin: p.origin,
        evidence: p.evidence,
        parents: this.#parents(p.purl),
      };
      this.#packages.set(p.purl, found);
    }
    return found;
  }
}

function evidenceOf({ entry, lookup, held }: Statement): FindingEvidence {
  const { advisory, feed, record } = entry;
  const { ecosystem, name, version } = lookup;
  return { advisory, feed, record, ecosystem, name, version, range: rangeOf(held) };
}

const NO_NAMES: readonly string[] = [];

/** An advisory that covers several vulnerabilities is none of their names. */
function aliasesOf(id: string, known: Vulnerability | undefined, evidence: readonly Statement[]): readonly string[] {
  const aliases = known?.aliases ?? NO_NAMES;
  const own = evidence.filter(({ entry }) => entry.vulnerabilities.length === 1 && entry.advisory !== id);
  if (aliases.length === 0 && own.length === 0) return NO_NAMES;
  const all = new Set([...aliases, ...own.map(({ entry }) => entry.advisory)]);
  return [...all].filter((alias) => alias !== id).sort();
}

/** Of the records that decided: of the package, then of the advisories as a whole. */
function ownSeverities(decisive: readonly Statement[]): readonly Severity[] {
  return inTurn(ofPackage(decisive), ofAdvisories(decisive));
}

/** The packager's word on this package first, then what is said of the vulnerability, then of the advisory. */
function severitiesOf(evidence: readonly Statement[], known: Vulnerability | undefined): readonly Severity[] {
  const all = inTurn(inTurn(ofPackage(evidence), known?.severities ?? NONE), ofAdvisories(evidence));
  if (all.length < 2) return all;
  return [...new Map(all.map((one) => [keyOf(one), one])).values()];
}

function ofPackage(statements: readonly Statement[]): readonly Severity[] {
  const only = statements.length === 1 ? statements[0] : undefined;
  return only === undefined
    ? statements.flatMap(({ entry }) => entry.severities ?? NONE)
    : (only.entry.severities ?? NONE);
}

function ofAdvisories(statements: readonly Statement[]): readonly Severity[] {
  const only = statements.length === 1 ? statements[0] : undefined;
  return only === undefined
    ? statements.flatMap(({ entry }) => entry.advisorySeverities)
    : only.entry.advisorySeverities;
}

const NONE: readonly Severity[] = [];

// Most findings have one of them at most: nothing is copied then.
function inTurn(first: readonly Severity[], then: readonly Severity[]): readonly Severity[] {
  if (then.length === 0) return first;
  return first.length === 0 ? then : [...first, ...then];
}

function keyOf({ source, level, stated, vector, score }: Severity): string {
  return [source, level ?? '', stated ?? '', vector ?? '', score ?? ''].join('\0');
}
