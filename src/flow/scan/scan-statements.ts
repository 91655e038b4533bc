// Everything that is said of an image's findings beside the vulnerability database: VEX documents and ignore rules.
import type { Bom } from '../../bom/types.ts';
import { type Digest, isDigest } from '../../lib/digest.ts';
import type { Finding } from '../../match/types.ts';
import { applyStatements } from '../../vex/apply.ts';
import { bomLinks } from '../../vex/bom-links.ts';
import { applyIgnoreRules } from '../../vex/ignore.ts';
import type { IgnoreRules } from '../../vex/ignore-rules.ts';
import type { VexSubject } from '../../vex/subject.ts';
import type { VexDocument } from '../../vex/types.ts';
import { type Attested, attestedVex, type AttestedOptions } from '../vex/vex-attestations.ts';
import { readIgnoreFiles, readVexFiles } from '../vex/vex-files.ts';

export interface StatementsOptions extends AttestedOptions {
  /** `--vex`: files and folders of documents that the user takes for true. */
  readonly vex: readonly string[];
  /** `--ignore`: files of rules; unless given, the one in the working directory. */
  readonly ignore: readonly string[];
}

export interface ScanStatements extends Attested {
  /** Those that the user named, which are among the documents. */
  readonly files: readonly VexDocument[];
  readonly rules: readonly IgnoreRules[];
}

/** The documents of {@link scanStatements} alone. */
export async function statementsFor(reference: string, options: StatementsOptions): Promise<readonly VexDocument[]> {
  return (await scanStatements(reference, options)).documents;
}

/**
 * What the image's verified attestations, its base's and the user's own files say; of documents that say the same time, the user's
 * count most.
 * @throws Fault as {@link attestedVex}, {@link readVexFiles} and {@link readIgnoreFiles}
 */
export async function scanStatements(reference: string, options: StatementsOptions): Promise<ScanStatements> {
  const files = await readVexFiles(options.vex);
  const rules = await readIgnoreFiles(options.ignore);
  const attested = await attestedVex(reference, options);
  return { ...attested, documents: [...attested.documents, ...files], files, rules };
}

export interface Judgement {
  /** As many as there were, in their order. */
  readonly findings: readonly Finding[];
  /** Rules that have expired, in sentences. */
  readonly expired: readonly string[];
}

/** @param now seconds since 1970 */
export function judge(findings: readonly Finding[], bom: Bom, given: ScanStatements, now: number): Judgement {
  const statements = isAbout(given, bom) ? given : { ...given, documents: given.files, digests: [], base: undefined };
  const { documents, rules } = statements;
  const stated =
    documents.length === 0 ? findings : applyStatements(findings, documents, subjectOf(bom, statements), now);
  return applyIgnoreRules(stated, rules, [bom.subject.name], now);
}

/**
 * The same in the form in which a scan asks: its judge, and what is to be told as an error whatever is found.
 * @param now seconds since 1970
 */
export function judgeOf(
  statements: ScanStatements,
  now: number,
): {
  readonly judge: (findings: readonly Finding[], bom: Bom) => readonly Finding[];
  readonly expired: readonly string[];
  readonly unused: (bom: Bom) => readonly string[];
} {
  return {
    judge: (findings, bom) => judge(findings, bom, statements, now).findings,
    expired: applyIgnoreRules([], statements.rules, [], now).expired,
    unused: (bom) => (isAbout(statements, bom) ? [] : [ofAnother(bom)]),
  };
}

/**
 * Whether attestations are about what was read. A bare name may be an image of an engine here and another one in the registry, where
 * the attestations are.
 */
export function isAbout(
  { documents, subjects }: Pick<Attested, 'documents' | 'subjects'>,
  { subject }: Pick<Bom, 'subject'>,
): boolean {
  if (documents.length === 0 || subjects.length === 0) return true;
  return subject.manifestDigest !== undefined && subjects.includes(subject.manifestDigest);
}

export function ofAnother({ subject: { name, manifestDigest } }: Pick<Bom, 'subject'>): string {
  const which = manifestDigest === undefined ? 'which has no manifest' : manifestDigest;
  return `Attestations in the registry are about another image than ${name} here (${which}): they are not used.`;
}

/** The identity of what is scanned, with what else is known of it. */
export function subjectOf(
  { subject, document }: Pick<Bom, 'subject' | 'document'>,
  { digests, base }: Pick<Attested, 'digests' | 'base'>,
): VexSubject {
  const { configDigest, name, platform, distribution } = subject;
  const own = configDigest === undefined ? [] : [configDigest];
  return {
    digests: [...digests, ...manifestDigests({ subject }), ...own],
    names: [name],
    platform,
    distribution,
    base,
    links: bomLinks({ document }),
  };
}

/** Of the image's manifest. An SBOM has it as the version of what it describes. */
export function manifestDigests({
  subject: { manifestDigest, configDigest, version },
}: Pick<Bom, 'subject'>): Digest[] {
  const stated = isDigest(version) && version !== configDigest ? version : undefined;
  return [...new Set([manifestDigest, stated])].filter((digest) => digest !== undefined);
}
