// Command lines that say nothing meaningful, as faults like all others.
import type { CommanderError } from 'commander';
import { Fault } from '../lib/faults.ts';

/** Fault `usage/…`, such as `usage/unknown-option`; `undefined` when help or the version was shown instead. */
export function usageFault({ code, message }: CommanderError): Fault | undefined {
  if (code === 'commander.help' || code === 'commander.helpDisplayed' || code === 'commander.version') return undefined;
  const [first = '', suggestion] = message.replace(/^error: /, '').split('\n');
  const problem = code.replace('commander.', '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const hint = suggestion?.replace(/^\((.*)\)$/, '$1') ?? 'See `temper help COMMAND` for its arguments and options.';
  return new Fault(`usage/${problem}`, `${first.charAt(0).toUpperCase()}${first.slice(1).replace(/\.$/, '')}.`, hint);
}
