// Findings × ignore rules → findings.
import { pathText } from '../lib/bytes.ts';
import { isoTime } from '../lib/time.ts';
import type { Finding, FindingDecision } from '../match/types.ts';
import type { IgnoreRule, IgnoreRules } from './ignore-rules.ts';
import { vulnerabilityKey } from './order.ts';
import type { PackageUrlParts } from '../purl/purl.ts';
import { purlCovers, purlForms, type PurlForm, purlParts } from './package-urls.ts';
import { matchesWildcard } from './wildcard.ts';

export interface IgnoreResult {
  readonly findings: readonly Finding[];
  /** A sentence for each rule that has expired, in the order of the files: what it was about counts again. */
  readonly expired: readonly string[];
}

/**
 * Marks findings as ignored that a rule names and nothing suppresses already. Rules that have expired do nothing and are told.
 * As many findings as there were, in their order.
 * @param images the names of what was scanned
 * @param now seconds since 1970
 */
export function applyIgnoreRules(
  findings: readonly Finding[],
  files: readonly IgnoreRules[],
  images: readonly string[],
  now: number,
): IgnoreResult {
  const byId = new Map<string, Standing[]>();
  const expired: string[] = [];
  for (const { source, rules } of files) {
    for (const rule of rules) {
      if (rule.expires <= now) expired.push(expiredLine(rule, source));
      else if (isForImage(rule, images))
        add(byId, vulnerabilityKey(rule.vulnerability), {
          rule,
          source,
          pattern: rule.purl === undefined ? undefined : purlParts(rule.purl),
        });
    }
  }
  if (byId.size === 0) return { findings, expired };
  const known = new Map<Finding['package'], readonly PurlForm[]>();
  const formsOf = (p: Finding['package']): readonly PurlForm[] => {
    const forms = known.get(p) ?? purlForms(p);
    known.set(p, forms);
    return forms;
  };
  return { findings: findings.map((finding) => judged(finding, byId, formsOf)), expired };
}

interface Standing {
  readonly rule: IgnoreRule;
  readonly source: string;
  /** Of its package URL, which is none where it has one and not these. */
  readonly pattern: PackageUrlParts | undefined;
}

function judged(
  finding: Finding,
  byId: ReadonlyMap<string, readonly Standing[]>,
  formsOf: (p: Finding['package']) => readonly PurlForm[],
): Finding {
  if (finding.status === 'not-affected' || finding.status === 'fixed' || finding.status === 'ignored') return finding;
  const ids = new Set([finding.id, ...finding.aliases].map(vulnerabilityKey));
  for (const id of ids) {
    const standing = byId.get(id)?.find((one) => isFor(one, finding, formsOf));
    if (standing !== undefined)
      return { ...finding, status: 'ignored', decisions: [...finding.decisions, decisionOf(standing)] };
  }
  return finding;
}

function isFor(
  { rule, pattern }: Standing,
  { package: p }: Finding,
  formsOf: (p: Finding['package']) => readonly PurlForm[],
): boolean {
  if (rule.package !== undefined && rule.package !== p.name && rule.package !== p.source?.name) return false;
  if (rule.version !== undefined && rule.version !== p.version && rule.version !== p.source?.version) return false;
  if (rule.purl !== undefined && (pattern === undefined || !formsOf(p).some((form) => purlCovers(pattern, form))))
    return false;
  const { path } = rule;
  return path === undefined || p.locations.some((location) => isAt(path, pathText(location.path)));
}

/** With or without the root's `/`. */
function isAt(pattern: string, path: string): boolean {
  return matchesWildcard(pattern.startsWith('/') ? pattern.slice(1) : pattern, path);
}

function isForImage({ image }: IgnoreRule, names: readonly string[]): boolean {
  return image === undefined || names.some((name) => matchesWildcard(image, name));
}

function decisionOf({ rule, source }: Standing): FindingDecision {
  return {
    by: 'ignore-rule',
    status: 'ignored',
    justification: undefined,
    reason: rule.reason,
    source: `${source}, line ${rule.line}`,
    author: undefined,
    at: undefined,
    expires: rule.expires,
  };
}

function expiredLine({ vulnerability, package: name, purl, expires, line }: IgnoreRule, source: string): string {
  const where = purl ?? name;
  const day = isoTime(expires - 1).slice(0, 10);
  return `${source}, line ${line}: the rule for ${vulnerability}${where === undefined ? '' : ` in ${where}`} expired on ${day}; it counts again.`;
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
