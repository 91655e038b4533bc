import { expect, test } from 'vitest';
import { identityOf } from './identity.ts';
import { parseOsv } from './schema.ts';

interface Names {
  readonly aliases?: readonly string[];
  readonly upstream?: readonly string[];
  readonly related?: readonly string[];
}

test.each<[string, string, Names, { aliases?: string[]; covers?: string[] }]>([
  ['one CVE', 'GHSA-a', { aliases: ['CVE-2024-0001'] }, { aliases: ['CVE-2024-0001'] }],
  [
    'other names, sorted, without its own',
    'GO-2024-1',
    { aliases: ['GHSA-b', 'CVE-2024-0001', 'GO-2024-1', 'GHSA-a', 'GHSA-a'] },
    { aliases: ['CVE-2024-0001', 'GHSA-a', 'GHSA-b'] },
  ],
  [
    'several CVEs are what it covers',
    'GO-2024-1',
    { aliases: ['GHSA-b', 'CVE-2024-0002', 'CVE-2024-0001'] },
    { covers: ['CVE-2024-0001', 'CVE-2024-0002'] },
  ],
  [
    'a CVE beside its own',
    'CVE-2024-0002',
    { aliases: ['CVE-2024-0001'] },
    { covers: ['CVE-2024-0001', 'CVE-2024-0002'] },
  ],
  ['a record of Debian', 'DEBIAN-CVE-2024-0001', { upstream: ['CVE-2024-0001'] }, { aliases: ['CVE-2024-0001'] }],
  ['a record of Alpine', 'ALPINE-CVE-2024-0001', { upstream: ['CVE-2024-0001'] }, { aliases: ['CVE-2024-0001'] }],
  [
    'a record of Ubuntu with its notices',
    'UBUNTU-CVE-2024-0001',
    { upstream: ['CVE-2024-0001', 'CVE-2024-0009'], related: ['USN-1-1'] },
    { aliases: ['CVE-2024-0001'] },
  ],
  ['an update, even of one', 'DSA-5649-1', { upstream: ['CVE-2024-3094'] }, { covers: ['CVE-2024-3094'] }],
  ['an update by aliases', 'DSA-3029-1', { aliases: ['CVE-2014-3616'] }, { covers: ['CVE-2014-3616'] }],
  [
    'an update with names of both kinds',
    'USN-7648-1',
    { upstream: ['UBUNTU-CVE-2025-0002', 'CVE-2025-0001', 'CVE-2025-0002'] },
    { covers: ['CVE-2025-0001', 'CVE-2025-0002'] },
  ],
  [
    'an update that only has related ones',
    'ALSA-2024:1',
    { related: ['CVE-2024-0001'] },
    { covers: ['CVE-2024-0001'] },
  ],
  ['an update without a CVE', 'DSA-1-1', {}, {}],
  [
    'updates of SUSE',
    'SUSE-SU-2024:1-1',
    { related: ['CVE-2024-0002', 'CVE-2024-0001'] },
    { covers: ['CVE-2024-0001', 'CVE-2024-0002'] },
  ],
  [
    'upstream of one vulnerability',
    'CGA-x',
    { upstream: ['CVE-2024-0001', 'GHSA-a'] },
    { aliases: ['CVE-2024-0001', 'GHSA-a'] },
  ],
  ['related is not the same', 'GHSA-a', { related: ['CVE-2024-0001'] }, {}],
  [
    'records of distributions are no names of others',
    'GHSA-a',
    { aliases: ['CVE-2024-0001', 'DEBIAN-CVE-2024-0001'] },
    { aliases: ['CVE-2024-0001'] },
  ],
  ['a malicious package', 'MAL-2024-1', { aliases: ['GHSA-a'] }, { aliases: ['GHSA-a'] }],
])('%s', (_, id, names, { aliases = [], covers = [] }) => {
  expect(identityOf(parseOsv(JSON.stringify({ id, ...names })))).toEqual({ aliases, covers });
});
