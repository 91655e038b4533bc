import { describe, expect, test } from 'vitest';
import {
  CODE_SIGNING,
  extensions,
  fakeTimestampAuthority,
  type FakeTimestampAuthority,
  TIME_STAMPING,
} from '../../test/fakes/authority.ts';
import { Fault } from '../lib/faults.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { partsOf, readDer } from '../x509/der.ts';
import type { Window } from '../x509/window.ts';
import { parseTimestampResponse, parseTimestampToken } from './token.ts';
import { type TimestampAuthority, verifyTimestamp } from './verify.ts';

const NOW = 1_800_000_000;
const MESSAGE = Buffer.from('signature');
const tsa = fakeTimestampAuthority('tsa', [NOW - 100, NOW + 100]);

function trusted({ chain }: FakeTimestampAuthority, validFor: Window = {}, rootOnly = false): TimestampAuthority {
  const certificates = chain.map((der) => parseCertificate(der));
  return { name: 'the authority', chain: rootOnly ? certificates.slice(1) : certificates, validFor };
}

const verdict = (response: Buffer, authorities = [trusted(tsa)], message = MESSAGE) =>
  verifyTimestamp(parseTimestampResponse(response), message, authorities);

describe('a timestamp', () => {
  test('is by its authority, with its certificate in it or known before', () => {
    expect(verdict(tsa.stamp(MESSAGE, NOW))).toMatchObject({ valid: true, time: NOW });
    expect(verdict(tsa.stamp(MESSAGE, NOW, { embed: false }))).toMatchObject({ valid: true, time: NOW });
    expect(verdict(tsa.stamp(MESSAGE, NOW), [trusted(tsa, {}, true)])).toMatchObject({ valid: true });
    expect(verdict(tsa.stamp(MESSAGE, NOW, { embed: false }), [trusted(tsa, {}, true)])).toMatchObject({
      problem: 'untrusted',
    });
  });

  test('is read from a token alone, too', () => {
    const [, token] = partsOf(readDer(tsa.stamp(MESSAGE, NOW), 'x'));
    expect(parseTimestampToken(token?.whole ?? Buffer.alloc(0)).time).toBe(NOW);
  });

  test('of another authority of the same name is not trusted', () => {
    const other = fakeTimestampAuthority('tsa', [NOW - 100, NOW + 100]);
    expect(verdict(other.stamp(MESSAGE, NOW))).toEqual({
      valid: false,
      problem: 'untrusted',
      reason: 'it is signed by no trusted timestamp authority',
    });
  });

  test('that says it is by another certificate is not trusted, whoever has the key', () => {
    const named = tsa.chain[1] ?? Buffer.alloc(0);
    expect(verdict(tsa.stamp(MESSAGE, NOW, { named }))).toMatchObject({ problem: 'untrusted' });
  });

  test('over another message is refused', () => {
    expect(verdict(tsa.stamp(Buffer.from('other'), NOW))).toMatchObject({ problem: 'other-bytes' });
  });

  test.each([
    ['after its certificate expired', NOW + 101, {}, 'expired'],
    ['before its certificate was valid', NOW - 101, {}, 'not-yet-valid'],
    ['after it was trusted', NOW, { end: NOW - 1 }, 'outside-window'],
    ['before it was trusted', NOW, { start: NOW + 1 }, 'outside-window'],
  ])('made %s is refused', (_, time, window, problem) => {
    expect(verdict(tsa.stamp(MESSAGE, time), [trusted(tsa, window)])).toMatchObject({ valid: false, problem });
  });

  test('made at the very end of its time is good; the time of another authority does not count', () => {
    expect(verdict(tsa.stamp(MESSAGE, NOW), [trusted(tsa, { start: NOW, end: NOW })])).toMatchObject({ valid: true });
    const other = fakeTimestampAuthority('other', [NOW - 100, NOW + 100]);
    const authorities = [trusted(tsa, { end: NOW - 1 }), trusted(other)];
    expect(verdict(tsa.stamp(MESSAGE, NOW), authorities)).toMatchObject({ problem: 'outside-window' });
  });

  test.each([
    ['another purpose', [extensions.purpose(CODE_SIGNING, true)]],
    ['a purpose that is not critical', [extensions.purpose(TIME_STAMPING)]],
    ['no purpose', []],
  ])('by a certificate with %s is refused', (_, purposes) => {
    const wrong = fakeTimestampAuthority('tsa', [NOW - 100, NOW + 100], purposes);
    expect(verdict(wrong.stamp(MESSAGE, NOW), [trusted(wrong)])).toMatchObject({ problem: 'purpose' });
  });

  test('is refused when any of its bytes changed', () => {
    const bytes = tsa.stamp(MESSAGE, NOW);
    const survivors: number[] = [];
    for (let at = 0; at < bytes.length; at++) {
      const altered = Buffer.from(bytes);
      altered.writeUInt8(altered.readUInt8(at) ^ 1, at);
      try {
        const answer = verdict(altered);
        if (answer.valid && answer.time !== NOW) survivors.push(at);
      } catch (fault) {
        if (!(fault instanceof Fault) || fault.code !== 'x509/malformed') survivors.push(at);
      }
    }
    expect(survivors).toEqual([]);
  });

  test('that the authority refused to make is none', () => {
    expect(() => parseTimestampResponse(Buffer.from('30053003020102', 'hex'))).toThrow('answered with status 2');
  });
});
