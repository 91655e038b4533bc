import { expect, test } from 'vitest';
import { checksTable } from './checks.ts';

test('a line with a signer fits a terminal: twelve digits of its fingerprint', () => {
  const reason = `https://slsa.dev/provenance/v0.2: signed by SHA256:${'ab'.repeat(32)}`;
  const subject = `sha256:${'cd'.repeat(32)}`;
  const [, line = ''] = checksTable([{ check: 'signature', subject, outcome: 'established', reason }]).split('\n');
  expect(line).toMatch(/signed by SHA256:abababababab$/);
  expect(line.length).toBeLessThan(120);
});

test('shows what stands against the image first, and what only informs below what is established', () => {
  const subject = `sha256:${'a'.repeat(64)}`;
  const check = (id: string, outcome: string) => ({ check: id, subject, outcome, reason: id });
  const text = checksTable([
    check('time', 'not established'),
    check('signature', 'established'),
    check('sbom', 'not established'),
    check('subject', 'refuted'),
  ]);
  expect(
    text
      .split('\n')
      .slice(1)
      .map((line) => line.split(/ {2,}/)[1]),
  ).toEqual(['subject', 'sbom', 'signature', 'time']);
});
