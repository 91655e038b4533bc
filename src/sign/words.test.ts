import { describe, expect, test } from 'vitest';
import { originWords } from './words.ts';

const token = { label: 'release', manufacturer: 'ACME', model: 'HSM 1', serial: '42' };
const attributes = {
  extractable: false,
  neverExtractable: true,
  sensitive: true,
  alwaysSensitive: undefined,
  local: true,
};

describe('what is said of a key', () => {
  test('is nothing where it is a file', () => {
    expect(originWords(undefined)).toEqual({});
  });

  test('is what its token says, and nothing that it does not say', () => {
    expect(originWords({ kind: 'pkcs11', uri: 'pkcs11:token=release;object=key', token, attributes })).toEqual({
      'vnd.temper.key.uri': 'pkcs11:token=release;object=key',
      'vnd.temper.key.token': 'ACME HSM 1 42 release',
      'vnd.temper.key.attributes': 'not-extractable never-extractable sensitive local',
    });
  });

  test('tells a key that could leave its token from one that never could', () => {
    const weak = { ...attributes, extractable: true, neverExtractable: false, alwaysSensitive: false, local: false };
    const words = originWords({ kind: 'pkcs11', uri: 'pkcs11:', token, attributes: weak });
    expect(words['vnd.temper.key.attributes']).toBe(
      'extractable once-extractable sensitive once-not-sensitive not-local',
    );
  });

  test('is the version of a key in a service', () => {
    expect(originWords({ kind: 'kms', reference: 'hashivault://release', version: '3' })).toEqual({
      'vnd.temper.key.reference': 'hashivault://release',
      'vnd.temper.key.version': '3',
    });
  });

  test('is what a service says of what keeps the key, and that it was made elsewhere', () => {
    const origin = { kind: 'kms', reference: 'gcpkms://x', version: '3', protection: 'HSM', imported: true } as const;
    expect(originWords(origin)).toMatchObject({
      'vnd.temper.key.protection': 'HSM',
      'vnd.temper.key.attributes': 'imported',
    });
  });
});
