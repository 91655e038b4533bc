import { expect, test } from 'vitest';
import { beneath, isLoopback, redactUrl } from './urls.ts';

test('shows neither password nor token', () => {
  expect(redactUrl('https://user:pw@a.example:1/x/y?token=secret#part')).toBe('https://a.example:1/x/y?…');
  expect(redactUrl(new URL('http://a.example/x'))).toBe('http://a.example/x');
  expect(redactUrl('http://')).toBe('(no URL)');
  expect(redactUrl('user:secret@host')).toBe('(no URL)');
});

test.each([
  ['http://127.0.0.1/', true],
  ['http://127.9.9.9:5000/', true],
  ['http://127.1/', true],
  ['http://2130706433/', true],
  ['http://[::1]:5000/', true],
  ['http://LOCALHOST/', true],
  ['http://localhost.example/', false],
  ['http://127.0.0.1.example/', false],
  ['http://10.0.0.1/', false],
  ['http://[::2]/', false],
])('%s stays on this machine: %s', (url, loopback) => {
  expect(isLoopback(new URL(url))).toBe(loopback);
});

test('what is beneath an address is on its host', () => {
  const at = (base: string, path = 'v1/x/') => beneath(new URL(base), path).href;
  expect(at('https://h')).toBe('https://h/v1/x/');
  expect(at('https://h:8200/a/')).toBe('https://h:8200/a/v1/x/');
  expect(at('https://h//evil.example')).toBe('https://h//evil.example/v1/x/');
  expect(at('https://h', '/evil.example/')).toBe('https://h//evil.example/');
});
