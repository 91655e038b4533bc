import { expect, test } from 'vitest';
import { redactUrl } from './urls.ts';

test('keeps secrets out of messages', () => {
  expect(redactUrl('https://user:secret@example.org:8443/debian/x?token=secret#secret')).toBe(
    'https://example.org:8443/debian/x',
  );
  expect(redactUrl('user:secret@host')).toBe('(an address that is not http or https)');
  expect(redactUrl('//user:secret@host')).toBe('(an address that is not http or https)');
});
