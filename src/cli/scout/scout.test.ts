import { Command } from 'commander';
import { expect, test } from 'vitest';
import { ownNames } from './aliases.ts';
import { addScoutFilters, type ScoutFilters, selectionWords } from './options.ts';
import { addScoutWords, scoutNotes, withRef, withType } from './words.ts';

const parsed = (...args: readonly string[]): ScoutFilters => {
  const command = addScoutFilters(new Command('x'), false);
  command.parse([...args], { from: 'user' });
  return command.opts();
};

test('filters of Docker Scout are those of temper scan', () => {
  const args = ['--only-severity', 'critical,unspecified', '--only-unfixed', '--ignore-base', '--only-cisa-kev'];
  const lists = [
    '--only-cve-id',
    'CVE-1,CVE-2',
    '--only-package',
    '^lib',
    '--only-package-type',
    'deb',
    '--only-metric',
    'AV:N',
  ];
  expect(selectionWords(parsed(...args, ...lists, '--epss-score', '0.1', '--epss-percentile', '0.9'))).toEqual({
    severity: ['critical', 'unknown'],
    onlyFixed: undefined,
    onlyUnfixed: true,
    onlyKev: true,
    minEpss: '0.1',
    minEpssPercentile: '0.9',
    ids: ['CVE-1', 'CVE-2'],
    names: ['^lib'],
    types: ['deb'],
    metrics: ['AV:N'],
    origin: 'added',
  });
  expect(selectionWords(parsed('--only-base')).origin).toBe('base');
});

test('what means nothing here is said, what is so anyway is not, what cannot be answered is refused', () => {
  const options = (...args: readonly string[]): object => {
    const command = addScoutWords(new Command('x'), 'org', 'ignoreSuppressed', 'env');
    command.parse([...args], { from: 'user' });
    return command.opts();
  };
  expect(scoutNotes(options())).toEqual([]);
  expect(scoutNotes(options('--ignore-suppressed'))).toEqual([]);
  expect(scoutNotes(options('--org', 'acme'))).toEqual(["--org changes nothing: Docker's service is not asked."]);
  expect(() => scoutNotes(options('--env', 'prod'))).toThrow(expect.objectContaining({ code: 'scout/unsupported' }));
});

test('--ref and --type become part of the name', () => {
  expect(withRef('archive://x.tar', 'a/b:1')).toBe('docker-archive:x.tar:a/b:1');
  expect(withRef('node', undefined)).toBe('node');
  expect(() => withRef('node', 'a')).toThrow(expect.objectContaining({ code: 'scout/ref' }));
  expect([withType('node', 'image'), withType('x', 'oci-dir'), withType('.', 'fs')]).toEqual([
    'node',
    'oci-dir://x',
    'fs://.',
  ]);
  expect(() => withType('x', 'cloud')).toThrow(expect.objectContaining({ code: 'scout/type' }));
});

test('other names of commands are known', () => {
  expect(ownNames(['attest', 'list', 'x'])).toEqual(['attestation', 'list', 'x']);
  expect(ownNames(['attest', 'x', '--predicate', 'list'])).toEqual(['attest', 'x', '--predicate', 'list']);
  expect(ownNames(['qv', 'x'])).toEqual(['quickview', 'x']);
  expect(ownNames(['diff', 'x', 'y'])).toEqual(['compare', 'x', 'y']);
});
