import { describe, expect, test } from 'vitest';
import {
  CODE_SIGNING,
  extension,
  extensions,
  type FakeIssuer,
  fakeIssuer,
  fakeKey,
  issue,
  TIME_STAMPING,
} from '../../test/fakes/authority.ts';
import { parseCertificate } from './certificate.ts';
import { type ChainRequest, findChain } from './chain.ts';

const NOW = 1_800_000_000;
const WINDOW = [NOW - 1000, NOW + 1000] as const;
const root = fakeIssuer('root', WINDOW);
const purpose = extensions.purpose(CODE_SIGNING);

function leafOf(
  issuer: FakeIssuer,
  more: readonly Buffer[] = [purpose],
  window: readonly [number, number] = WINDOW,
): Buffer {
  const [notBefore, notAfter] = window;
  return issue(issuer, { subject: 'leaf', spki: fakeKey().spki, notBefore, notAfter, extensions: more });
}

function chain(leaf: Buffer, between: readonly FakeIssuer[] = [], change: Partial<ChainRequest> = {}) {
  return findChain({
    leaf: parseCertificate(leaf),
    between: between.map(({ certificate }) => parseCertificate(certificate)),
    anchors: [parseCertificate(root.certificate)],
    time: NOW,
    purpose: CODE_SIGNING,
    ...change,
  });
}

describe('a path', () => {
  test('leads over authorities between to one that is trusted', () => {
    const first = fakeIssuer('first', WINDOW, root);
    const second = fakeIssuer('second', WINDOW, first);
    const verdict = chain(leafOf(second), [first, second]);
    expect(verdict).toMatchObject({ valid: true });
    expect(verdict.valid && verdict.path.length).toBe(4);
    expect(chain(leafOf(second), [second])).toMatchObject({ valid: false, problem: 'untrusted' });
  });

  test('takes the authority whose key signed, whatever others are called', () => {
    const decoy = fakeIssuer('twin', WINDOW, root);
    const real = fakeIssuer('twin', WINDOW, root);
    const verdict = chain(leafOf(real), [decoy, real]);
    expect(verdict.valid && verdict.path[1]?.der.equals(real.certificate)).toBe(true);
  });

  test('is none to an authority of the same name with another key', () => {
    expect(chain(leafOf(fakeIssuer('root', WINDOW)))).toEqual({
      valid: false,
      problem: 'untrusted',
      reason: 'no trusted authority issued the certificate CN=leaf',
    });
  });

  test.each([
    ['expired', [NOW - 100, NOW - 1], 'expired', 'the certificate CN=leaf expired at 2027-01-15T07:59:59Z'],
    ['not yet valid', [NOW + 1, NOW + 9], 'not-yet-valid', 'is valid only from 2027-01-15T08:00:01Z on'],
  ] as const)('of a certificate that was %s is none', (_, window, problem, reason) => {
    expect(chain(leafOf(root, [purpose], window))).toMatchObject({
      valid: false,
      problem,
      reason: expect.stringContaining(reason) as string,
    });
  });

  test('over an authority that had expired is none; both ends of its time are its own', () => {
    const between = fakeIssuer('between', [NOW - 9, NOW], root);
    expect(chain(leafOf(between), [between])).toMatchObject({ valid: true });
    expect(chain(leafOf(between), [between], { time: NOW + 1 })).toMatchObject({
      problem: 'expired',
      reason: 'the certificate CN=between expired at 2027-01-15T08:00:00Z',
    });
  });

  test.each([
    ['has another purpose', [extensions.purpose(TIME_STAMPING)], 'purpose'],
    ['has no purpose', [], 'purpose'],
    ['may not sign', [purpose, extension('2.5.29.15', Buffer.from('03020204', 'hex'), true)], 'purpose'],
    ['has a critical extension that nobody knows', [purpose, extension('1.2.3', Buffer.alloc(0), true)], 'constraint'],
    [
      'is poisoned, a precertificate',
      [purpose, extension('1.3.6.1.4.1.11129.2.4.3', Buffer.from('0500', 'hex'), true)],
      'constraint',
    ],
  ] as const)('of a certificate that %s is none', (_, more, problem) => {
    expect(chain(leafOf(root, more))).toMatchObject({ valid: false, problem });
  });

  test('over a certificate that is none of an authority is none', () => {
    const key = fakeKey();
    const [notBefore, notAfter] = WINDOW;
    const request = { subject: 'mid', spki: key.spki, notBefore, notAfter, extensions: [purpose] };
    const fake: FakeIssuer = { name: 'mid', key, certificate: issue(root, request) };
    expect(chain(leafOf(fake), [fake])).toMatchObject({
      problem: 'constraint',
      reason: expect.stringContaining('none of an authority') as string,
    });
  });

  test('is no longer than its authorities allow, nor for other purposes than theirs', () => {
    const short = fakeIssuer('short', WINDOW, root, [extensions.purpose(TIME_STAMPING)]);
    expect(chain(leafOf(short), [short])).toMatchObject({ problem: 'purpose' });
    const key = fakeKey();
    const [notBefore, notAfter] = WINDOW;
    const last = { subject: 'last', spki: key.spki, notBefore, notAfter, extensions: [extensions.authority(0)] };
    const first: FakeIssuer = { name: 'last', key, certificate: issue(root, last) };
    expect(chain(leafOf(first), [first])).toMatchObject({ valid: true });
    const below = fakeIssuer('below', WINDOW, first);
    expect(chain(leafOf(below), [first, below])).toMatchObject({
      reason: 'the authority CN=last may not have 1 authorities below it',
    });
  });

  test('is not looked for without end among many of one name', () => {
    const many = Array.from({ length: 40 }, () => fakeIssuer('many', WINDOW, { ...root, name: 'many' }));
    expect(chain(leafOf(fakeIssuer('many', WINDOW)), many)).toMatchObject({ problem: 'untrusted' });
  });
});
