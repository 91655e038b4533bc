import { cpuTime } from '../../../test/fakes/cpu-time.ts';
import { expect, test } from 'vitest';
import {
  CODE_SIGNING,
  extension,
  extensions,
  fakeIssuer,
  fakeKey,
  issue,
  utf8,
} from '../../../test/fakes/authority.ts';
import { parseCertificate } from '../../x509/certificate.ts';
import { fulcioClaims } from '../../x509/fulcio.ts';
import { identityOf, identityText, matchesText, matchingIdentity } from './identity.ts';

const authority = fakeIssuer('root', [0, 2_000_000_000]);
function certificate(...more: Buffer[]) {
  const request = { spki: fakeKey().spki, notBefore: 0, notAfter: 2_000_000_000 };
  return parseCertificate(issue(authority, { ...request, extensions: [extensions.purpose(CODE_SIGNING), ...more] }));
}

test.each([
  ['*@acme.example', 'dev@acme.example', true],
  ['*@acme.example', '@acme.example', false],
  ['*@acme.example', 'a@b@acme.example', false],
  ['*@acme.example', 'dev@acme.example.evil', false],
  ['https://github.com/acme/*', 'https://github.com/acme/app', true],
  ['https://github.com/acme/*', 'https://github.com/acme/app/x', false],
  ['https://github.com/acme/*', 'https://github.com/acme-evil/app', false],
  ['https://h/*/r.yml@refs/tags/v*', 'https://h/app/r.yml@refs/tags/v1.2', true],
  ['https://h/*/r.yml@refs/tags/v*', 'https://h/app/r.yml@refs/heads/x@refs/tags/v1', false],
  ['a*b*c', 'axbxbxc', true],
  ['a*b*c', 'abc', false],
  ['a.c', 'abc', false],
  ['*', '', false],
])('the pattern %s covers %s: %s', (pattern, text, covered) => {
  expect(matchesText({ pattern }, text)).toBe(covered);
});

test('a pattern of many stars takes no longer for it', () => {
  const began = cpuTime();
  expect(matchesText({ pattern: '*a'.repeat(500) }, 'a'.repeat(20_000).concat('b'))).toBe(false);
  expect(cpuTime() - began).toBeLessThan(2000);
});

test('reads every kind of name, and who vouched for it', () => {
  const mail = certificate(extensions.mail('a@b'), extensions.issuer('https://i'));
  expect(identityOf(mail)).toMatchObject({ subjects: ['a@b'], issuer: 'https://i' });
  const uri = certificate(
    extensions.uri('https://h/x'),
    extension('1.3.6.1.4.1.57264.1.1', Buffer.from('https://old')),
  );
  expect(identityOf(uri)).toMatchObject({ subjects: ['https://h/x'], issuer: 'https://old' });
  expect(identityOf(certificate())).toMatchObject({ subjects: [], issuer: undefined });
  const claims = certificate(extension('1.3.6.1.4.1.57264.1.12', utf8('https://h/repo')));
  expect(fulcioClaims(claims)).toEqual({ sourceRepositoryUri: 'https://h/repo' });
});

test('believes neither of two issuers that differ', () => {
  const two = certificate(
    extensions.mail('a@b'),
    extension('1.3.6.1.4.1.57264.1.1', Buffer.from('https://one')),
    extensions.issuer('https://two'),
  );
  const identity = identityOf(two);
  expect(identity.issuer).toBeUndefined();
  const trusted = ['https://one', 'https://two'].map((issuer) => ({
    subject: { exact: 'a@b' },
    issuer: { exact: issuer },
  }));
  expect(matchingIdentity(identity, trusted)).toBeUndefined();
});

test('names an identity on one line', () => {
  const odd = certificate(extensions.mail('a\n\u202eb'), extensions.issuer('https://i'));
  expect(identityText(identityOf(odd), odd)).toBe('a??b (https://i)');
});
