import { expect, test } from 'vitest';
import { ed25519Signer } from '../../test/fakes/log-keys.ts';
import { noteKey } from '../tlog/note-key.ts';
import { trustedLog } from './trusted-root.ts';

const { publicKey } = ed25519Signer();

test('names the log as the signatures of its checkpoints do', () => {
  const log = trustedLog('log.example', publicKey, { start: 0, end: 86_400 });
  expect(log).toMatchObject({
    baseUrl: 'https://log.example',
    hashAlgorithm: 'SHA2_256',
    publicKey: { keyDetails: 'PKIX_ED25519', validFor: { start: '1970-01-01T00:00:00Z', end: '1970-01-02T00:00:00Z' } },
  });
  const id = Buffer.from(noteKey('log.example', publicKey.spki).id, 'hex');
  expect(Buffer.from(log.logId.keyId, 'base64').subarray(0, 4)).toEqual(id);
  expect(log.checkpointKeyId.keyId).toBe(id.toString('base64'));
  expect(trustedLog('log.example', publicKey, { start: 0 }).publicKey.validFor).not.toHaveProperty('end');
});

test.each(['log.example/team', 'log.example:8080', 'LOG.example', 'a b', ''])('refuses the origin "%s"', (origin) => {
  expect(() => trustedLog(origin, publicKey, { start: 0 })).toThrow(expect.objectContaining({ code: 'log/origin' }));
});
