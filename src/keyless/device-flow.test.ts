import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeIssuer } from '../../test/fakes/issuer.ts';
import { Http } from '../io/http.ts';
import { deviceToken } from './device-flow.ts';
import { parseIdentityToken } from './token.ts';

let issuer: FakeIssuer;
const said: string[] = [];
beforeEach(async () => {
  issuer = await FakeIssuer.start();
  said.length = 0;
});
afterEach(async () => await issuer[Symbol.asyncDispose]());
const http = new Http({ tries: 1 });
const ask = async (signal?: AbortSignal): Promise<string> => {
  const say = (sentence: string): void => void said.push(sentence);
  return await deviceToken({
    issuer: new URL(issuer.url),
    clientId: 'sigstore',
    http: signal ? new Http({ tries: 1, signal }) : http,
    say,
    signal,
  });
};

test('shows an address and a code, and waits until it is confirmed', async () => {
  issuer.errors.push('authorization_pending', 'authorization_pending');
  const token = parseIdentityToken(await ask(), 'sigstore', Math.floor(Date.now() / 1000));
  expect(token.subject).toBe('dev@acme.example');
  expect(said).toEqual([`Open ${issuer.url}/confirm and confirm the code ABCD-1234.`]);
  const [code, ...polls] = issuer.asked;
  expect(Object.fromEntries(code?.form ?? [])).toMatchObject({
    client_id: 'sigstore',
    scope: 'openid email',
    code_challenge_method: 'S256',
  });
  expect(polls).toHaveLength(3);
});

test.each([
  [{ error: 'access_denied' }, 'gives no token: access_denied'],
  [{ error: 'expired_token' }, 'gives no token: expired_token'],
])('%j ends it', async ({ error }, words) => {
  issuer.errors.push(error);
  await expect(ask()).rejects.toMatchObject({
    code: 'identity/unavailable',
    message: expect.stringContaining(words) as string,
  });
});

test.each([
  ['discovery', { issuer: 'https://somebody.else' }, 'no issuer of identities by codes'],
  ['discovery', { device_authorization_endpoint: undefined }, 'no issuer of identities by codes'],
  ['discovery', { token_endpoint: 'file:///etc/passwd' }, 'no issuer of identities by codes'],
  ['discovery', { device_authorization_endpoint: 'http://login.example/' }, 'without encryption'],
  ['code', { device_code: undefined }, 'gives no code'],
  ['code', { verification_uri: 'javascript:alert(1)' }, 'gives no code'],
  ['token', { id_token: 'nothing' }, 'no token'],
  ['token', { id_token: undefined }, 'no token'],
])('an issuer whose %s is %j is refused', async (what, change, words) => {
  issuer.changed = { ...issuer.changed, [what]: change };
  await expect(ask()).rejects.toMatchObject({ message: expect.stringContaining(words) as string });
});

test('ends when the code expires, or the user stops it', async () => {
  issuer.changed = { ...issuer.changed, code: { expires_in: 1, interval: 0.2 } };
  issuer.errors.push(...Array.from({ length: 100 }, () => 'authorization_pending'));
  await expect(ask()).rejects.toMatchObject({ message: 'Nobody confirmed the code in time.' });
  issuer.changed = { ...issuer.changed, code: { interval: 30 } };
  await expect(ask(AbortSignal.timeout(300))).rejects.toMatchObject({ code: 'network/aborted' });
});
