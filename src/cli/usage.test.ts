import { Command, CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { usageFault } from './usage.ts';

function errorOf(args: readonly string[]): CommanderError {
  const program = new Command('temper')
    .exitOverride()
    .version('1')
    .configureOutput({
      outputError: () => undefined,
      writeOut: () => undefined,
      writeErr: () => undefined,
    });
  program
    .command('build <definition>')
    .option('--output <reference>')
    .action(() => undefined);
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const HELP = 'See `temper help COMMAND` for its arguments and options.';

test.each([
  [['build', 'a', '--outptu', 'x'], 'usage/unknown-option', "Unknown option '--outptu'.", 'Did you mean --output?'],
  [['build'], 'usage/missing-argument', "Missing required argument 'definition'.", HELP],
  [['frobnicate'], 'usage/unknown-command', "Unknown command 'frobnicate'.", HELP],
  [
    ['build', 'a', '--output'],
    'usage/option-missing-argument',
    "Option '--output <reference>' argument missing.",
    /help/,
  ],
])('says what is wrong with %j', (args, code, sentence, hint) => {
  const fault = usageFault(errorOf(args));
  expect(fault).toMatchObject({ code, message: sentence, hint });
});

test.each([[['--version']], [['--help']], [[]]])('has nothing to say of %j', (args) => {
  expect(usageFault(errorOf(args))).toBeUndefined();
});
