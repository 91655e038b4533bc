import { expect, test } from 'vitest';
import { crc32c } from './crc32c.ts';

// RFC 3720, B.4, whose octets are written the other way round.
test.each([
  ['32 zeros', Buffer.alloc(32), 0x8a9136aa],
  ['32 ones', Buffer.alloc(32, 0xff), 0x62a8ab43],
  ['32 that go up', Buffer.from(Array.from({ length: 32 }, (_, n) => n)), 0x46dd794e],
  ['the digits', Buffer.from('123456789'), 0xe3069283],
  ['nothing', Buffer.alloc(0), 0],
])('of %s', (_, bytes, crc) => {
  expect(crc32c(bytes)).toBe(crc);
});
