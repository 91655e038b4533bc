import { describe, expect, test } from 'vitest';
import { hashedRekord } from '../../test/fakes/log.ts';
import { parseEntryBody } from './entry-body.ts';
import { parseLogEntry, parseTimestampBytes } from './log-entry.ts';

const HASH = Buffer.alloc(32, 1).toString('base64');
const entry = {
  logIndex: '7',
  logId: { keyId: HASH },
  kindVersion: { kind: 'k', version: '1' },
  canonicalizedBody: 'AAAA',
};

describe('a log entry', () => {
  test('may leave out what is zero or missing', () => {
    expect(
      parseLogEntry({ ...entry, logIndex: undefined, inclusionProof: { treeSize: '1', rootHash: HASH } }),
    ).toMatchObject({
      logIndex: 0,
      integratedTime: undefined,
      promise: undefined,
      proof: { index: 0, size: 1, hashes: [], checkpoint: undefined },
    });
    expect(parseLogEntry({ ...entry, inclusionPromise: null, inclusionProof: null }).proof).toBeUndefined();
    expect(parseLogEntry({ ...entry, inclusionPromise: {} }).promise).toBeUndefined();
  });

  test.each([
    ['a negative index', { logIndex: '-1' }, 'logIndex'],
    ['an index beyond what is exact', { logIndex: '9007199254740993' }, 'logIndex is no count'],
    ['no log', { logId: undefined }, 'logId'],
    ['a hash of another size', { inclusionProof: { hashes: ['AAAA'] } }, 'is no SHA-256'],
    [
      'more hashes than a tree has levels',
      { inclusionProof: { hashes: Array.from({ length: 65 }, () => HASH) } },
      'hashes',
    ],
  ])('with %s is refused', (_, change, reason) => {
    expect(() => parseLogEntry({ ...entry, ...change })).toThrow(
      expect.objectContaining({ code: 'sigstore/malformed', message: expect.stringContaining(reason) as string }),
    );
  });

  test('and a timestamp in lines of base64 is read', () => {
    expect(parseTimestampBytes({ signedTimestamp: 'AAAA\r\nBBBB\n' }).length).toBe(6);
    expect(() => parseTimestampBytes({})).toThrow('no bytes');
  });
});

describe('a logged body', () => {
  const json = (value: object): Buffer => Buffer.from(JSON.stringify(value));
  const pem = Buffer.from('-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n').toString('base64');
  const hex = { algorithm: 'sha256', value: '01'.repeat(32) };
  const sha = { algorithm: 'sha256', hash: Buffer.alloc(32, 1) };
  const key = { kind: 'key', der: Buffer.alloc(3) };

  test.each([
    [
      'hashedrekord 0.0.1',
      { data: { hash: hex }, signature: { content: 'AQID', publicKey: { content: pem } } },
      'message',
    ],
    ['dsse 0.0.1', { payloadHash: hex, signatures: [{ signature: 'AQID', verifier: pem }] }, 'payload'],
    [
      'dsse 0.0.2',
      {
        dsseV002: {
          payloadHash: { algorithm: 'SHA2_256', digest: HASH },
          signatures: [{ content: 'AQID', verifier: { publicKey: { rawBytes: 'AAAA' } } }],
        },
      },
      'payload',
    ],
    [
      'intoto 0.0.2',
      {
        content: {
          payloadHash: hex,
          envelope: { signatures: [{ sig: Buffer.from('AQID').toString('base64'), publicKey: pem }] },
        },
      },
      'payload',
    ],
    [
      'intoto 0.0.2',
      { content: { payloadHash: hex, envelope: { signatures: [{ sig: 'AQID', publicKey: pem }] } } },
      'payload',
    ],
  ])('of the type %s is read', (type, spec, of) => {
    const [kind, apiVersion] = type.split(' ');
    expect(parseEntryBody(json({ kind, apiVersion, spec }))).toEqual({
      type,
      signature: Buffer.from([1, 2, 3]),
      verifier: key,
      of,
      digest: sha,
    });
  });

  test('of Rekor v2 is read', () => {
    const body = hashedRekord(Buffer.from('m'), Buffer.from('s'), { certificate: Buffer.from('c') });
    expect(parseEntryBody(body)).toMatchObject({
      of: 'message',
      verifier: { kind: 'certificate', der: Buffer.from('c') },
    });
  });

  test('of an unknown type, with two signatures, or a weak hash is refused', () => {
    const refused = (value: object): unknown => {
      try {
        return parseEntryBody(json(value));
      } catch (fault) {
        return (fault as { code: string }).code;
      }
    };
    expect(refused({ kind: 'rpm', apiVersion: '0.0.1', spec: {} })).toBe('sigstore/entry');
    expect(refused({ kind: '__proto__', apiVersion: '', spec: {} })).toBe('sigstore/entry');
    const signature = { signature: 'AQID', verifier: pem };
    const spec = { payloadHash: hex, signatures: [signature, signature] };
    expect(refused({ kind: 'dsse', apiVersion: '0.0.1', spec })).toBe('sigstore/malformed');
    const weak = { payloadHash: { ...hex, algorithm: 'sha1' }, signatures: [signature] };
    expect(refused({ kind: 'dsse', apiVersion: '0.0.1', spec: weak })).toBe('sigstore/malformed');
  });
});
