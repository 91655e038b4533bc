// A result of `temper scan --format json` as a side: docs/schemas/scan-1.json.
import { z } from 'zod';
import { packageOfPurl } from '../bom/purl-package.ts';
import type { BomSubject } from '../bom/types.ts';
import { Fault } from '../lib/faults.ts';
import { type Digest, isDigest } from '../lib/digest.ts';
import type { ComparedFinding, Side } from './types.ts';

/** Its schema's identifier. */
export const SAVED_SCAN = 'urn:temper:schema:scan:1';

const text = z.string().max(10_000);
const level = z.enum(['critical', 'high', 'medium', 'low', 'negligible', 'unknown']);
const status = z.enum(['affected', 'under-investigation', 'not-affected', 'fixed', 'ignored']);

const SavedFinding = z.looseObject({
  id: text,
  aliases: z.array(text).max(1000),
  package: z.looseObject({
    purl: text,
    name: text,
    version: text,
    kind: text,
    source: z.looseObject({ name: text, version: text }).optional(),
  }),
  severity: z.looseObject({
    level,
    source: text.optional(),
    score: z.number().optional(),
    vector: text.optional(),
  }),
  epss: z.looseObject({ id: text, score: z.number(), percentile: z.number(), date: text }).optional(),
  exploited: z.looseObject({ id: text, added: text, due: text, ransomware: z.boolean(), action: text }).optional(),
  // Left out where nobody knows how likely exploitation is.
  risk: z.number().default(0),
  fix: z.looseObject({
    state: z.enum(['fixed', 'not-fixed', 'deferred', 'wont-fix', 'unknown']),
    versions: z.array(text).max(10_000),
    advisory: text.optional(),
  }),
  status,
  decisions: z
    .array(
      z.looseObject({ by: z.enum(['packager', 'vex', 'ignore-rule', 'owner']), status, reason: text, source: text }),
    )
    .max(1000),
  summary: text,
});

const SavedScan = z.looseObject({
  subject: z.looseObject({
    name: text,
    version: text,
    platform: text.optional(),
    configDigest: text.optional(),
    manifestDigest: text.optional(),
    diffIds: z.array(text).max(10_000).optional(),
    created: text,
    distribution: z
      .looseObject({
        id: text,
        versionId: text,
        prettyName: text,
        like: z.array(text).max(100).optional(),
        codename: text.optional(),
      })
      .optional(),
  }),
  database: z.looseObject({
    sources: z
      .array(z.looseObject({ feed: text, title: text, digest: text, read: text.optional(), current: text.optional() }))
      .max(100),
  }),
  totals: z.looseObject({
    packages: z.int().nonnegative(),
    covered: z.int().nonnegative(),
    notCovered: z.int().nonnegative(),
    filtered: z.int().nonnegative(),
  }),
  packages: z.array(text).max(10_000_000).optional(),
  notCovered: z
    .array(
      z.looseObject({
        purl: text,
        reason: z.enum([
          'no-feed',
          'no-version',
          'third-party',
          'version-unreadable',
          'kind',
          'no-purl',
          'kernel-headers',
        ]),
      }),
    )
    .max(10_000_000)
    .optional(),
  findings: z.array(SavedFinding).max(10_000_000),
  suppressed: z.array(SavedFinding).max(10_000_000),
});

export interface SavedSide {
  readonly side: Side;
  readonly sources: readonly {
    readonly feed: string;
    readonly title: string;
    readonly digest: string;
    /** When it was known to be the newest; scans of before do not say more than when it was read. */
    readonly current?: string | undefined;
    readonly read?: string | undefined;
  }[];
  /** Findings that its filters left out, a count: nobody knows which. */
  readonly filtered: number;
}

/** Whether a JSON document says that it is one. */
export function isSavedScan(document: unknown): boolean {
  return (
    typeof document === 'object' &&
    document !== null &&
    Object.hasOwn(document, '$schema') &&
    (document as Record<string, unknown>)['$schema'] === SAVED_SCAN
  );
}

/**
 * What the document says, and no more: neither files nor sizes nor configuration, and no relationships.
 * @param name for messages
 * @throws Fault `scan/malformed`
 */
export function savedSide(document: unknown, name: string): SavedSide {
  const parsed = SavedScan.safeParse(document);
  if (!parsed.success) throw malformed(name, parsed.error.issues[0]);
  const { subject, totals, packages, findings, suppressed, database } = parsed.data;
  return {
    side: {
      kind: 'scan',
      subject: subjectOf(subject),
      packages: packages?.map(packageOfPurl),
      packageCount: packages?.length ?? totals.packages,
      related: false,
      files: undefined,
      layers: undefined,
      configuration: undefined,
      findings: {
        findings: [...findings, ...suppressed].map(findingOf),
        covered: totals.covered,
        notCovered: totals.notCovered,
        uncovered: parsed.data.notCovered,
        leftOut: totals.filtered,
      },
    },
    sources: database.sources,
    filtered: totals.filtered,
  };
}

function subjectOf(subject: z.infer<typeof SavedScan>['subject']): BomSubject {
  const { name, version, platform, configDigest, manifestDigest, diffIds = [], created, distribution } = subject;
  const seconds = Date.parse(created) / 1000;
  return {
    name,
    version,
    platform,
    configDigest: digest(configDigest),
    manifestDigest: digest(manifestDigest),
    diffIds: diffIds.filter(isDigest),
    created: Number.isFinite(seconds) ? Math.floor(seconds) : 0,
    distribution,
  };
}

function digest(stated: string | undefined): Digest | undefined {
  return stated !== undefined && isDigest(stated) ? stated : undefined;
}

function findingOf(saved: z.infer<typeof SavedFinding>): ComparedFinding {
  const { severity, fix, decisions, package: p } = saved;
  return {
    ...saved,
    package: { ...p, source: p.source },
    severity: { level: severity.level, source: severity.source, score: severity.score, vector: severity.vector },
    epss: saved.epss,
    exploited: saved.exploited,
    fix: { state: fix.state, versions: fix.versions, published: undefined, advisory: fix.advisory },
    decisions: decisions.map(({ by, status: decided, reason, source }) => ({
      by,
      status: decided,
      justification: undefined,
      reason,
      source,
      author: undefined,
      at: undefined,
      expires: undefined,
    })),
  };
}

function malformed(
  name: string,
  issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined,
): Fault {
  const way = (issue?.path ?? []).map(String).join('.');
  return new Fault(
    'scan/malformed',
    `${name} is no result of a scan that Temper reads: ${way === '' ? 'the document' : way.slice(0, 200)}: ${issue?.message ?? 'wrong shape'}.`,
    'Give the file that `temper scan --format json` wrote, whole and unaltered.',
  );
}
