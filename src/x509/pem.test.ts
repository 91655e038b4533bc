import { expect, test } from 'vitest';
import { fakeIssuer } from '../../test/fakes/authority.ts';
import { certificatesFromPem } from './pem.ts';

const { certificate } = fakeIssuer('root', [0, 1]);
const block = `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`;

test('reads certificates in their order, whatever stands between', () => {
  const other = fakeIssuer('other', [0, 1]).certificate;
  const text = `a\n${block}b\n${block.replace(certificate.toString('base64'), other.toString('base64'))}`;
  expect(certificatesFromPem(text, 'x').map(({ der }) => der)).toEqual([certificate, other]);
});

test.each([
  ['nothing', '', 'no certificate in PEM'],
  ['a block that does not end', block.slice(0, -5), 'cut short'],
  ['a block among whole ones that does not end', `${block}-----BEGIN CERTIFICATE-----\n${block}`, 'cut short'],
  ['a key', block.replaceAll('CERTIFICATE', 'PRIVATE KEY'), 'no certificate in PEM'],
  ['bytes that are none', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', 'malformed'],
  ['many', '-----BEGIN CERTIFICATE----------END CERTIFICATE-----'.repeat(1001), 'more than 1000'],
])('refuses %s', (_, text, reason) => {
  expect(() => certificatesFromPem(text, 'the file')).toThrow(
    expect.objectContaining({ code: 'x509/malformed', message: expect.stringContaining(reason) as string }),
  );
});

test('is not slow about many beginnings without an end', () => {
  const text = '-----BEGIN CERTIFICATE-----\n'.repeat(30_000);
  expect(() => certificatesFromPem(text, 'x')).toThrow('cut short');
});
