// Which help is asked for: that of the innermost command that is named, and never that of another one for a word that is none.
import type { Command } from 'commander';

/**
 * What is to be parsed in place of what the user wrote: `help key create` as `key create --help`; without the wish for help
 * where a word names no command, so that it is a Fault `usage/unknown-command` as without that wish.
 */
export function helpWords(program: Command, args: readonly string[]): readonly string[] {
  const isHelp = args[0] === 'help' && args.length > 1;
  if (!isHelp && !args.some((word) => word === '--help' || word === '-h')) return args;
  const names: string[] = [];
  let command = program;
  for (const word of isHelp ? args.slice(1) : args) {
    if (word.startsWith('-') || word === 'help' || command.commands.length === 0) break;
    names.push(word);
    const next = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
    if (next === undefined) return names;
    command = next;
  }
  return isHelp ? [...names, '--help'] : args;
}
