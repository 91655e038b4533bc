// Cosign's encrypted private keys: PEM around JSON around PKCS#8, scrypt (RFC 7914) and NaCl's secretbox.
// The format is go-securesystemslib's `encrypted` package, version as written by cosign 1 to 3.
import { randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import { z } from 'zod';
import { Fault } from '../lib/faults.ts';
import { parseJson } from '../lib/json.ts';

const LABELS = ['ENCRYPTED SIGSTORE PRIVATE KEY', 'ENCRYPTED COSIGN PRIVATE KEY'] as const;

/** Parameters of scrypt (RFC 7914, section 2): `128 * N * r` bytes of memory, `N * r * p` of work. */
export interface ScryptParameters {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** What cosign 2 and 3 write: 64 MiB and about 0.1 s. */
const WRITTEN: ScryptParameters = { N: 65_536, r: 8, p: 1 };

/** Most memory that a key file may ask for, and most work: 256 MiB, and 8 times the work of {@link WRITTEN}. */
const SCRYPT_MEMORY = 256 << 20;
const SCRYPT_WORK = 8 * WRITTEN.N * WRITTEN.r * WRITTEN.p;

const base64 = (bytes?: number) =>
  z
    .base64()
    .transform((text) => Buffer.from(text, 'base64'))
    .refine((decoded) => bytes === undefined || decoded.length === bytes, `must be ${bytes} bytes`);

const Sealed = z.object({
  kdf: z.object({
    name: z.literal('scrypt'),
    params: z
      .object({ N: z.int().min(2), r: z.int().min(1), p: z.int().min(1) })
      .refine(({ N }) => Number.isInteger(Math.log2(N)), 'N must be a power of two')
      .refine(({ N, r }) => 128 * N * r <= SCRYPT_MEMORY, `asks for more than ${SCRYPT_MEMORY >> 20} MiB`)
      .refine(({ N, r, p }) => N * r * p <= SCRYPT_WORK, 'asks for too much work'),
    salt: base64().refine((salt) => salt.length >= 16 && salt.length <= 64, 'must be 16 to 64 bytes'),
  }),
  cipher: z.object({ name: z.literal('nacl/secretbox'), nonce: base64(24) }),
  ciphertext: base64().refine((text) => text.length > 16 && text.length <= 64 << 10, 'has no plausible length'),
});

/** Whether a PEM text is such a key. */
export function isCosignPem(pem: string): boolean {
  return LABELS.some((label) => pem.trimStart().startsWith(`-----BEGIN ${label}-----`));
}

/**
 * Decrypts a key to its PKCS#8 (RFC 5958), DER.
 * @throws Fault `key/malformed` also when the key derivation asks for more than 256 MiB; `key/wrong-password`.
 */
export async function openCosignPem(pem: string, password: string, what: string): Promise<Buffer> {
  const sealed = Sealed.safeParse(parseJson(pemBody(pem, what), what));
  if (!sealed.success) {
    const issue = sealed.error.issues[0];
    throw malformed(what, `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
  }
  const { kdf, cipher, ciphertext } = sealed.data;
  const key = await derive(password, kdf.salt, kdf.params);
  try {
    return Buffer.from(xsalsa20poly1305(key, cipher.nonce).decrypt(ciphertext));
  } catch (cause) {
    throw new Fault(
      'key/wrong-password',
      `The password of ${what} is wrong.`,
      'Put the right one into COSIGN_PASSWORD; leave it unset for an empty password.',
      { cause },
    );
  }
}

/**
 * Encrypts a PKCS#8 key as cosign 2 and 3 do; fresh salt and nonce each time.
 * @param params cosign's unless given; with less the password is sooner guessed
 */
export async function sealCosignPem(pkcs8: Uint8Array, password: string, params = WRITTEN): Promise<string> {
  const salt = randomBytes(32);
  const nonce = randomBytes(24);
  const key = await derive(password, salt, params);
  const json = JSON.stringify({
    kdf: { name: 'scrypt', params, salt: salt.toString('base64') },
    cipher: { name: 'nacl/secretbox', nonce: nonce.toString('base64') },
    ciphertext: Buffer.from(xsalsa20poly1305(key, nonce).encrypt(pkcs8)).toString('base64'),
  });
  const lines =
    Buffer.from(json, 'utf8')
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${LABELS[0]}-----\n${lines.join('\n')}\n-----END ${LABELS[0]}-----\n`;
}

async function derive(password: string, salt: Uint8Array, params: ScryptParameters): Promise<Buffer> {
  const run = promisify<string, Uint8Array, number, object, Buffer>(scrypt);
  return await run(password, salt, 32, { ...params, maxmem: SCRYPT_MEMORY + (32 << 20) });
}

function pemBody(pem: string, what: string): Buffer {
  const found = /^-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----$/.exec(pem.trim());
  if (found === null) throw malformed(what, 'it is not one PEM block');
  return Buffer.from((found[2] ?? '').replace(/\s/g, ''), 'base64');
}

function malformed(what: string, problem: string): Fault {
  return new Fault(
    'key/malformed',
    `${what} is not a readable encrypted key: ${problem}.`,
    'Check that it is the key file that `temper key create` or cosign wrote.',
  );
}
