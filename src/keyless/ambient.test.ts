import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeServer } from '../../test/fakes/server.ts';
import { Http } from '../io/http.ts';
import { messageOf } from '../lib/faults.ts';
import { ambientToken, namedToken } from './ambient.ts';

const TOKEN = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${'x'.repeat(40)}.c2ln`;
const http = new Http({ tries: 1 });
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'temper-token-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a token is given as it stands, or in a file', async () => {
  writeFileSync(join(folder, 'token'), `${TOKEN}\n`);
  expect(await namedToken(TOKEN)).toBe(TOKEN);
  expect(await namedToken(join(folder, 'token'))).toBe(TOKEN);
});

test('a file without a token, and a damaged token, are refused without being shown', async () => {
  writeFileSync(join(folder, 'token'), 'a secret');
  for (const text of [join(folder, 'token'), TOKEN.slice(0, -6), `${TOKEN}.more`]) {
    const message = await namedToken(text).then(String, messageOf);
    expect(message).toMatch(/no (?:whole )?identity token/);
    expect(message).not.toMatch(/secret|xxxx/);
  }
  await expect(namedToken(join(folder, 'none'))).rejects.toMatchObject({ code: 'file/missing' });
});

test('GitLab and others leave it in a variable; elsewhere there is none', async () => {
  expect(await ambientToken({ SIGSTORE_ID_TOKEN: TOKEN }, 'sigstore', http)).toBe(TOKEN);
  expect(await ambientToken({ SIGSTORE_ID_TOKEN: '' }, 'sigstore', http)).toBeUndefined();
  await expect(ambientToken({ GITHUB_ACTIONS: 'true' }, 'sigstore', http)).rejects.toMatchObject({
    code: 'identity/unavailable',
    hint: 'Give it `permissions: id-token: write`.',
  });
});

async function withGitHub(
  answer: { readonly status: number; readonly body: string },
  work: (environment: Record<string, string>, asked: string[]) => Promise<void>,
): Promise<void> {
  const asked: string[] = [];
  await using server = await FakeServer.start((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization}`);
    response
      .writeHead(answer.status, answer.status === 302 ? { location: 'http://127.0.0.1:1/' } : {})
      .end(answer.body);
  });
  const address = `${server.url}/token?api-version=2.0`;
  await work({ ACTIONS_ID_TOKEN_REQUEST_URL: address, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bearer-secret' }, asked);
}

test('GitHub Actions gives it for the audience', async () => {
  await withGitHub({ status: 200, body: JSON.stringify({ value: TOKEN }) }, async (environment, asked) => {
    expect(await ambientToken(environment, 'my audience', http)).toBe(TOKEN);
    expect(asked).toEqual(['/token?api-version=2.0&audience=my+audience Bearer bearer-secret']);
  });
});

test.each([
  [{ status: 403, body: '{"message":"bearer-secret may not"}' }, 'status 403: … may not'],
  [{ status: 200, body: '{"value":"no token"}' }, 'answers with no identity token'],
  [{ status: 200, body: '{"value":{}}' }, 'answers with no identity token'],
  [{ status: 200, body: '[]' }, 'answers with no identity token'],
  [{ status: 200, body: 'nonsense' }, 'not valid JSON'],
  [{ status: 200, body: `"${'x'.repeat(200_000)}"` }, 'more than'],
  [{ status: 302, body: '' }, 'redirects a secret'],
])('GitHub that answers %.60j gives none: %s', async (answer, words) => {
  await withGitHub(answer, async (environment) => {
    const message = await ambientToken(environment, 'sigstore', http).then(String, messageOf);
    expect(message).toContain(words);
    expect(message).not.toContain('bearer-secret');
  });
});

test('is not asked for in the clear', async () => {
  const environment = { ACTIONS_ID_TOKEN_REQUEST_URL: 'http://actions.example/', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't' };
  await expect(ambientToken(environment, 'sigstore', http)).rejects.toMatchObject({ code: 'network/insecure' });
});
