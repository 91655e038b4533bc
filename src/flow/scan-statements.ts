// Everything that is said of an image's findings beside the vulnerability database: VEX documents and ignore rules.
import type { Bom } from '../bom/types.ts';
import type { Finding } from '../match/types.ts';
import { applyStatements } from '../vex/apply.ts';
import { bomLinks } from '../vex/bom-links.ts';
import { applyIgnoreRules } from '../vex/ignore.ts';
import type { IgnoreRules } from '../vex/ignore-rules.ts';
import type { VexSubject } from '../vex/subject.ts';
import type { VexDocument } from '../vex/types.ts';
import { type Attested, attestedVex, type AttestedOptions } from './vex-attestations.ts';
import { readIgnoreFiles, readVexFiles } from './vex-files.ts';

export interface StatementsOptions extends AttestedOptions {
  /** `--vex`: files and folders of documents that the user takes for true. */
  readonly vex: readonly string[];
  /** `--ignore`: files of rules; unless given, the one in the working directory. */
  readonly ignore: readonly string[];
}

export interface ScanStatements extends Attested {
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
  return { ...attested, documents: [...attested.documents, ...files], rules };
}

export interface Judgement {
  /** As many as there were, in their order. */
  readonly findings: readonly Finding[];
  /** Rules that have expired, in sentences. */
  readonly expired: readonly string[];
}

/** @param now seconds since 1970 */
export function judge(findings: readonly Finding[], bom: Bom, statements: ScanStatements, now: number): Judgement {
  const { documents, rules } = statements;
  const stated =
    documents.length === 0 ? findings : applyStatements(findings, documents, subjectOf(bom, statements), now);
  return applyIgnoreRules(stated, rules, [bom.subject.name], now);
}

/** The identity of what is scanned, with what else is known of it. */
export function subjectOf(
  { subject, document }: Pick<Bom, 'subject' | 'document'>,
  { digests, base }: Pick<Attested, 'digests' | 'base'>,
): VexSubject {
  const { manifestDigest, configDigest, name, platform, distribution } = subject;
  const own = [manifestDigest, configDigest].filter((digest) => digest !== undefined);
  return { digests: [...digests, ...own], names: [name], platform, distribution, base, links: bomLinks({ document }) };
}
