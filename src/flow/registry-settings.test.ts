import { expect, test } from 'vitest';
import type { Configuration } from './configuration-file.ts';
import { settingsFrom } from './registry-settings.ts';

const configuration = (registries: Configuration['registries']): Configuration => ({
  apiVersion: 'temper/v1',
  kind: 'Config',
  registries,
});

test('the environment comes before the file', () => {
  const file = configuration({
    'docker.io': { mirrors: ['m.example/hub/', 'localhost:5000'] },
    'r.example:5000': { 'plain-http': true },
  });
  const settings = settingsFrom(file, 'docker.io=one.example, docker.io=two.example/x,q.example=m.example');
  expect([...settings]).toEqual([
    [
      'docker.io',
      { mirrors: ['one.example', 'two.example/x', 'm.example/hub', 'localhost:5000'], plainHttp: undefined },
    ],
    ['r.example:5000', { mirrors: [], plainHttp: true }],
    ['q.example', { mirrors: ['m.example'] }],
  ]);
  expect([...settingsFrom(undefined)]).toEqual([]);
});

test.each([
  ['docker.io', undefined],
  ['docker.io=a=b', undefined],
  ['docker.io=', undefined],
  ['docker.io=https://m.example', undefined],
  ['docker.io=m.example/UPPER', undefined],
  ['docker.io=m', undefined],
  ['node=m.example', undefined],
  [undefined, { 'https://docker.io': {} }],
  [undefined, { 'docker.io/x': {} }],
  [undefined, { 'docker.io': { mirrors: ['m.example:5000:1'] } }],
  [undefined, { 'docker.io': { mirrors: ['m.example/a:tag'] } }],
])('refuses %s and %j', (variable, registries) => {
  expect(() => settingsFrom(configuration(registries), variable)).toThrow(
    expect.objectContaining({ code: 'config/invalid' }),
  );
});
