// What a VEX document of Red Hat's says of packages, one record for each name in each product.
import { statementsOf } from '../../csaf/document.ts';
import type { CsafDocument, CsafProduct, CsafStatement, CsafVulnerability } from '../../csaf/types.ts';
import { compareStrings } from '../../lib/bytes.ts';
import { compareRpmVersions } from '../../version/rpm.ts';
import type { Affected, FixState, Severity } from '../types.ts';
import { ecosystemOf, type RpmComponent, rpmOf } from './product.ts';
import { productSeverities } from './severities.ts';

/** A version that has the fix, on one architecture. */
interface Fix {
  readonly version: string;
  readonly by: string | undefined;
  readonly at: number | undefined;
}

/** All that is said of one name in one product and module. */
interface Said {
  readonly ecosystem: string;
  readonly name: string;
  readonly module: string | undefined;
  /** By architecture, the highest each. */
  readonly fixes: Map<string, Fix>;
  readonly unfixed: Set<FixState>;
  investigated: boolean;
  spared: boolean;
  severities: readonly Severity[] | undefined;
}

/** Architectures that Red Hat builds for; who names them all names none. */
const ALL = ['aarch64', 'ppc64le', 's390x', 'x86_64'];
/** From the least settled: what counts where a name's products differ. */
const STATES: readonly FixState[] = ['not-fixed', 'deferred', 'wont-fix', 'unknown'];

/**
 * Records of the wanted ecosystems, sorted. A version that has the fix counts before what is said without one, and an explicit
 * negative last; of several fixes in one product's minor releases the highest. Source packages stand under their name beside
 * the binary ones; where both have a fix, the binary's counts. Packages for debugging are left out.
 * @throws Fault `csaf/malformed` as `statementsOf`
 */
export function affectedOf(
  document: CsafDocument,
  vulnerability: CsafVulnerability,
  severities: readonly Severity[],
  wanted: (ecosystem: string) => boolean,
): Affected[] {
  const all = new Map<string, Said>();
  const ecosystems = new Map<CsafProduct, string | undefined>();
  for (const statement of statementsOf({ ...document, vulnerabilities: [vulnerability] })) {
    const outer = statement.product.within.at(-1);
    if (outer === undefined) continue;
    if (!ecosystems.has(outer)) ecosystems.set(outer, ecosystemOf(outer.cpe ?? ''));
    const ecosystem = ecosystems.get(outer);
    if (ecosystem === undefined || !wanted(ecosystem)) continue;
    const rpm = rpmOf(statement.product);
    if (rpm === undefined || /-debug(?:info|source)(?:-|$)/.test(rpm.name)) continue;
    const said = saidOf(all, ecosystem, rpm);
    note(said, statement, rpm);
    said.severities ??= productSeverities(statement, severities);
  }
  return [...all].sort(([a], [b]) => compareStrings(a, b)).flatMap(([, said]) => recordsOf(said));
}

function saidOf(all: Map<string, Said>, ecosystem: string, { name, module }: RpmComponent): Said {
  const key = `${ecosystem}\0${name}\0${module ?? ''}`;
  const known = all.get(key);
  if (known !== undefined) return known;
  const said: Said = {
    ecosystem,
    name,
    module,
    fixes: new Map(),
    unfixed: new Set(),
    investigated: false,
    spared: false,
    severities: undefined,
  };
  all.set(key, said);
  return said;
}

function note(said: Said, statement: CsafStatement, { version, architecture }: RpmComponent): void {
  switch (statement.status) {
    case 'first_fixed':
    case 'fixed': {
      if (version === '') return;
      const known = said.fixes.get(architecture);
      if (known === undefined || compareRpmVersions(version, known.version) > 0)
        said.fixes.set(architecture, { version, ...remedyOf(statement) });
      return;
    }
    case 'first_affected':
    case 'known_affected':
    case 'last_affected':
      said.unfixed.add(stateOf(statement));
      return;
    case 'under_investigation':
      said.investigated = true;
      return;
    case 'known_not_affected':
      said.spared = true;
      return;
    case 'recommended':
    case 'unknown':
  }
}

function remedyOf({ remediations }: CsafStatement): Pick<Fix, 'by' | 'at'> {
  const fix = remediations.find(({ category }) => category === 'vendor_fix');
  return { by: /\bRH[SBE]A-\d{4}:\d{4,7}\b/.exec(fix?.url ?? '')?.[0], at: fix?.at };
}

/** "Will not fix" and "Out of support scope" are `no_fix_planned`; "Affected" and "Fix deferred" `none_available`. */
function stateOf({ remediations }: CsafStatement): FixState {
  for (const { category, details } of remediations) {
    if (category === 'no_fix_planned') return 'wont-fix';
    if (category === 'none_available') return /deferred/i.test(details.slice(0, 100)) ? 'deferred' : 'not-fixed';
  }
  return 'not-fixed';
}

function recordsOf(said: Said): Affected[] {
  if (said.fixes.size > 0) return fixedRecords(said);
  const state = STATES.find((one) => said.unfixed.has(one));
  if (state !== undefined) return [{ ...base(said), status: 'affected', fix: state }];
  if (said.investigated) return [{ ...base(said), status: 'under-investigation', fix: 'unknown' }];
  return said.spared ? [{ ...base(said), status: 'not-affected', fix: 'unknown' }] : [];
}

function fixedRecords(said: Said): Affected[] {
  const binaries = [...said.fixes].filter(([architecture]) => architecture !== 'src');
  const byVersion = new Map<string, { readonly fix: Fix; readonly architectures: string[] }>();
  for (const [architecture, fix] of binaries.length > 0 ? binaries : said.fixes) {
    const same = byVersion.get(fix.version);
    if (same === undefined) byVersion.set(fix.version, { fix, architectures: [architecture] });
    else same.architectures.push(architecture);
  }
  return [...byVersion.values()]
    .sort((a, b) => compareStrings(a.fix.version, b.fix.version))
    .map(({ fix, architectures }) => ({
      ...base(said, architectures),
      status: 'affected',
      ranges: [{ introduced: '0', fixed: fix.version }],
      fix: 'fixed',
      fixedBy: fix.by,
      fixedAt: fix.at,
    }));
}

function base(
  { ecosystem, name, module, severities }: Said,
  architectures: string[] = [],
): Omit<Affected, 'status' | 'fix'> {
  const everywhere = architectures.some((one) => one === '' || one === 'src' || one === 'noarch');
  const some = everywhere || ALL.every((one) => architectures.includes(one)) ? [] : architectures.sort(compareStrings);
  const only = { ...(some.length > 0 && { architectures: some }), ...(module !== undefined && { module }) };
  return {
    ecosystem,
    name,
    ranges: [],
    versions: [],
    ...(severities !== undefined && { severities }),
    ...(Object.keys(only).length > 0 && { only }),
  };
}
