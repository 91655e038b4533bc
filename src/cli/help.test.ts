import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addAttest } from './commands/attest.ts';
import { addAttestation } from './commands/attestation.ts';
import { addBuild } from './commands/build.ts';
import { addCompare } from './commands/compare.ts';
import { addCopy } from './commands/copy.ts';
import { addCves } from './commands/cves.ts';
import { addKey } from './commands/key.ts';
import { addLog } from './commands/log.ts';
import { addQuickview } from './commands/quickview.ts';
import { addScan } from './commands/scan.ts';
import { addSign } from './commands/sign.ts';
import { addVerify } from './commands/verify.ts';

/** The headings of a command's help with how many options stand below each. */
function groupsOf(add: (temper: Command) => void, ...below: string[]): [string, number][] {
  const temper = new Command('temper');
  add(temper);
  let [command] = temper.commands;
  for (const name of below) command = command?.commands.find((one) => one.name() === name);
  const help = command?.helpInformation() ?? '';
  return [...help.matchAll(/^(\S.*:)\n((?: .*\n)+)/gm)].map(([, heading = '', lines = '']) => [
    heading,
    lines.split('\n').filter((line) => /^ {2}-/.test(line)).length,
  ]);
}

test.each([
  ['sign', addSign, [], ['Signature', 'Key', 'Identity', 'Witness']],
  ['attest', addAttest, [], ['Statement', 'Signature', 'Key', 'Identity', 'Witness']],
  ['attestation add', addAttestation, ['add'], ['Statement', 'Signature', 'Key', 'Identity', 'Witness']],
  ['verify', addVerify, [], ['Trust', 'Image', 'File', 'Summary']],
  ['copy', addCopy, [], ['Copy', 'Trust']],
  ['scan', addScan, [], ['Database', 'Output', 'Filter', 'Statement', 'Image']],
  ['cves', addCves, [], ['Output', 'Image', 'Statement', 'Database', 'Filter']],
  ['quickview', addQuickview, [], ['', 'Image', 'Database', 'Statement']],
  ['compare', addCompare, [], ['Database', 'Output', 'Filter', 'Statement', 'Image', 'Comparison']],
  ['build', addBuild, [], ['Image', 'Signing']],
  ['key create', addKey, ['create'], ['']],
] as const)('the help of %s groups its options, and ends with those of every command', (_, add, below, names) => {
  const groups = groupsOf(add, ...below);
  const headings = names.map((name) => (name === '' ? 'Options:' : `${name} options:`));
  expect(groups.map(([heading]) => heading)).toEqual([...headings, 'Common options:']);
  expect(Math.max(...groups.map(([, count]) => count))).toBeLessThan(14);
  expect(groups.at(-1)?.[1]).toBe(7);
});

/** The help as it is printed, with what stands below the options. */
function helpOf(add: (temper: Command) => void): string {
  const temper = new Command('temper');
  add(temper);
  const [command] = temper.commands;
  let text = '';
  command?.configureOutput({ writeOut: (piece) => void (text += piece) });
  command?.outputHelp();
  return text;
}

test.each([
  ['sign', addSign],
  ['attest', addAttest],
  ['verify', addVerify],
  ['attestation', addAttestation],
  ['key', addKey],
  ['log', addLog],
] as const)('the help of %s ends with examples that can be parsed', async (name, add) => {
  const [, examples = ''] = helpOf(add).split('\nExamples:\n');
  const lines = examples.replaceAll('\\\n', '').split('\n').filter(Boolean);
  expect(lines.length).toBeGreaterThan(1);
  for (const line of lines) {
    const [program, ...args] = line.trim().split(/ +/);
    expect([program, args[0]]).toEqual(['temper', name]);
    const temper = new Command('temper').exitOverride();
    add(temper);
    const ran: string[] = [];
    const all = temper.commands.flatMap((one) => [one, ...one.commands]);
    for (const one of all) one.exitOverride().configureOutput({ writeErr: () => undefined });
    for (const one of all.filter(({ commands }) => commands.length === 0)) one.action(() => void ran.push(one.name()));
    await temper.parseAsync(args, { from: 'user' });
    expect(ran).toHaveLength(1);
  }
});
