import fc from 'fast-check';
import { expect, test } from 'vitest';
import { catalogFiles } from '../../../test/fakes/catalog.ts';
import { alpm } from './cataloger.ts';

const LOCAL = 'var/lib/pacman/local';

function desc(fields: Record<string, readonly string[]>): string {
  return Object.entries(fields)
    .map(([name, lines]) => `%${name}%\n${lines.join('\n')}\n\n`)
    .join('');
}

const BASH = desc({
  NAME: ['bash'],
  VERSION: ['5.2.026-2'],
  BASE: ['bash'],
  DESC: ['The GNU Bourne Again shell'],
  URL: ['https://www.gnu.org/software/bash/bash.html'],
  ARCH: ['x86_64'],
  PACKAGER: ['A B <a@example.org>'],
  LICENSE: ['GPL-3.0-or-later'],
  VALIDATION: ['pgp'],
  DEPENDS: ['readline', 'libreadline.so=8-64', 'glibc>=2.38', 'ncurses'],
  OPTDEPENDS: ['bash-completion: for tab completion'],
  PROVIDES: ['sh'],
});

test('reads packages with their files and dependencies', () => {
  const { packages, edges, owners } = catalogFiles(
    alpm,
    {
      [`${LOCAL}/ALPM_DB_VERSION`]: '9\n',
      [`${LOCAL}/bash-5.2.026-2/desc`]: BASH,
      [`${LOCAL}/bash-5.2.026-2/files`]:
        '%FILES%\nusr/\nusr/bin/\nusr/bin/bash\nbin/sh\nusr/gone\n\n%BACKUP%\netc/bash.bashrc\t0123\n',
      [`${LOCAL}/readline-8.2-1/desc`]: desc({
        NAME: ['readline'],
        VERSION: ['8.2-1'],
        ARCH: ['x86_64'],
        PROVIDES: ['libreadline.so=8-64'],
        DEPENDS: ['sh'],
      }),
      [`${LOCAL}/gcc-libs-14-1/desc`]: desc({
        NAME: ['gcc-libs'],
        VERSION: ['1:14-1'],
        BASE: ['gcc'],
        LICENSE: ['GPL3', 'custom'],
      }),
      'usr/bin/bash': '',
      'usr/bin/sh': { link: 'bash' },
      bin: { link: 'usr/bin' },
    },
    { distribution: { id: 'arch', versionId: '', prettyName: 'Arch Linux' } },
  );
  const bash = 'pkg:alpm/arch/bash@5.2.026-2?arch=x86_64&distro=arch';
  const readline = 'pkg:alpm/arch/readline@8.2-1?arch=x86_64&distro=arch';
  const gcc = 'pkg:alpm/arch/gcc-libs@1:14-1?distro=arch&upstream=gcc';
  expect(edges).toEqual({ [bash]: [readline], [readline]: [bash], [gcc]: [] });
  expect(owners).toEqual({ 'usr/bin/bash': bash, 'usr/bin/sh': bash });
  expect(packages[0]).toMatchObject({
    name: 'bash',
    version: '5.2.026-2',
    architecture: 'x86_64',
    source: { name: 'bash', version: '5.2.026-2' },
    maintainer: 'A B <a@example.org>',
    description: 'The GNU Bourne Again shell',
    licence: { expression: 'GPL-3.0-or-later' },
    unmetDependencies: ['glibc>=2.38', 'ncurses'],
    locations: [{ path: `${LOCAL}/bash-5.2.026-2/desc` }],
  });
  expect(packages[1]).toMatchObject({
    source: { name: 'gcc', version: '1:14-1' },
    licence: { expression: 'GPL-3.0-only AND LicenseRef-custom' },
  });
});

test.each(['text\n', '%NAME%\na\n', '%VERSION%\n1\n', '%no%\n'])('refuses %j', (text) => {
  const path = `${LOCAL}/a-1/desc`;
  expect(catalogFiles(alpm, { [path]: text })).toMatchObject({
    packages: [],
    faults: { [path]: 'alpm/malformed-database' },
  });
});

test('a mutated description causes nothing but faults', () => {
  const change = fc.record({ at: fc.nat(BASH.length), cut: fc.nat(20), put: fc.string({ maxLength: 5 }) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 8 }), (changes) => {
      let text = BASH;
      for (const { at, cut, put } of changes) text = text.slice(0, at) + put + text.slice(at + cut);
      const { faults } = catalogFiles(alpm, { [`${LOCAL}/a-1/desc`]: text, [`${LOCAL}/a-1/files`]: text });
      expect(Object.values(faults).every((code) => code === 'alpm/malformed-database')).toBe(true);
    }),
    { numRuns: 500 },
  );
});
