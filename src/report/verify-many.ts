import type { ManyAnswer } from '../flow/verification/verify-many.ts';
import { printable } from './table.ts';

/** One reference's answer, a line. */
export function verifyLine(answer: ManyAnswer): string {
  const { reference } = answer;
  if ('fault' in answer)
    return `no answer    ${printable(reference)}: ${answer.fault.code}: ${printable(answer.fault.message)}`;
  const { decision, digest = '' } = answer.result;
  if (decision.answer === 'yes') return `verified     ${printable(reference)} ${digest}`;
  const why = new Set(
    decision.against.map(({ check, problem }) => (problem === undefined ? check : `${check} (${problem})`)),
  );
  return `NOT verified ${printable(reference)} ${digest}: ${[...why].join(', ')}`;
}

export function verifySum({
  yes,
  no,
  fault,
}: {
  readonly yes: number;
  readonly no: number;
  readonly fault: number;
}): string {
  return `${yes} verified, ${no} not verified, ${fault} without an answer`;
}
