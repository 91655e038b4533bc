import { expect, test } from 'vitest';
import { checksTable } from './checks.ts';

test('a line with a signer fits a terminal: twelve digits of its fingerprint', () => {
  const reason = `https://slsa.dev/provenance/v0.2: signed by SHA256:${'ab'.repeat(32)}`;
  const subject = `sha256:${'cd'.repeat(32)}`;
  const [, line = ''] = checksTable([{ check: 'signature', subject, outcome: 'established', reason }]).split('\n');
  expect(line).toMatch(/signed by SHA256:abababababab$/);
  expect(line.length).toBeLessThan(120);
});
