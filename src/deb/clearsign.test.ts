import { createCleartextMessage, generateKey, readPrivateKey, sign } from 'openpgp';
import { beforeAll, describe, expect, test } from 'vitest';
import { readSigningKeys, type SigningKey, verifyClearSigned } from './clearsign.ts';

const TEXT = 'Suite: stable\n- dashed\n-----\nDate: x\n';
const DAY = 86_400_000;
const NOW = new Date('2026-06-01T00:00:00Z');
const before = (days: number) => new Date(NOW.getTime() - days * DAY);

async function makeKey(options: { date?: Date; keyExpirationTime?: number } = {}) {
  const pair = await generateKey({
    type: 'ecc',
    curve: 'ed25519Legacy',
    userIDs: [{ name: 'Test' }],
    format: 'armored',
    date: before(365),
    ...options,
  });
  const [verification] = await readSigningKeys(pair.publicKey, 'the key');
  return { private: await readPrivateKey({ armoredKey: pair.privateKey }), public: verification as SigningKey };
}

type TestKey = Awaited<ReturnType<typeof makeKey>>;

async function signed(text: string, keys: TestKey[], date = before(1)): Promise<string> {
  const message = await createCleartextMessage({ text });
  const armored = await sign({ message, signingKeys: keys.map((key) => key.private), date });
  return armored.replaceAll('\r\n', '\n');
}

// Made with another program (gpg --digest-algo SHA1): the library does not sign with SHA-1.
const SHA1_DOCUMENT = `-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA1

Suite: stable
-----BEGIN PGP SIGNATURE-----

iQEzBAEBAgAdFiEEnTgAOCZTEpRaR/I9lAddnot4/xgFAmsDZPsACgkQlAddnot4
/xiP3ggAmsupwnV99H0slNwJRcpwguI1nK6Y5qq3C7BE/Q/bCPHpzdxoqb2566B8
5prPcDId68GkpkyQzKenpVb7EOY72ky9rtSvz4jCy6I5cok0eQv+B+D0gNW8D3No
b8IU+39opffH+OFDIjd2UbQWu4wo3XQV+K+u5mdtJT7HfKuuc4EmVy6aEzPYnnXh
XtWBnWiT95bsAk7kWAkw788xzDdKAneofO3FxCwJpYjEK55Ybw387P4vSdHJpEbO
+nzU9IWDyoC3vxu//hEM6OMpIqRdUluXbTR0BLMAscY6TkxHFqmF2/FzCSFY4q75
93otPZx4sNYhmlRzdDIHdOBGnAdbcw==
=TIbp
-----END PGP SIGNATURE-----
`;
const SHA1_KEY = `-----BEGIN PGP PUBLIC KEY BLOCK-----

mQENBGsDZPsBCADbG8xP8Y9q1u9GL8sK9XP+u33afn8a0uMtQ8+Hwmrvyn+nVB8U
+1YSOne0QQojTCGN2yn41Qz3dh59UOEb7QrWQixaTV4m+LhG7h8g6P1cqjq5TWI/
ixHbB0Fj6TMimoHCPyoKeF3ZBaCjuod6kbWFtJ0+7QT4LBjc7AswWmT0oaiIKAzm
4SXQn6bppX8iw2Ld0awocH+pxm4SqloPTOjB5wskLi96VQUGFR6S8vTR4nE/5FQ/
vb1tw0RejXebb3OGi6U6YRo9ofy+yecA8rqYFMUQclWLDZa5LtU/xK1OyCtkLA3x
nD6s76F/rELqCcppc8qh/7+6CovprxJFVElDABEBAAG0BFRlc3SJAU4EEwEKADgW
IQSdOAA4JlMSlFpH8j2UB12ei3j/GAUCawNk+wIbAwULCQgHAgYVCgkICwIEFgID
AQIeAQIXgAAKCRCUB12ei3j/GHpnB/44qsJ2AP6FknRUSxz2eU39lc+8ONwPtMIa
8vHoIgdcHTrAHQwlma6dccLi0mVBolbXlTzd7XFlqJg74FEnuZ9nuqivwpUBWMMz
fMYHcACSwgDa1LF1Atl7p5EkoZCF4tT08jQBCEejlAEhEmGHxdSnO3BV/ELl7076
7uha/iznJfW+GH97Vc8w8geZTLpp7hADlJw6hPN9yOyIqUuwIAkO7GDvTSVmRNxx
fFo/EGwl2dfoIIIK5VqA5x7hRCMl9ZAZo656kZPZYsEzJe5BVohBRN0lyCAx7Nn7
X3baFr3U1kmxaGYAoLMerqLuG7aYOfKxd6wSoxLvE7846+y4FQxW
=CSh/
-----END PGP PUBLIC KEY BLOCK-----
`;

