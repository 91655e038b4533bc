import { constants, generateKeyPairSync, sign as signBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { notaryAuthority, notarySigner, SIGNED_AT } from '../../test/fakes/notary.ts';
import { digestOf } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import { signNotary } from '../sign/notary.ts';
import { algorithmOf, isSignatureBy, p1363Of } from './algorithms.ts';
import { type Cbor, CborTag, readCbor, writeCbor } from './cbor.ts';
import { parseEnvelope, parsePayload } from './envelope.ts';
import { headers, type NotaryFormat, type TargetArtifact } from './types.ts';

const root = notaryAuthority();
const between = notaryAuthority('between', root);
const signer = notarySigner({ issuers: [between, root] });
const artifact: TargetArtifact = {
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: digestOf('image'),
  size: 5,
};
const sign = async (format: NotaryFormat, more = {}): Promise<Buffer> =>
  await signNotary({ artifact, format, signingTime: SIGNED_AT, agent: 'temper/1', ...more }, signer);
const jws = await sign('jws');
const cose = await sign('cose');

interface Jws {
  payload: string;
  protected: string;
  header: Record<string, unknown>;
  signature: string;
}

function alteredJws(alter: (envelope: Jws) => unknown): Buffer {
  const envelope = JSON.parse(jws.toString()) as Jws;
  return Buffer.from(JSON.stringify(alter(envelope) ?? envelope));
}

function withProtected(alter: (named: Record<string, unknown>) => unknown): Buffer {
  return alteredJws((envelope) => {
    const named = JSON.parse(Buffer.from(envelope.protected, 'base64url').toString()) as Record<string, unknown>;
    envelope.protected = Buffer.from(JSON.stringify(alter(named) ?? named)).toString('base64url');
  });
}

interface Cose {
  named: Map<number | string, Cbor>;
  unsigned: Map<number | string, Cbor>;
}

function alteredCose(alter: (parts: Cose) => void): Buffer {
  const { value } = readCbor(cose) as CborTag;
  const [signed, unsigned, payload, signature] = value as [Buffer, Map<number | string, Cbor>, Buffer, Buffer];
  const named = readCbor(signed) as Map<number | string, Cbor>;
  alter({ named, unsigned });
  return writeCbor(new CborTag(18, [writeCbor(named), unsigned, payload, signature]));
}

describe.each([
  ['jws', jws],
  ['cose', cose],
] as const)('a %s envelope', (format, bytes) => {
  test('is read as it was written', async () => {
    const envelope = parseEnvelope(bytes, format);
    expect(envelope).toMatchObject({
      format,
      algorithm: 'ES256',
      contentType: 'application/vnd.cncf.notary.payload.v1+json',
      scheme: 'notary.x509',
      signingTime: SIGNED_AT,
      expiry: undefined,
      plugin: undefined,
      unknownCritical: [],
      timestamp: undefined,
      agent: 'temper/1',
    });
    expect(envelope.certificates.map(({ fingerprint }) => fingerprint)).toEqual(
      signer.certificates.map(({ fingerprint }) => fingerprint),
    );
    expect(parsePayload(envelope.payload)).toEqual(artifact);
    const later = parseEnvelope(
      await sign(format, { expiry: SIGNED_AT + 60, timestamp: async () => Promise.resolve(Buffer.from('t')) }),
      format,
    );
    expect(later).toMatchObject({ expiry: SIGNED_AT + 60, timestamp: Buffer.from('t') });
  });

  test('has the same bytes for the same arguments, but for the signature', async () => {
    const again = parseEnvelope(await sign(format), format);
    expect(again.message).toEqual(parseEnvelope(bytes, format).message);
  });

  test('is refused or read, whatever byte of it changed, and never says anything else under the signature', () => {
    const spki = signer.certificates[0]?.spki ?? Buffer.alloc(0);
    const believed = (altered: Buffer): string | undefined => {
      try {
        const { message, signature, payload, signingTime } = parseEnvelope(altered, format);
        if (!isSignatureBy(spki, algorithmOf(spki), message, signature)) return undefined;
        return JSON.stringify([parsePayload(payload), signingTime]);
      } catch (fault) {
        if (fault instanceof Fault) return undefined;
        throw fault;
      }
    };
    const whole = believed(bytes);
    expect(whole).toBe(JSON.stringify([parsePayload(parseEnvelope(bytes, format).payload), SIGNED_AT]));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const altered = Buffer.from(bytes);
        altered.writeUInt8(altered.readUInt8(at) ^ change, at);
        return [whole, undefined].includes(believed(altered));
      }),
      { numRuns: 300 },
    );
  });

  test('that is cut short is refused, wherever', () => {
    for (let length = 0; length < bytes.length; length += 7)
      expect(() => parseEnvelope(bytes.subarray(0, length), format)).toThrow(Fault);
  });

  test('that is too large is refused', () => {
    expect(() => parseEnvelope(Buffer.alloc((1 << 20) + 1), format)).toThrow('larger than 1024 KiB');
  });
});

