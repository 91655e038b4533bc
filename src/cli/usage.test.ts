import { Command, CommanderError } from 'commander';
import { expect, test } from 'vitest';
import type { Fault } from '../lib/faults.ts';
import { usageFault } from './usage.ts';

function faultOf(args: readonly string[]): Fault | undefined {
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
  program
    .command('scan <image>')
    .option('--severity <levels>')
    .action(() => undefined);
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return usageFault(error, program, args);
    throw error;
  }
  throw new Error('nothing was thrown');
}

const HELP = 'See `temper build --help`.';

test.each([
  [['build', 'a', '--outptu', 'x'], 'usage/unknown-option', "Unknown option '--outptu'.", 'Did you mean --output?'],
  [['build'], 'usage/missing-argument', "Missing required argument 'definition'.", HELP],
  [['frobnicate'], 'usage/unknown-command', "Unknown command 'frobnicate'.", 'See `temper --help`.'],
  [
    ['build', 'a', '--output'],
    'usage/option-missing-argument',
    "Option '--output <reference>' argument missing.",
    HELP,
  ],
  [
    ['enroll', 'acme'],
    'usage/unknown-command',
    "Unknown command 'enroll'.",
    'No service needs to know of you: leave it out.',
  ],
  [
    ['scan', '--only-severity', 'high', 'a'],
    'usage/unknown-option',
    "Unknown option '--only-severity'.",
    /--severity c/,
  ],
  [['build', '--tlog-upload=false', 'a'], 'usage/unknown-option', /upload=false/, /^Leave it out: no log/],
  [['scan', '-e', 'a'], 'usage/unknown-option', "Unknown option '-e'.", /--fail-on/],
  [['generate-key-pair'], 'usage/unknown-command', /generate-key-pair/, 'Write `temper key create NAME`.'],
  [['download', 'sbom', 'a'], 'usage/unknown-command', /download/, /attestation get IMAGE --predicate-type spdx/],
  [['download', 'db'], 'usage/unknown-command', /download/, 'Write `temper db update`.'],
  [['scan', 'image', 'a'], 'usage/excess-arguments', /^Too many arguments/, 'Write `temper scan IMAGE`.'],
])('says what is wrong with %j', (args, code, sentence, hint) => {
  const fault = faultOf(args);
  expect(fault?.code).toBe(code);
  expect(fault?.message).toMatch(sentence);
  expect(fault?.hint).toMatch(hint);
});

test.each([[['--version']], [['--help']], [[]]])('has nothing to say of %j', (args) => {
  expect(faultOf(args)).toBeUndefined();
});
