import { describe, expect, it } from 'vitest';
import { PackagesIndex } from '../deb/packages.ts';
import { newerSources, type SuiteIndex, updatedSources } from './source-packages.ts';

interface Line {
  readonly name: string;
  readonly version: string;
  /** The field as it stands. */
  readonly source?: string;
  readonly size?: number;
}

function suite(name: string, ...lines: readonly Line[]): SuiteIndex {
  const stanzas = lines.map(
    ({ name: binary, version, source, size = 100 }) =>
      `Package: ${binary}\nVersion: ${version}\n${source === undefined ? '' : `Source: ${source}\n`}Architecture: amd64\n` +
      `Filename: pool/${binary}_${version}.deb\nSize: ${size}\nSHA256: ${'0'.repeat(64)}\n`,
  );
  const source = {
    name: `debian: ${name}`,
    archive: 'debian:',
    suite: name,
    components: ['main'],
    architectures: undefined,
    signedBy: undefined,
  };
  return { source, index: new PackagesIndex(Buffer.from(stanzas.join('\n'))) };
}

const brief = (found: ReturnType<typeof updatedSources>) =>
  found.map(({ name, version, suite: from, packages }) => [name, version, from, ...packages.map((file) => file.name)]);

const main = suite(
  'trixie',
  { name: 'bash', version: '5.2-1+b1', source: 'bash (5.2-1)' },
  { name: 'libssl3', version: '3.0-1', source: 'openssl', size: 900 },
  { name: 'openssl', version: '3.0-1', size: 500 },
  { name: 'zlib1g', version: '1:1.3-2', source: 'zlib' },
);
const security = suite(
  'trixie-security',
  { name: 'libssl3', version: '3.0-1+deb13u1', source: 'openssl', size: 900 },
  { name: 'libssl-doc', version: '3.0-1+deb13u2', source: 'openssl', size: 50 },
  { name: 'libssl3', version: '3.0-1+deb13u2', source: 'openssl', size: 900 },
  { name: 'openssl', version: '3.0-1+deb13u2', size: 500 },
  { name: 'zlib1g', version: '1:1.3-1+deb13u1', source: 'zlib' },
);

describe('the sources of update suites', () => {
  it('are in their newest versions, the smallest packages first', () => {
    expect(brief(updatedSources([main, security]))).toEqual([
      ['openssl', '3.0-1+deb13u2', 'trixie-security', 'libssl-doc', 'openssl', 'libssl3'],
      ['zlib', '1:1.3-2', 'trixie', 'zlib1g'],
    ]);
  });

  it('are none where there is no update suite', () => {
    expect(updatedSources([main])).toEqual([]);
  });
});

describe('sources that are asked for', () => {
  it('are those of which there is a newer version, wherever that is', () => {
    const asked = [
      { name: 'openssl', version: '3.0-1' },
      { name: 'openssl', version: '3.0-1+deb13u2' },
      { name: 'bash', version: '5.2-0' },
      { name: 'zlib', version: '1:1.3-2' },
      { name: 'gone', version: '1' },
      { name: '__proto__', version: '1' },
    ];
    expect(brief(newerSources([main, security], asked))).toEqual([
      ['bash', '5.2-1', 'trixie', 'bash'],
      ['openssl', '3.0-1+deb13u2', 'trixie-security', 'libssl-doc', 'openssl', 'libssl3'],
    ]);
    expect(newerSources([main, security], [{ name: 'bash', version: '5.2-1' }])).toEqual([]);
  });
});