describe('a JWS envelope is refused', () => {
  test.each([
    ['with a member that nobody knows', alteredJws((e) => ({ ...e, signatures: [] })), 'has a member signatures'],
    [
      'without a signature',
      alteredJws(({ payload, header, protected: p }) => ({ payload, header, protected: p })),
      'signature is missing',
    ],
    ['with a member twice', Buffer.from(jws.toString().replace('{', '{"payload":"e30",')), 'the member payload twice'],
    [
      'with a member twice in another case',
      Buffer.from(jws.toString().replace('{', '{"Payload":"e30",')),
      'payload twice',
    ],
    ['with a padded payload', alteredJws((e) => void (e.payload += '==')), 'payload is not canonical base64url'],
    ['without certificates', alteredJws((e) => void delete e.header['x5c']), 'no certificates'],
    [
      'with many certificates',
      alteredJws((e) => void (e.header['x5c'] = Array.from({ length: 9 }, () => 'AA=='))),
      'more than 8',
    ],
    [
      'with a signed header outside',
      alteredJws((e) => void (e.header[headers.expiry] = 'x')),
      'stands outside the signature',
    ],
    ['with its algorithm outside', alteredJws((e) => void (e.header['alg'] = 'none')), 'alg stands outside'],
    ['with a critical list outside', alteredJws((e) => void (e.header['crit'] = [])), 'crit stands outside'],
  ])('%s', (_, bytes, reason) => {
    expect(() => parseEnvelope(bytes, 'jws')).toThrow(reason);
  });

  test.each([
    ['without critical headers', (n: Record<string, unknown>) => void delete n['crit'], 'no critical headers'],
    ['whose critical list is empty', (n: Record<string, unknown>) => void (n['crit'] = []), 'no critical headers'],
    [
      'whose scheme is not critical',
      (n: Record<string, unknown>) => void (n['crit'] = [headers.signingTime]),
      'signingScheme is not marked',
    ],
    [
      'that names a critical header twice',
      (n: Record<string, unknown>) => void (n['crit'] = [headers.scheme, headers.scheme]),
      'named twice',
    ],
    [
      'that names a critical header that is not there',
      (n: Record<string, unknown>) => void (n['crit'] = [headers.scheme, 'x']),
      'x is not under the signature',
    ],
    [
      'that names alg as critical',
      (n: Record<string, unknown>) => void (n['crit'] = [headers.scheme, 'alg']),
      'alg is not under',
    ],
    [
      'of another scheme',
      (n: Record<string, unknown>) => void (n[headers.scheme] = 'notary.x'),
      'its signing scheme is notary.x',
    ],
    ['without a time', (n: Record<string, unknown>) => void delete n[headers.signingTime], 'signingTime is missing'],
    [
      'with a time of no calendar',
      (n: Record<string, unknown>) => void (n[headers.signingTime] = '2026-02-30T00:00:00Z'),
      'is no time',
    ],
    ['with a time that is a number', (n: Record<string, unknown>) => void (n[headers.signingTime] = 5), 'is no time'],
    [
      'whose authentic time belongs to another scheme',
      (n: Record<string, unknown>) => void (n[headers.authenticSigningTime] = '2026-02-03T00:00:00Z'),
      'does not belong',
    ],
    [
      'that expired before it was made',
      (n: Record<string, unknown>) => {
        n[headers.expiry] = '2020-01-01T00:00:00Z';
        n['crit'] = [headers.scheme, headers.expiry];
      },
      'expires before it was made',
    ],
    [
      'whose expiry is not critical',
      (n: Record<string, unknown>) => void (n[headers.expiry] = '2030-01-01T00:00:00Z'),
      'expiry is not marked',
    ],
    [
      'whose plugin is not critical',
      (n: Record<string, unknown>) => void (n[headers.plugin] = 'p'),
      'verificationPlugin is not marked',
    ],
  ])('%s', (_, alter, reason) => {
    expect(() => parseEnvelope(withProtected(alter), 'jws')).toThrow(reason);
  });

  test('with a protected header that has a name twice', () => {
    const bytes = alteredJws((e) => {
      const text = Buffer.from(e.protected, 'base64url').toString();
      e.protected = Buffer.from(text.replace('{', '{"alg":"ES256",')).toString('base64url');
    });
    expect(() => parseEnvelope(bytes, 'jws')).toThrow('the member alg twice');
  });
});

