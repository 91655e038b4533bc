// What is said of the findings of something that is scanned: loaded only where there is something to read.
import type { Bom } from '../../bom/types.ts';
import type { Finding } from '../../match/types.ts';
import type { Resolved } from '../../repository/resolved.ts';
import { judgingTime } from '../database/database-time.ts';
import type { StatementsOptions } from '../scan/scan-statements.ts';
import { isNothingSaid } from './statement-places.ts';

export interface SaidOptions {
  /** What else is said of the findings: `--vex`, `--ignore`, and whose attestations on the image count. */
  readonly statements: Pick<StatementsOptions, 'vex' | 'ignore' | 'keys' | 'policy'>;
  readonly base?: string | undefined;
  readonly offline: boolean;
  readonly insecure: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** What names stood for before, in the same answer. */
  readonly resolved?: Resolved | undefined;
  /** Where attestations are, beside the image's own repository. */
  readonly referrersRepository?: string | undefined;
}

/** Gives findings other statuses and decisions, and neither adds nor removes any. Pure. */
type Judge = (findings: readonly Finding[], bom: Bom) => readonly Finding[];

export interface Said {
  readonly judge: Judge;
  /** Whether documents speak of the findings: they may name the parts of an SBOM as it does. */
  readonly documents: boolean;
  readonly notes: readonly string[];
  /** Why something of it is not about what was read, in sentences. */
  readonly unused: (bom: Bom) => readonly string[];
}

const NOTHING: Said = { judge: (findings) => findings, documents: false, notes: [], unused: () => [] };

/** @throws Fault `vex/…`, `ignore/…`, `policy/…`, `key/…`, faults of repositories */
export async function whatIsSaid(
  reference: string,
  { statements, base, offline, insecure, signal, environment, resolved, referrersRepository }: SaidOptions,
): Promise<Said> {
  const request = { ...statements, base, offline, insecure, signal, resolved, referrersRepository };
  // Only who has something to read loads what reads it.
  if (await isNothingSaid(reference, request)) return NOTHING;
  const { judgeOf, scanStatements } = await import('../scan/scan-statements.ts');
  const said = await scanStatements(reference, request);
  const { judge, expired, unused } = judgeOf(said, judgingTime(environment));
  return { judge, documents: said.documents.length > 0, notes: [...said.notes, ...expired], unused };
}
