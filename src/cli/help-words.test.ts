import { Command } from 'commander';
import { expect, test } from 'vitest';
import { helpWords } from './help-words.ts';

const program = new Command('temper');
program.command('sign <image...>').option('--key <key>');
program.command('quickview').alias('qv');
const key = program.command('key');
key.command('create');

test.each([
  ['help sign', 'sign --help'],
  ['help qv', 'qv --help'],
  ['help key create', 'key create --help'],
  ['help key', 'key --help'],
  ['help sign oci:a', 'sign --help'],
  ['help singn', 'singn'],
  ['help key creat', 'key creat'],
  ['singn --help', 'singn'],
  ['singn oci:a -h', 'singn'],
  ['key creat --help', 'key creat'],
  ['key create --help', 'key create --help'],
  ['sign oci:a --help', 'sign oci:a --help'],
  ['key help create', 'key help create'],
  ['--help', '--help'],
  ['help', 'help'],
  ['help --help', '--help'],
  ['sign oci:a --key help', 'sign oci:a --key help'],
])('%s is parsed as %s', (written, parsed) => {
  expect(helpWords(program, written.split(' ')).join(' ')).toBe(parsed);
});
