// Findings for tests of what is said of them.
import type { Finding, FoundPackage, MatchResult } from '../../src/match/types.ts';

export function foundPackage(change: Partial<FoundPackage> = {}): FoundPackage {
  return {
    purl: 'pkg:deb/debian/libssl3@3.0.1-1?arch=amd64&distro=debian-12&upstream=openssl',
    name: 'libssl3',
    version: '3.0.1-1',
    kind: 'deb',
    source: { name: 'openssl', version: '3.0.1-1' },
    locations: [{ path: 'var/lib/dpkg/status' }],
    origin: undefined,
    evidence: undefined,
    parents: [],
    ...change,
  };
}

export function finding(change: Partial<Finding> = {}): Finding {
  return {
    id: 'CVE-2026-1',
    aliases: [],
    package: foundPackage(),
    evidence: [],
    severity: { level: 'high', source: 'nvd', score: 7.5, vector: undefined },
    severities: [],
    epss: undefined,
    exploited: undefined,
    risk: 50,
    fix: { state: 'not-fixed', versions: [], published: undefined, advisory: undefined },
    status: 'affected',
    decisions: [],
    summary: '',
    references: () => [],
    cwes: [],
    published: undefined,
    ...change,
  };
}

/** A match with the references of its findings looked up, so that two are compared by what they say. */
export function told({ findings, ...rest }: MatchResult) {
  return { ...rest, findings: findings.map((one) => ({ ...one, references: one.references() })) };
}