test('reads times of other zones, and those of a signing authority', () => {
  const zone = withProtected((n) => void (n[headers.signingTime] = '2027-01-15T10:00:00.5+02:00'));
  expect(parseEnvelope(zone, 'jws').signingTime).toBe(SIGNED_AT);
  const vouched = withProtected((n) => {
    n[headers.scheme] = 'notary.x509.signingAuthority';
    n[headers.authenticSigningTime] = n[headers.signingTime];
    delete n[headers.signingTime];
    n['crit'] = [headers.scheme, headers.authenticSigningTime];
  });
  expect(parseEnvelope(vouched, 'jws')).toMatchObject({
    scheme: 'notary.x509.signingAuthority',
    signingTime: SIGNED_AT,
  });
});

test('tells critical headers that it does not know, and the plugin that has to judge', () => {
  const strange = withProtected((n) => {
    n['crit'] = [headers.scheme, 'b64', headers.plugin];
    n['b64'] = false;
    n[headers.plugin] = 'com.example.plugin';
  });
  expect(parseEnvelope(strange, 'jws')).toMatchObject({ unknownCritical: ['b64'], plugin: 'com.example.plugin' });
});

describe('a COSE envelope is refused', () => {
  test.each([
    [
      'with a signed header outside',
      ({ unsigned }: Cose) => unsigned.set(headers.expiry, 1),
      'stands outside the signature',
    ],
    ['with its algorithm outside', ({ unsigned }: Cose) => unsigned.set(1, -7), '1 stands outside'],
    ['with certificates in both headers', ({ named }: Cose) => named.set(33, [Buffer.from('x')]), '33 stands outside'],
    ['that is a hash envelope', ({ named }: Cose) => named.set(258, -16), 'hash envelope'],
    ['with a time without its tag', ({ named }: Cose) => named.set(headers.signingTime, SIGNED_AT), 'is no time'],
    [
      'with a time under another tag',
      ({ named }: Cose) => named.set(headers.signingTime, new CborTag(0, SIGNED_AT)),
      'is no time',
    ],
    ['with a time before 1970', ({ named }: Cose) => named.set(headers.signingTime, new CborTag(1, -5)), 'is no time'],
    ['without an algorithm', ({ named }: Cose) => named.delete(1), 'the algorithm is missing'],
    [
      'with one certificate that is no list',
      ({ unsigned }: Cose) => unsigned.set(33, Buffer.from('x')),
      'no certificates',
    ],
    ['with a content type that is a number', ({ named }: Cose) => named.set(3, 50), 'the content type is missing'],
  ] as const)('%s', (_, alter, reason) => {
    expect(() =>
      parseEnvelope(
        alteredCose((parts) => void alter(parts)),
        'cose',
      ),
    ).toThrow(reason);
  });

  test.each([
    ['without its tag', (value: Cbor) => value, 'no tagged COSE_Sign1'],
    ['with another tag', (value: Cbor) => new CborTag(98, value), 'no tagged COSE_Sign1'],
    ['with a field more', (value: Cbor) => new CborTag(18, [...(value as Cbor[]), 1]), 'four fields'],
    [
      'with a detached payload',
      (value: Cbor) => new CborTag(18, (value as Cbor[]).with(2, null)),
      'the payload is no string',
    ],
    [
      'with an empty protected header',
      (value: Cbor) => new CborTag(18, (value as Cbor[]).with(0, Buffer.alloc(0))),
      'cut short',
    ],
  ])('%s', (_, alter, reason) => {
    const bytes = writeCbor(alter((readCbor(cose) as CborTag).value));
    expect(() => parseEnvelope(bytes, 'cose')).toThrow(reason);
  });
});

test('the protected header of COSE stands in the order that its signature needs', () => {
  const [signed] = (readCbor(cose) as CborTag).value as Buffer[];
  expect([...(readCbor(signed ?? Buffer.alloc(0)) as Map<number | string, Cbor>).keys()]).toEqual([
    1,
    2,
    3,
    headers.signingTime,
    headers.scheme,
  ]);
});

