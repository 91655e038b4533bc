import { describe, expect, test } from 'vitest';
import { fakeKey, issue } from '../../../test/fakes/authority.ts';
import { parseCertificate } from '../../x509/certificate.ts';
import { isTrustedIdentity, parseIdentities } from './identity.ts';

function certificate(subject: string): ReturnType<typeof parseCertificate> {
  const key = fakeKey();
  return parseCertificate(
    issue({ name: 'x', key }, { subject, spki: key.spki, notBefore: 0, notAfter: 1, extensions: [] }),
  );
}
const trusts = (text: string, subject: string): boolean =>
  isTrustedIdentity(certificate(subject), parseIdentities([text]));

describe('an identity', () => {
  test.each([
    ['x509.subject: C=US, ST=WA, O=Example', 'C=US,ST=WA,O=Example,CN=any', true],
    ['x509.subject:O=Example,C=US,S=WA', 'C=US,ST=WA,O=Example', true],
    ['x509.subject: C=US, ST=WA, O=Example, CN=one', 'C=US,ST=WA,O=Example,CN=one', true],
    ['x509.subject: C=US, ST=WA, O=Example, CN=one', 'C=US,ST=WA,O=Example,CN=two', false],
    ['x509.subject: C=US, ST=WA, O=Example, CN=one', 'C=US,ST=WA,O=Example', false],
    ['x509.subject: C=US, ST=WA, O=Example', 'C=US,ST=WA,O=example', false],
    ['x509.subject: C=US, ST=WA, O=Example', 'C=US,ST=WA,O=Example,O=Other', false],
    ['x509.subject: C=US, ST=WA, O=Example', 'C=US,ST=WA,O=Example ', false],
    ['x509.subject: C=US, ST=WA, O=Example\\ ', 'C=US,ST=WA,O=Example ', true],
    ['x509.subject: C=US, ST=WA, O=a\\;b\\\\c', 'C=US,ST=WA,O=a;b\\c', true],
  ])('%s and the subject %s: %s', (text, subject, expected) => {
    expect(trusts(text, subject)).toBe(expected);
  });

  test('with a comma in a value', () => {
    expect(parseIdentities(['x509.subject: C=US, ST=WA, O=a\\, b'])[0]?.get('O')).toBe('a, b');
  });

  test.each([
    ['C=US, ST=WA, O=x', 'does not begin with'],
    ['x509.subject: C=US, ST=WA', 'does not say O'],
    ['x509.subject: C=US, ST=WA, O=', 'no NAME=VALUE'],
    ['x509.subject: C=US, ST=WA, O=x, junk', 'no NAME=VALUE'],
    ['x509.subject: C=US, ST=WA, O=x, O=y', 'has O twice'],
    ['x509.subject: C=US, ST=WA, S=OR, O=x', 'has ST twice'],
    ['x509.subject: C=US, ST=WA, O=x+OU=y', '+ stands in it'],
    ['x509.subject: C=US, ST=WA, O=x\\y', 'escapes nothing'],
    ['x509.subject: C=US, ST=WA, O=x\\', 'escapes nothing'],
  ])('%s is refused', (text, reason) => {
    expect(() => parseIdentities([text])).toThrow(
      expect.objectContaining({ code: 'notary/identity', message: expect.stringContaining(reason) as string }),
    );
  });

  test('that covers what another one covers is refused', () => {
    const one = 'x509.subject: C=US, ST=WA, O=x';
    expect(() => parseIdentities([one, `${one}, CN=y`])).toThrow('overlaps with');
    expect(parseIdentities([`${one}, CN=x`, `${one}, CN=y`])).toHaveLength(2);
  });
});
