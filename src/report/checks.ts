import { informative } from '../decide/decision.ts';
import { table, printable, shortDigest } from './table.ts';

export interface ShownCheck {
  readonly check: string;
  readonly subject: string;
  readonly outcome: string;
  readonly reason: string;
}

const order = ['refuted', 'not established', 'established', 'informs', 'not applicable'];

// What informs and does not decide is no reason to be alarmed: it stands below what is established.
function rank({ check, outcome }: ShownCheck): number {
  const informs = outcome === 'not established' && informative.some((id) => id === check);
  return order.indexOf(informs ? 'informs' : outcome);
}

/** Checks for people: those that stand against the image first. */
export function checksTable(checks: readonly ShownCheck[]): string {
  const sorted = [...checks].sort((a, b) => rank(a) - rank(b));
  return table([
    ['OUTCOME', 'CHECK', 'SUBJECT', 'REASON'],
    ...sorted.map((c) => [c.outcome, c.check, shortDigest(c.subject), shortFingerprints(printable(c.reason))]),
  ]);
}

// The trusted signers stand below the table in full.
function shortFingerprints(text: string): string {
  return text.replaceAll(/\bSHA256:([0-9a-f]{12})[0-9a-f]{52}\b/g, 'SHA256:$1');
}
