import type { VerifyResult } from '../flow/verify.ts';
import { checksTable } from './checks.ts';

/** The answer, who signed, and every check. */
export function verifyTable(result: VerifyResult & { readonly origin: string }): string {
  const { decision, checks } = result;
  const count = (outcome: string) => checks.filter((check) => check.outcome === outcome).length;
  const headline =
    decision.answer === 'yes'
      ? `verified: ${result.repository} ${result.digest ?? ''}`
      : `NOT verified: ${result.repository} ${result.digest ?? ''}: ${[...new Set(decision.against.map((check) => check.check))].join(', ')}`;
  return [
    checksTable(checks),
    '',
    `signed by ${result.signers.length === 0 ? 'nobody who is trusted' : result.signers.join(', ')} (trusted by ${result.origin === 'key' ? '--key' : 'the policy'})`,
    `${count('established')} established, ${count('refuted')} refuted, ${count('not established')} not established`,
    headline,
  ].join('\n');
}
