import fc from 'fast-check';
import { expect, test } from 'vitest';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { apk } from './cataloger.ts';

const distribution = { id: 'alpine', versionId: '3.20.3', prettyName: 'Alpine Linux v3.20' };
const purl = (rest: string) => `pkg:apk/alpine/${rest.replace('?', '?arch=x86_64&distro=alpine-3.20.3')}`;

const DATABASE = `C:Q1qKcZ+j23xssAXmgQhkOO8dHnbWw=
P:libcrypto3
V:3.3.2-r0
A:x86_64
S:1791040
I:4726784
T:Crypto library from openssl
U:https://www.openssl.org/
L:Apache-2.0
o:openssl
m:Ariadne Conill <ariadne@dereferenced.org>
t:1725396000
c:5b2c1f0e6a0a0f7d1d1b8e1d1c6f3d6c4a1f0e6a
D:so:libc.musl-x86_64.so.1
p:so:libcrypto.so.3=3 pc:libcrypto=3.3.2
F:etc
F:etc/ssl
R:openssl.cnf
Z:Q1wGuxVEOK9iGLj1i8D3BSBnT7MJA=
F:lib
R:libcrypto.so.3
a:0:0:755
Z:Q1Z2L7yL8LMtXMdzHN9pTWEJp7fMs=

P:musl
V:1.2.5-r0
A:x86_64
L:MIT
o:musl
p:so:libc.musl-x86_64.so.1=1

P:apk-tools
V:2.14.4-r0
A:x86_64
L:GPL-2.0-only
o:apk-tools
D:musl>=1.2.3_git20230424 ca-certificates-bundle !old /bin/sh so:libcrypto.so.3 libcrypto3~3.3 pc:libcrypto>=3
F:sbin
R:apk
Z:Q1yIE8XftnUFwBUVoHS58anpZ9enI=
R:caf\u00e9
`;

test('reads packages, their licences, origins and dependencies', () => {
  const { packages, edges } = catalogFiles(apk, { 'lib/apk/db/installed': DATABASE }, { distribution });
  const crypto = purl('libcrypto3@3.3.2-r0?&upstream=openssl');
  expect(edges).toEqual({
    [purl('apk-tools@2.14.4-r0?')]: [crypto, purl('musl@1.2.5-r0?')],
    [crypto]: [purl('musl@1.2.5-r0?')],
    [purl('musl@1.2.5-r0?')]: [],
  });
  expect(packages[0]?.unmetDependencies).toEqual(['/bin/sh', 'ca-certificates-bundle']);
  expect(packages[1]).toMatchObject({
    kind: 'apk',
    name: 'libcrypto3',
    version: '3.3.2-r0',
    architecture: 'x86_64',
    source: { name: 'openssl', version: '3.3.2-r0' },
    maintainer: 'Ariadne Conill <ariadne@dereferenced.org>',
    description: 'Crypto library from openssl',
    homepage: 'https://www.openssl.org/',
    licence: { expression: 'Apache-2.0' },
    properties: [{ name: 'apk:commit', value: '5b2c1f0e6a0a0f7d1d1b8e1d1c6f3d6c4a1f0e6a' }],
    foundBy: 'apk',
    locations: [{ path: 'lib/apk/db/installed' }],
  });
});

test('owns files where they are, also where lib is a link', () => {
  const { owners } = catalogFiles(
    apk,
    {
      'usr/lib/apk/db/installed': DATABASE,
      lib: { link: 'usr/lib' },
      'usr/lib/libcrypto.so.3': '',
      'etc/ssl/openssl.cnf': '',
      'sbin/caf\u00e9': '',
    },
    { distribution },
  );
  const crypto = purl('libcrypto3@3.3.2-r0?&upstream=openssl');
  expect(owners).toEqual({
    'usr/lib/libcrypto.so.3': crypto,
    'etc/ssl/openssl.cnf': crypto,
    'sbin/caf\u00e9': purl('apk-tools@2.14.4-r0?'),
  });
});

test('writes the namespace of who built the packages', () => {
  const wolfi = { id: 'wolfi', versionId: '20230201', prettyName: 'Wolfi' };
  const { packages } = catalogFiles(
    apk,
    { 'lib/apk/db/installed': 'P:a\nV:1-r0\nA:x86_64\n' },
    { distribution: wolfi },
  );
  expect(packages[0]?.purl).toBe('pkg:apk/wolfi/a@1-r0?arch=x86_64&distro=wolfi-20230201');
});

test.each(['no field\n', 'P:a\n', 'V:1\n', 'P:a\nV:1\nR:file\n', `P:a\nV:${'1'.repeat(2000)}\n`])(
  'refuses %.30j',
  (text) => {
    const { packages, faults } = catalogFiles(apk, { 'lib/apk/db/installed': text });
    expect(packages).toEqual([]);
    expect(faults).toEqual({ 'lib/apk/db/installed': 'apk/malformed-database' });
  },
);

test('a mutated database causes nothing but faults', () => {
  const change = fc.record({ at: fc.nat(DATABASE.length), cut: fc.nat(20), put: fc.string({ maxLength: 5 }) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 8 }), (changes) => {
      let text = DATABASE;
      for (const { at, cut, put } of changes) text = text.slice(0, at) + put + text.slice(at + cut);
      const { faults } = catalogFiles(apk, { 'lib/apk/db/installed': text });
      expect(Object.values(faults).every((code) => code === 'apk/malformed-database')).toBe(true);
    }),
    { numRuns: 500 },
  );
});
