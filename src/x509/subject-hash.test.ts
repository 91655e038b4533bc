import { X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { subjectHash } from './subject-hash.ts';

const folder = '/etc/ssl/certs';
const links = existsSync(folder) ? readdirSync(folder).filter((name) => /^[0-9a-f]{8}\.\d+$/.test(name)) : [];

test.skipIf(links.length === 0)('agrees with the links that OpenSSL made in /etc/ssl/certs', () => {
  const wrong = links.filter(
    (name) => subjectHash(new X509Certificate(readFileSync(`${folder}/${name}`)).raw) !== name.slice(0, 8),
  );
  expect(wrong).toEqual([]);
});

test('refuses what is no certificate', () => {
  expect(() => subjectHash(Buffer.from([0x30, 0x82, 0xff, 0xff]))).toThrow('it is cut short');
  expect(() => subjectHash(Buffer.from([0x30, 0x00]))).toThrow('it is empty');
});
