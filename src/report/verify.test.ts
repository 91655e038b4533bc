import { expect, test } from 'vitest';
import { digestOf } from '../lib/digest.ts';
import type { Check, CheckId } from '../verify/check.ts';
import { verifyTable } from './verify.ts';

const digest = digestOf('image');

function lastLine(ids: readonly CheckId[], origin: 'key' | 'policy' = 'key'): string | undefined {
  const checks = ids.map((check): Check => ({ check, subject: digest, outcome: 'not established', reason: 'no' }));
  const decision = { answer: 'no', against: checks } as const;
  const named = { repository: 'r.example/x', reference: '1', digest, subjects: [], signers: [], time: '' };
  return verifyTable({ ...named, checks, decision, origin })
    .split('\n')
    .at(-1);
}

test('who lacks nothing but what nobody asked for is told how to ask for less', () => {
  expect(lastLine(['provenance', 'sbom'])).toMatch(/--signatures-only/);
});

test.each([
  ['the signature is missing, too', ['image-signature', 'sbom'], 'key'],
  ['a policy asks for it', ['sbom'], 'policy'],
] as const)('where %s, the answer is the last line', (_, ids, origin) => {
  expect(lastLine(ids, origin)).toMatch(/^NOT verified: /);
});
