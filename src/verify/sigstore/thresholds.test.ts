import { expect, test } from 'vitest';
import { fakeKey } from '../../../test/fakes/authority.ts';
import { publicKeyOf } from '../../../test/fakes/bundles.ts';
import { digestOf } from '../../lib/digest.ts';
import { type BundleSigner, CheckList } from './question.ts';
import { checkSigners } from './thresholds.ts';

const signer = (): BundleSigner => ({ kind: 'key', key: publicKeyOf(fakeKey()) });
const [one, other] = [signer(), signer()];

function verdict(signers: readonly BundleSigner[], threshold: number) {
  const list = new CheckList(digestOf('x'), []);
  checkSigners(signers, threshold, list);
  return list.checks[0];
}

test('a key counts once towards a threshold, however often it signed', () => {
  expect(verdict([one, other], 2)).toMatchObject({ check: 'signers', outcome: 'established' });
  expect(verdict([one, one], 2)).toMatchObject({
    check: 'signers',
    outcome: 'not established',
    problem: 'counted-twice',
    reason: '2 where 2 distinct signers are asked for, but of 1 only',
  });
  expect(verdict([one], 2)).toMatchObject({ problem: 'too-few', reason: '1 of 2 distinct signers that are asked for' });
});
