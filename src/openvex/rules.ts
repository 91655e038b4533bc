// OpenVEX 0.2.0, "Status Labels", "Status Justifications": what a statement must say beside its status.
import type { OpenVexStatement } from './types.ts';

type Said = Pick<OpenVexStatement, 'status' | 'justification' | 'impactStatement' | 'actionStatement'>;

/** Why a statement says nothing that can be relied on, as the rest of a sentence; `undefined`: it is sound. */
export function statementProblem({ status, justification, impactStatement }: Said): string | undefined {
  if (status === 'not_affected' && justification === undefined && impactStatement === undefined)
    return 'says not_affected without a justification or an impact statement';
  if (status === 'affected' && justification !== undefined)
    return `says affected, and yet gives a justification (${justification}) why it is not`;
  return undefined;
}

/** The same for what is newly written: everything that the specification asks for, and nothing that does not belong. */
export function newStatementProblem(said: Said): string | undefined {
  const { status, justification, impactStatement, actionStatement } = said;
  const problem = statementProblem(said);
  if (problem !== undefined) return problem;
  if (status === 'affected' && actionStatement === undefined) return 'says affected without an action statement';
  if (status !== 'not_affected' && justification !== undefined) return `says ${status}, which has no justification`;
  if (status !== 'not_affected' && impactStatement !== undefined)
    return `says ${status}, which has no impact statement`;
  if (status !== 'affected' && actionStatement !== undefined) return `says ${status}, which has no action statement`;
  return undefined;
}
