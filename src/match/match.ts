// Packages × advisories → findings. Pure: the same Bom and the same database give the same findings.
import type { Bom, BomPackage } from '../bom/types.ts';
import { compareStrings } from '../lib/bytes.ts';
import { planOf } from './all.ts';
import { type GoTargets, goTargets } from './circumstances.ts';
import { FindingMaker } from './finding.ts';
import { VersionJudge } from './holds.ts';
import { isKernelHeaders } from './kernel-headers.ts';
import type { Lookup, Plan } from './lookup.ts';
import { isSystems, type OwnerPackage, Owners } from './ownership.ts';
import { compareFindings } from './rank.ts';
import { Releases } from './releases.ts';
import { PACKAGERS, type Statement, Statements } from './statements.ts';
import type { AdvisoryIndex, Coverage, Finding, FindingDecision, MatchResult, NotCovered } from './types.ts';
import { anyVerdict, packagerVerdict, type Verdict } from './verdict.ts';
import { DependencyWays } from './ways.ts';

/**
 * What is vulnerable in a Bom, and of what nothing is known. One vulnerability in one package is one finding, with every
 * name and all evidence; what a packager says not to be affected is a finding of that status, where another feed says
 * that it is.
 */
export function match(bom: Bom, index: AdvisoryIndex, options: MatchOptions = {}): MatchResult {
  return new Matching(bom, index, options).result();
}

export interface MatchOptions {
  /** Whether packages of a kernel's headers are matched like others; else they are named as not looked up. */
  readonly kernelHeaders?: boolean | undefined;
}

/** The ecosystems, with their releases, that a database should have for a Bom; sorted. */
export function ecosystemsOf({ subject, packages }: Bom): readonly string[] {
  const releases = new Releases(subject.distribution);
  const names = new Set<string>();
  for (const p of packages) {
    const plan = planOf(p, releases.of(p));
    if (!('lookups' in plan)) continue;
    // A release's name says more than its distribution's alone.
    for (const { ecosystem } of plan.lookups)
      if (ecosystem === plan.lookups[0]?.ecosystem || ecosystem.includes(':')) names.add(ecosystem);
  }
  return [...names].sort(compareStrings);
}

class Matching {
  readonly #bom: Bom;
  readonly #index: AdvisoryIndex;
  readonly #options: MatchOptions;
  readonly #releases: Releases;
  readonly #statements: Statements;
  readonly #owners: Owners;
  readonly #maker: FindingMaker;
  readonly #coverage = new Map<string, readonly Coverage[]>();
  readonly #ownerPackages = new Map<string, OwnerPackage | undefined>();
  readonly #findings: Finding[] = [];
  readonly #notCovered: NotCovered[] = [];
  readonly #fixedOnly = new Set<string>();
  #targets: GoTargets | undefined;
  #ways: DependencyWays | undefined;
  #byPurl: ReadonlyMap<string, BomPackage> | undefined;
  #covered = 0;

  constructor(bom: Bom, index: AdvisoryIndex, options: MatchOptions) {
    this.#bom = bom;
    this.#index = index;
    this.#options = options;
    this.#releases = new Releases(bom.subject.distribution);
    this.#statements = new Statements(index, () => (this.#targets ??= goTargets(bom.packages)));
    this.#owners = new Owners(this.#statements);
    this.#maker = new FindingMaker(index, (purl) => (this.#ways ??= new DependencyWays(bom.packages)).to(purl));
  }

