import { expect, test } from 'vitest';
import { parseSources } from './sources.ts';

test('reads symbols, addresses and options', () => {
  const lines = [
    'deb debian: trixie main contrib',
    'deb debian-security:/ trixie-security main',
    ' deb  [signed-by=acme.asc arch=amd64,arm64]  https://packages.example.org/acme/  stable/v1  main ',
  ];
  expect(parseSources(lines)).toEqual([
    {
      name: 'debian: trixie',
      archive: 'debian:',
      suite: 'trixie',
      components: ['main', 'contrib'],
      architectures: undefined,
      signedBy: undefined,
    },
    {
      name: 'debian-security: trixie-security',
      archive: 'debian-security:',
      suite: 'trixie-security',
      components: ['main'],
      architectures: undefined,
      signedBy: undefined,
    },
    {
      name: 'https://packages.example.org/acme stable/v1',
      archive: 'https://packages.example.org/acme',
      suite: 'stable/v1',
      components: ['main'],
      architectures: ['amd64', 'arm64'],
      signedBy: 'acme.asc',
    },
  ]);
});

test.each([
  ['deb-src debian: trixie main', 'is no source of packages'],
  ['debian: trixie main', 'is no source of packages'],
  ['deb debian: trixie', 'has no suite with components'],
  ['deb debian: ./', 'has no suite with components'],
  ['deb debian: ../x main', 'has no suite with components'],
  ['deb debian: trixie ../main', 'has no suite with components'],
  ['deb [trusted=yes] debian: trixie main', 'the option trusted of trixie is not supported'],
  ['deb [allow-insecure=yes] debian: trixie main', 'the option allow-insecure'],
  ['deb [arch] debian: trixie main', 'is no source of packages'],
  ['deb file:///srv/debian trixie main', 'neither http(s) nor debian:'],
  ['deb ubuntu: trixie main', 'neither http(s) nor debian:'],
  ['deb https://user:s3cret@example.org/debian trixie main', 'has a user name, password'],
  ['deb https://user:s3cret@example.org/debian trixie', 'has no suite with components'],
  ['deb https://example.org/debian?key=s3cret trixie main', 'has a user name, password, query'],
])('refuses %s', (line, reason) => {
  expect(() => parseSources([line])).toThrow(reason);
  expect(() => parseSources([line])).not.toThrow('s3cret');
});

test('refuses a suite that comes twice', () => {
  expect(() => parseSources(['deb debian: trixie main', 'deb debian:/ trixie contrib'])).toThrow(
    'debian: trixie comes twice',
  );
});
