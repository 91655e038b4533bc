// Command lines that say nothing meaningful, as faults like all others.
import type { Command, CommanderError } from 'commander';
import { Fault } from '../lib/faults.ts';
import { hintForWord } from './words-of-others.ts';

/**
 * Fault `usage/…`, such as `usage/unknown-option`; `undefined` when help or the version was shown instead.
 * @param program the whole command line's
 * @param args what the user wrote
 */
export function usageFault(
  { code, message }: CommanderError,
  program: Command,
  args: readonly string[],
): Fault | undefined {
  if (code === 'commander.help' || code === 'commander.helpDisplayed' || code === 'commander.version') return undefined;
  const [first = '', suggestion] = message.replace(/^error: /, '').split('\n');
  const problem = code.replace('commander.', '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const command = commandOf(program, args);
  const hint =
    hintForWord(problem, /'([^']*)'/.exec(first)?.[1] ?? '', args) ??
    suggestion?.replace(/^\((.*)\)$/, '$1') ??
    `See \`${command} --help\`.`;
  return new Fault(`usage/${problem}`, `${first.charAt(0).toUpperCase()}${first.slice(1).replace(/\.$/, '')}.`, hint);
}

/** `temper db build`: the command that the words name as far as there is one. */
function commandOf(program: Command, args: readonly string[]): string {
  let command = program;
  const names = [program.name()];
  for (const word of args) {
    const next = command.commands.find((one) => one.name() === word);
    if (next === undefined) break;
    command = next;
    names.push(word);
  }
  return names.join(' ');
}