let alice: TestKey;
let bob: TestKey;
let document: string;

beforeAll(async () => {
  alice = await makeKey();
  bob = await makeKey();
  document = await signed(TEXT, [alice, bob]);
});

const verify = (text: string, keys: TestKey[], at: Date | 'ever' = NOW) =>
  verifyClearSigned(
    Buffer.from(text),
    keys.map((key) => key.public),
    at,
  );

test('gives the signed text, unescaped, and who signed it', async () => {
  const { text, signers } = await verify(document, [alice, bob]);
  expect(text).toBe(TEXT);
  expect(signers).toEqual([alice.public.fingerprint, bob.public.fingerprint].sort());
});

test('is content with one valid signature among others', async () => {
  expect((await verify(document, [bob])).signers).toEqual([bob.public.fingerprint]);
});

test('does not care how lines end', async () => {
  expect((await verify(document.replaceAll('\n', '\r\n'), [bob])).text).toBe(TEXT);
});

test('refuses a document of somebody else', async () => {
  const foreign = await signed(TEXT, [bob]);
  await expect(verify(foreign, [alice])).rejects.toMatchObject({
    code: 'clearsign/not-signed',
    message: expect.stringContaining('not one of the keys'),
  });
});

test('refuses a changed text', async () => {
  await expect(verify(document.replace('stable', 'stabIe'), [alice])).rejects.toMatchObject({
    code: 'clearsign/not-signed',
  });
});

test('refuses SHA-1', async () => {
  const keys = await readSigningKeys(SHA1_KEY, 'the key');
  await expect(verifyClearSigned(Buffer.from(SHA1_DOCUMENT), keys, 'ever')).rejects.toThrow(
    'Insecure message hash algorithm: SHA1',
  );
});

test('trims blanks at line ends, which signatures do not cover', async () => {
  const { text } = await verify(document.replace('Date: x\n', 'Date: x \t\n'), [alice]);
  expect(text).toBe(TEXT);
});

describe('refuses what is not one clear-signed block', () => {
  test.each<[string, (text: string) => string]>([
    ['text before it', (text) => `Suite: evil\n${text}`],
    ['a blank line before it', (text) => `\n${text}`],
    ['text after it', (text) => `${text}Suite: evil\n`],
    ['two blocks', (text) => text + text],
    ['an unsigned file', () => TEXT],
    ['an empty file', () => ''],
    ['a bare carriage return', (text) => text.replace('stable\n', 'stable\rSuite: evil\n')],
    ['another separator of lines', (text) => text.replace('stable', 'stable\u2028Suite: evil')],
    ['a header that changes the escapes', (text) => text.replace('Hash:', 'NotDashEscaped: yes\nHash:')],
    ['no signature', (text) => text.replace(/(SIGNATURE-----\n)[^]*(-----END)/, '$1\n$2')],
    ['a broken signature', (text) => text.replace(/(SIGNATURE-----\n\n)[^]*(\n-----END)/, '$1AAAA$2')],
    ['a page of HTML', () => '<html></html>'],
  ])('%s', async (_name, change) => {
    await expect(verify(change(document), [alice])).rejects.toMatchObject({ code: 'clearsign/malformed' });
  });

  test('bytes that are no UTF-8', async () => {
    const bytes = Buffer.from(document.replace('stable', 'st\u00e9'), 'latin1');
    await expect(verifyClearSigned(bytes, [alice.public], NOW)).rejects.toThrow('it is not UTF-8');
  });
});

describe('judges dates deliberately', () => {
  test('refuses a signature of the future', async () => {
    const early = await signed(TEXT, [alice], before(-2));
    await expect(verify(early, [alice])).rejects.toThrow('in the future');
    await expect(verify(early, [alice], 'ever')).resolves.toMatchObject({ text: TEXT });
  });

  test('believes a signature that was made before its key expired', async () => {
    const carol = await makeKey({ keyExpirationTime: 300 * 24 * 3600 });
    const old = await signed(TEXT, [carol], before(100));
    await expect(verify(old, [carol])).resolves.toMatchObject({ signers: [carol.public.fingerprint] });
  });
});

test('refuses a key file without keys, and private keys', async () => {
  await expect(readSigningKeys('nothing', 'a.asc')).rejects.toMatchObject({ code: 'key/malformed' });
  await expect(readSigningKeys(alice.private.armor(), 'a.asc')).rejects.toThrow('it holds a private key');
});
