import type { BlobAnswer } from '../flow/verification/verify-blob.ts';
import type { NamedResult } from '../flow/verification/verify-reference.ts';
import type { Check } from '../verify/check.ts';
import { checksTable } from './checks.ts';
import { printable } from './table.ts';

const ORIGINS: Readonly<Record<NamedResult['origin'], string>> = {
  key: '--key',
  identity: '--certificate-identity',
  policy: 'the policy',
};

type Answer = Pick<NamedResult, 'checks' | 'decision' | 'signers' | 'origin'>;

/** The answer, who signed, and every check. */
export function verifyTable(result: NamedResult): string {
  return answerTable(result, `${result.repository} ${result.digest ?? ''}`);
}

/** The same of a file. */
export function blobTable(answer: BlobAnswer): string {
  return answerTable(answer, `${printable(answer.blob)} ${answer.digest}`);
}

function answerTable({ checks, decision, signers, origin }: Answer, what: string): string {
  const count = (outcome: string) => checks.filter((check) => check.outcome === outcome).length;
  const headline =
    decision.answer === 'yes' ? `verified: ${what}` : `NOT verified: ${what}: ${namesOf(decision.against)}`;
  return [
    checksTable(checks),
    '',
    `signed by ${signers.length === 0 ? 'nobody who is trusted' : signers.map(printable).join(', ')} (trusted by ${ORIGINS[origin]})`,
    `${count('established')} established, ${count('refuted')} refuted, ${count('not established')} not established`,
    headline,
    ...adviceFor(decision, origin),
  ].join('\n');
}

/** What somebody needs who asked for a signature alone, and got the demands that hold without a policy. */
function adviceFor({ against }: Answer['decision'], origin: Answer['origin']): readonly string[] {
  const demands = new Set(['provenance', 'sbom', 'sbom.content']);
  const lacks = against.every(({ check, outcome }) => demands.has(check) && outcome === 'not established');
  if (origin === 'policy' || against.length === 0 || !lacks) return [];
  return [
    '(it is signed; --signatures-only asks for no more, or a policy says in predicates.required what is asked for)',
  ];
}

/** Each check once, with the problem's name where it has one. */
function namesOf(against: readonly Check[]): string {
  const names = against.map(({ check, problem }) => (problem === undefined ? check : `${check} (${problem})`));
  return [...new Set(names)].join(', ');
}
