import { afterEach, beforeEach, expect, test } from 'vitest';
import { extensions, fakeTimestampAuthority, int, TIME_STAMPING } from '../../test/fakes/authority.ts';
import { trustedTsa } from '../../test/fakes/bundles.ts';
import { signedContent } from '../../test/fakes/signed.ts';
import { FakeTimestampServer, refusingResponse } from '../../test/fakes/timestamp-server.ts';
import { Http } from '../io/http.ts';
import type { SignedContent, Testimony } from '../sign/witness.ts';
import { parseTimestampResponse } from '../timestamp/token.ts';
import { noRoot, type PreparedRoot } from '../verify/sigstore/trust.ts';
import { TimestampWitness } from './timestamp.ts';

const http = new Http({ tries: 2, backoff: 1 });
const now = (): number => Math.floor(Date.now() / 1000);
let tsa: FakeTimestampServer;
beforeEach(async () => {
  tsa = await FakeTimestampServer.start();
});
afterEach(async () => await tsa[Symbol.asyncDispose]());

const trusting = ({ authority }: FakeTimestampServer): PreparedRoot => ({
  ...noRoot,
  timestampAuthorities: [{ ...trustedTsa('the authority', authority), validFor: {} }],
});
async function ask(signed: SignedContent, root?: PreparedRoot): Promise<Testimony> {
  return await new TimestampWitness(new URL(tsa.url), { http, now, root }).witness(signed);
}

test('a time for a signature, with the certificate that signed it', async () => {
  const signed = await signedContent({ certifiedFrom: now() - 60 });
  const testimony = await ask(signed, trusting(tsa));
  if (testimony.kind !== 'timestamp') throw new Error('no timestamp');
  const token = parseTimestampResponse(testimony.response);
  expect(Math.abs(token.time - now())).toBeLessThan(10);
  expect(token.signed.certificates).toHaveLength(1);
  expect(token.nonce).toHaveLength(16);
});

test('no two requests are the same', async () => {
  const signed = await signedContent();
  await ask(signed);
  await ask(signed);
  const [first, second] = tsa.asked;
  expect(first?.equals(second ?? Buffer.alloc(0))).toBe(false);
});

const other = fakeTimestampAuthority('another', [now() - 1000, now() + 1000]);
const unfit = fakeTimestampAuthority('unfit', [now() - 1000, now() + 1000], [extensions.purpose(TIME_STAMPING, false)]);

test.each([
  ['over another hash', { imprint: Buffer.alloc(32, 1) }, 'witness/other', 'other bytes'],
  ['of another request', { nonce: int(5) }, 'witness/other', 'nonce'],
  ['of no request', { nonce: Buffer.alloc(0) }, 'witness/other', 'nonce'],
  ['without its certificate', { embed: false }, 'witness/unproven', 'signed by no'],
  ['signed as somebody else', { named: other.chain[0] ?? Buffer.alloc(0) }, 'witness/unproven', 'signed by no'],
  ['before its certificate was valid', { time: now() - 200_000 }, 'witness/unproven', 'valid only from'],
])('a timestamp %s is not believed', async (_, changed, code, words) => {
  tsa.changed = changed;
  await expect(ask(await signedContent())).rejects.toMatchObject({
    code,
    message: expect.stringContaining(words) as string,
  });
});

test('a timestamp by a certificate that is not for that is not believed', async () => {
  tsa = Object.assign(tsa, { authority: unfit });
  await expect(ask(await signedContent())).rejects.toMatchObject({
    code: 'witness/unproven',
    message: expect.stringContaining('not for timestamps') as string,
  });
});

test('a time at which the certificate of the signer is not valid is worth nothing', async () => {
  await expect(ask(await signedContent({ certifiedFrom: now() - 3000 }))).rejects.toMatchObject({
    code: 'witness/time',
  });
});

test('an authority that the trusted root does not have is not believed; one that it has, also without its certificate', async () => {
  const signed = await signedContent();
  await expect(ask(signed, noRoot)).rejects.toMatchObject({ code: 'witness/untrusted' });
  const theirs = { ...noRoot, timestampAuthorities: [{ ...trustedTsa('another', other), validFor: {} }] };
  await expect(ask(signed, theirs)).rejects.toMatchObject({ code: 'witness/untrusted' });
  tsa.changed = { embed: false };
  await expect(ask(signed, trusting(tsa))).resolves.toMatchObject({ kind: 'timestamp' });
  await expect(ask(signed, theirs)).rejects.toMatchObject({ code: 'witness/untrusted' });
});

test.each([
  ['a refusal', { status: 200, body: refusingResponse(2, 'no\u0000 more') }, 'witness/refused', 'status 2: no? more'],
  ['nothing', { status: 200, body: '' }, 'witness/malformed', 'cut short'],
  ['half of an answer', { status: 200, body: Buffer.from('3082', 'hex') }, 'witness/malformed', 'no timestamp'],
  ['a page', { status: 200, body: '<html>' }, 'witness/malformed', 'no timestamp'],
  ['too much', { status: 200, body: Buffer.alloc(300 << 10) }, 'network/too-large', 'bytes'],
  ['status 404', { status: 404, body: 'nobody here' }, 'witness/refused', 'status 404: nobody here'],
  ['status 500', { status: 500, body: '{"message":"broken"}' }, 'witness/unavailable', 'status 500: broken'],
])('%s has a name', async (_, answer, code, words) => {
  tsa.answer = answer;
  await expect(ask(await signedContent())).rejects.toMatchObject({
    code,
    message: expect.stringContaining(words) as string,
  });
});

test('a token that was cut anywhere, or changed, is not believed', async () => {
  const whole = tsa.authority.stamp(Buffer.from('x'), now());
  for (let at = 0; at < whole.length; at += 37) {
    tsa.answer = { status: 200, body: whole.subarray(0, at) };
    await expect(ask(await signedContent())).rejects.toMatchObject({ code: 'witness/malformed' });
  }
});