describe('a payload is refused', () => {
  test.each([
    ['that names nothing', '{}', 'names no artifact'],
    ['that is no object', '[]', 'names no artifact'],
    ['with a member twice', '{"targetArtifact":{},"targetartifact":{}}', 'targetartifact twice'],
    [
      'with another digest than SHA-256',
      '{"targetArtifact":{"mediaType":"a/b","size":1,"digest":"sha512:00"}}',
      'digest is not',
    ],
    [
      'with a negative size',
      `{"targetArtifact":{"mediaType":"a/b","size":-1,"digest":"${digestOf('x')}"}}`,
      'size is not',
    ],
  ])('%s', (_, text, reason) => {
    expect(() => parsePayload(Buffer.from(text))).toThrow(reason);
  });
});

describe('keys', () => {
  test.each([
    ['P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' }), 'ES384', 'EC-384'],
    ['P-521', generateKeyPairSync('ec', { namedCurve: 'P-521' }), 'ES512', 'EC-521'],
    ['RSA 2048', generateKeyPairSync('rsa', { modulusLength: 2048 }), 'PS256', 'RSA-2048'],
    ['RSA 3072', generateKeyPairSync('rsa', { modulusLength: 3072 }), 'PS384', 'RSA-3072'],
  ])('of %s sign with their own algorithm in both formats', async (_, { privateKey }, name, keySpec) => {
    const other = notarySigner({ key: privateKey, issuers: [root] });
    for (const format of ['jws', 'cose'] as const) {
      const envelope = parseEnvelope(await signNotary({ artifact, format, signingTime: SIGNED_AT }, other), format);
      const spki = envelope.certificates[0]?.spki ?? Buffer.alloc(0);
      const algorithm = algorithmOf(spki);
      expect([envelope.algorithm, algorithm.keySpec]).toEqual([name, keySpec]);
      expect(isSignatureBy(spki, algorithm, envelope.message, envelope.signature)).toBe(true);
      expect(isSignatureBy(spki, algorithm, Buffer.from('x'), envelope.signature)).toBe(false);
      expect(isSignatureBy(spki, algorithm, envelope.message, envelope.signature.subarray(1))).toBe(false);
    }
  });

  test.each([
    ['Ed25519', generateKeyPairSync('ed25519')],
    ['secp256k1', generateKeyPairSync('ec', { namedCurve: 'secp256k1' })],
    ['RSA of an odd size', generateKeyPairSync('rsa', { modulusLength: 2304 })],
    ['RSA for PSS alone', generateKeyPairSync('rsa-pss', { modulusLength: 2048 })],
  ])('of %s are refused', (_, { publicKey }) => {
    const spki = publicKey.export({ type: 'spki', format: 'der' });
    expect(() => algorithmOf(spki)).toThrow(expect.objectContaining({ code: 'notary/key' }));
  });

  test('of RSA sign with a salt as long as the hash, and with no other', () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const spki = publicKey.export({ type: 'spki', format: 'der' });
    const message = Buffer.from('x');
    const salted = (saltLength: number): Buffer =>
      signBytes('sha256', message, { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
    expect(isSignatureBy(spki, algorithmOf(spki), message, salted(32))).toBe(true);
    expect(isSignatureBy(spki, algorithmOf(spki), message, salted(20))).toBe(false);
    expect(isSignatureBy(spki, algorithmOf(spki), message, signBytes('sha256', message, privateKey))).toBe(false);
  });

  test('of RSA sign with as many bytes as the modulus has: a leading zero is not left out', () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const spki = publicKey.export({ type: 'spki', format: 'der' });
    const message = Buffer.from('x');
    const pss = { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
    let signature: Buffer;
    do signature = signBytes('sha256', message, pss);
    while (signature[0] !== 0);
    expect(isSignatureBy(spki, algorithmOf(spki), message, signature)).toBe(true);
    expect(isSignatureBy(spki, algorithmOf(spki), message, signature.subarray(1))).toBe(false);
  });

  test('short numbers of ECDSA are filled up, larger ones refused', () => {
    expect(p1363Of(Buffer.from('3007020105020200ff', 'hex'), 4).toString('hex')).toBe('00000005000000ff');
    expect(() => p1363Of(Buffer.from('3007020105020200ff', 'hex'), 0)).toThrow('too large');
    expect(() => p1363Of(Buffer.from('3006020105020185', 'hex'), 4)).toThrow('too large');
  });
});
