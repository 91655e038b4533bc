import { expect, test } from 'vitest';
import { parseIdentityToken } from './token.ts';

const NOW = 1_800_000_000;
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const tokenOf = (claims: unknown): string => `${part({ alg: 'RS256' })}.${part(claims)}.c2ln`;
const usual = { iss: 'https://login.example', sub: 'somebody', aud: 'sigstore', exp: NOW + 60 };
const parse = (claims: unknown) => parseIdentityToken(tokenOf(claims), 'sigstore', NOW);

test.each([
  [usual, 'somebody'],
  [{ ...usual, email: 'a@b.example', email_verified: true }, 'a@b.example'],
  [{ ...usual, email: 'a@b.example', email_verified: 'true' }, 'a@b.example'],
  [{ ...usual, email: 'a@b.example', email_verified: false }, 'somebody'],
  [{ ...usual, email: 'a@b.example', email_verified: 'false' }, 'somebody'],
  [{ ...usual, email: 'a@b.example' }, 'somebody'],
  [{ ...usual, aud: ['other', 'sigstore'] }, 'somebody'],
  [{ ...usual, nbf: NOW + 30 }, 'somebody'],
])('%j is of %s', (claims, subject) => {
  expect(parse(claims).subject).toBe(subject);
});

test.each([
  [{ ...usual, exp: NOW }, 'identity/expired', 'expired at 2027-01-15T08:00:00Z'],
  [{ ...usual, exp: -1e300 }, 'identity/expired', 'expired at'],
  [{ ...usual, nbf: NOW + 61 }, 'identity/not-yet-valid', '2027-01-15T08:01:01Z'],
  [{ ...usual, nbf: 1e300 }, 'identity/not-yet-valid', '9999'],
  [{ ...usual, aud: 'other\u001b' }, 'identity/audience', 'is for other?, not for sigstore'],
  [{ ...usual, aud: [] }, 'identity/malformed', 'claim aud'],
  [{ ...usual, sub: undefined }, 'identity/malformed', 'claim sub'],
  [{ ...usual, sub: '' }, 'identity/malformed', 'claim sub'],
  [{ ...usual, iss: 5 }, 'identity/malformed', 'claim iss'],
  [{ ...usual, exp: 'soon' }, 'identity/malformed', 'claim exp'],
  [null, 'identity/malformed', 'claim'],
  [[usual], 'identity/malformed', 'claim'],
])('%j is refused: %s', (claims, code, words) => {
  expect(() => parse(claims)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(words) as string }),
  );
});

test.each(['', 'x', 'a.b', 'a.b.c.d', 'e30.!!.e30', `${'a'.repeat(70_000)}.b.c`, 'YQ.YQ.YQ'])(
  '%.20s is no token, and is not shown',
  (text) => {
    const refused = expect.objectContaining({ code: 'identity/malformed' });
    expect(() => parseIdentityToken(text, 'sigstore', NOW)).toThrow(refused);
  },
);
