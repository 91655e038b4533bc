// What `temper log` says to people and programs.
import type { ShownEntry, ShownLog } from '../flow/log/log-show.ts';
import type { VerifiedLog } from '../flow/log/log-verify.ts';
import { documentJson } from './document.ts';
import { printable, table } from './table.ts';

/** The checkpoint, then the entries. @param whole entries are printed as they are, not only listed */
export function shownLogText(shown: ShownLog, whole: boolean): string {
  const signers = shown.signatures.map(({ name, id }) => `${printable(name)} (${id})`);
  const lines = [
    table([
      ['ORIGIN', printable(shown.origin)],
      ['SIZE', String(shown.size)],
      ['ROOT', shown.root],
      ['SIGNED BY', `${signers.join(', ')}, not verified`],
    ]),
  ];
  if (shown.entries.length === 0) return lines.join('\n');
  const rows = shown.entries.map((entry) => [String(entry.index), String(entry.size), summary(entry)]);
  lines.push(
    '',
    whole ? shown.entries.map(wholeEntry).join('\n') : table([['INDEX', 'BYTES', 'ENTRY'], ...rows], new Set([0, 1])),
  );
  return lines.join('\n');
}

/** One document, `urn:temper:schema:log:1`. */
export function shownLogJson(shown: ShownLog): string {
  return documentJson('log', shown);
}

export function verifiedLogText({ checks, answer, origin, size }: VerifiedLog): string {
  const rows = checks.map(({ check, outcome, reason }) => [check, outcome, printable(reason)]);
  const headline = `${printable(origin)}: ${answer === 'yes' ? 'the log holds' : 'the log does NOT hold'}, ${size === 1 ? '1 entry' : `${size} entries`}`;
  return [table([['CHECK', 'OUTCOME', 'REASON'], ...rows]), '', headline].join('\n');
}

/** One document, `urn:temper:schema:log-verify:1`. */
export function verifiedLogJson(verified: VerifiedLog): string {
  return documentJson('log-verify', verified);
}

/** One document, `urn:temper:schema:log-serve:1`. */
export function servedLogJson(served: { readonly origin: string; readonly url: string }): string {
  return documentJson('log-serve', served);
}

const WIDTH = 100;

function summary({ kind, bytes }: ShownEntry): string {
  const text = printable(Buffer.from(bytes, 'base64').toString('utf8'));
  const shown = text.length > WIDTH ? `${text.slice(0, WIDTH - 1)}…` : text;
  return kind === undefined ? shown : `${printable(kind)}  ${shown}`;
}

function wholeEntry({ index, bytes, proof }: ShownEntry): string {
  const text = printable(Buffer.from(bytes, 'base64').toString('utf8'));
  return `entry ${index}\n${text}\n\n${proof.trimEnd().split('\n').map(printable).join('\n')}\n`;
}