  result(): MatchResult {
    for (const p of this.#bom.packages) this.#take(p, planOf(p, this.#releases.of(p)));
    return {
      findings: this.#findings.sort(compareFindings),
      notCovered: this.#notCovered.sort((a, b) => compareStrings(a.purl, b.purl)),
      covered: this.#covered,
      fixedOnly: [...this.#fixedOnly].sort(compareStrings),
      stream: this.#stream(),
    };
  }

  #stream(): MatchResult['stream'] {
    const { distribution } = this.#bom.subject;
    if (distribution?.id !== 'rhel') return undefined;
    const main = `enterprise_linux:${distribution.versionId.split('.', 1)[0] ?? ''}`;
    const named = distribution.stream;
    if (named !== undefined && this.#coverageOf(`Red Hat:${named}`).length > 0) return { judged: named, named };
    return this.#coverageOf(`Red Hat:${main}`).length === 0 ? undefined : { judged: main, named };
  }

  #take(p: BomPackage, plan: Plan): void {
    const uncovered = this.#uncovered(p, plan) ?? this.#passedOver(p, plan);
    // What a distribution's package brings, its advisories speak of.
    if (uncovered === undefined || this.#ownerOf(p)?.covered === true) this.#covered++;
    else this.#notCovered.push({ purl: p.purl, name: p.name, version: p.version, ...uncovered });
    if (!('lookups' in plan) || uncovered?.reason === 'kernel-headers') return;
    const said = this.#statements.said(p, plan.lookups);
    const holding = this.#statements.holding(said, p);
    if (holding.some(({ entry }) => entry.status !== 'not-affected')) this.#find(p, said, holding);
  }

  #find(p: BomPackage, said: readonly Statement[], holding: readonly Statement[]): void {
    const grouped = new Map<string, Statement[]>();
    for (const one of holding) {
      if (one.entry.status === 'not-affected') continue;
      for (const id of one.entry.vulnerabilities) if (!grouped.has(id)) grouped.set(id, []);
    }
    const isPackager = PACKAGERS.has(p.kind);
    for (const one of isPackager ? said : holding) {
      let meant = isPackager ? undefined : true;
      for (const id of one.entry.vulnerabilities) {
        const group = grouped.get(id);
        if (group !== undefined && (meant ??= this.#statements.isMeant(one, p))) group.push(one);
      }
    }
    for (const [id, statements] of grouped) {
      const verdict = isPackager ? packagerVerdict(statements) : anyVerdict(statements);
      if (verdict.outcome !== 'fixed') this.#give(p, id, verdict);
    }
  }

  #give(p: BomPackage, id: string, verdict: Verdict): void {
    const owner = this.#ownerOf(p);
    const decision =
      verdict.outcome === 'not-affected'
        ? packagersDecision(verdict)
        : owner === undefined
          ? undefined
          : this.#owners.decision(owner, id);
    const status = decision?.status ?? (verdict.outcome === 'under-investigation' ? verdict.outcome : 'affected');
    this.#findings.push(
      this.#maker.make({ id, package: p, verdict, status, decisions: decision === undefined ? [] : [decision] }),
    );
  }

  /** The package that owns another, where its distribution has advisories. */
  #ownerOf(p: BomPackage): OwnerPackage | undefined {
    return p.ownedBy === undefined || !isSystems(p) ? undefined : this.#owner(p.ownedBy);
  }

  #owner(purl: string): OwnerPackage | undefined {
    if (!this.#ownerPackages.has(purl)) {
      this.#byPurl ??= new Map(this.#bom.packages.map((p) => [p.purl, p]));
      const p = this.#byPurl.get(purl);
      const plan = p === undefined ? undefined : planOf(p, this.#releases.of(p));
      const lookups = plan !== undefined && 'lookups' in plan ? plan.lookups : [];
      const coverages = this.#coverages(lookups);
      const complete = coverages.some(({ scope }) => scope === 'all');
      const isOwner = p !== undefined && PACKAGERS.has(p.kind) && lookups.length > 0;
      this.#ownerPackages.set(
        purl,
        isOwner ? { package: p, lookups, complete, covered: coverages.length > 0 } : undefined,
      );
    }
    return this.#ownerPackages.get(purl);
  }

  #uncovered({ unidentified }: BomPackage, plan: Plan): Pick<NotCovered, 'reason' | 'ecosystem'> | undefined {
    if (!('lookups' in plan)) {
      const isUnknown = plan.reason === 'kind' && unidentified === true;
      return { reason: isUnknown ? 'no-purl' : plan.reason, ecosystem: plan.ecosystem };
    }
    const [first] = plan.lookups;
    const { ecosystem, version } = first ?? { ecosystem: undefined, version: '' };
    const coverages = this.#coverages(plan.lookups);
    if (ecosystem === undefined || coverages.length === 0) return { reason: 'no-feed', ecosystem };
    if (version === '') return { reason: 'no-version', ecosystem };
    if (!new VersionJudge(ecosystem, version).isReadable) return { reason: 'version-unreadable', ecosystem };
    if (coverages.every(({ scope }) => scope === 'fixed-only')) this.#fixedOnly.add(ecosystem);
    return undefined;
  }

  #passedOver(p: BomPackage, plan: Plan): Pick<NotCovered, 'reason' | 'ecosystem'> | undefined {
    if (this.#options.kernelHeaders === true || !('lookups' in plan) || !isKernelHeaders(p)) return undefined;
    return { reason: 'kernel-headers', ecosystem: plan.lookups[0]?.ecosystem };
  }

  #coverages(lookups: readonly Lookup[]): readonly Coverage[] {
    const [first, ...others] = lookups;
    if (first === undefined) return [];
    const own = this.#coverageOf(first.ecosystem);
    const more = others.flatMap(({ ecosystem }) => (ecosystem === first.ecosystem ? [] : this.#coverageOf(ecosystem)));
    return more.length === 0 ? own : [...own, ...more];
  }

  #coverageOf(ecosystem: string): readonly Coverage[] {
    let known = this.#coverage.get(ecosystem);
    if (known === undefined) {
      known = this.#index.coverage(ecosystem);
      this.#coverage.set(ecosystem, known);
    }
    return known;
  }
}

function packagersDecision({ decisive }: Verdict): FindingDecision {
  const [first] = decisive;
  return {
    by: 'packager',
    status: 'not-affected',
    justification: undefined,
    reason: `The packager says that ${first?.lookup.name ?? 'it'} is not affected in ${first?.lookup.ecosystem ?? 'this release'}.`,
    source: first === undefined ? '' : `${first.entry.feed} ${first.entry.record}`,
    author: undefined,
    at: undefined,
    expires: undefined,
  };
}
