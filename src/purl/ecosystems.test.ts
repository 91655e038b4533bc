import { expect, test } from 'vitest';
import { npmPurl } from './npm.ts';
import { downloadOrigin, vcsOrigin } from './origin.ts';
import { parsePackageUrl } from './purl.ts';
import { pypiPurl } from './pypi.ts';
import { normalPypiName } from './pypi-name.ts';

test('npm: the scope is the namespace, names are in lower case', () => {
  expect(npmPurl('@babel/core', '7.0.0')).toBe('pkg:npm/%40babel/core@7.0.0');
  expect(npmPurl('JSONStream', '1.3.5')).toBe('pkg:npm/jsonstream@1.3.5');
  expect(npmPurl('a', '')).toBe('pkg:npm/a');
});

test('npm: a repository is said as vcs_url, an archive as download_url', () => {
  const git = npmPurl('a', '1.0.0', vcsOrigin('git+ssh://git@host.example/a/b.git', 'c0ffee'));
  expect(parsePackageUrl(git).qualifiers).toEqual({ vcs_url: 'git+ssh://git@host.example/a/b.git@c0ffee' });
  const archive = npmPurl('a', '1.0.0', downloadOrigin('https://host.example/a.tgz'));
  expect(parsePackageUrl(archive).qualifiers).toEqual({ download_url: 'https://host.example/a.tgz' });
});

test('PyPI: names are those of PEP 503', () => {
  expect(normalPypiName('Zope._-.Interface')).toBe('zope-interface');
  expect(pypiPurl('zope.interface', '5.4.0+local')).toBe('pkg:pypi/zope-interface@5.4.0%2Blocal');
});

test('no password, token or fragment of a URL is said', () => {
  expect(vcsOrigin('https://user:secret@host.example/a.git?token=1#frag', 'abc')?.vcs).toBe(
    'git+https://host.example/a.git@abc',
  );
  expect(downloadOrigin('https://token@host.example/a.tgz?X-Signature=1')?.download).toBe('https://host.example/a.tgz');
  expect(vcsOrigin('ssh://git:secret@host.example/a.git', undefined)?.vcs).toBe('git+ssh://host.example/a.git');
});

test('a repository may be named as scp does, by git:// and by other tools', () => {
  expect(vcsOrigin('git@host.example:a/b.git', 'abc')?.vcs).toBe('git+ssh://git@host.example/a/b.git@abc');
  expect(vcsOrigin('git://host.example/a.git', undefined)?.vcs).toBe('git://host.example/a.git');
  expect(vcsOrigin('https://host.example/a', '1', 'hg')?.vcs).toBe('hg+https://host.example/a@1');
});

test('what is no address of a host is no origin', () => {
  expect(vcsOrigin('../a', 'abc')).toBeUndefined();
  expect(downloadOrigin('file:///etc/a.tgz')).toBeUndefined();
  expect(downloadOrigin(`https://host.example/${'a'.repeat(3000)}`)).toBeUndefined();
});
