// What every service of keys does alike.
import { describe, expect, test } from 'vitest';
import { FakeAwsKms } from '../../../test/fakes/aws-kms.ts';
import { FakeAzureVault } from '../../../test/fakes/azure-vault.ts';
import { FakeGoogleKms } from '../../../test/fakes/google-kms.ts';
import { FakeKubernetes } from '../../../test/fakes/kubernetes.ts';
import type { FakeKms } from '../../../test/fakes/remote-key.ts';
import { FakeVault } from '../../../test/fakes/vault.ts';
import { type KeyType, keyTypes } from '../key-type.ts';
import { createInDevice, describeServiceKey, openPublicKey, openSigner, renewInService } from '../open.ts';
import { isSignature } from '../scheme.ts';
import type { Fault } from '../../lib/faults.ts';
import type { SignatureScheme, Signer } from '../types.ts';

interface Service {
  readonly name: string;
  readonly start: () => Promise<FakeKms>;
  /** Kinds that it does not make. */
  readonly without?: readonly KeyType[];
  /** It says of no key that it may leave. */
  readonly handsOut?: false;
  /** It has no versions. */
  readonly renews?: false;
  /** RSA keys sign in one way alone. */
  readonly pss?: false;
  /** What it tells of what keeps a key that was added. */
  readonly protection?: string;
  readonly malformed: readonly string[];
}

const services: readonly Service[] = [
  { name: 'Vault', start: async () => await FakeVault.start(), malformed: ['hashivault://a/b', 'hashivault://'] },
  {
    name: 'AWS KMS',
    start: async () => await FakeAwsKms.start(),
    protection: 'AWS_KMS',
    malformed: [
      'awskms://alias/a',
      'awskms:///alias/',
      'awskms:///a',
      'awskms://a b/alias/c',
      'awskms://u@h/alias/c',
      'awskms://',
    ],
  },
  {
    name: 'Google Cloud KMS',
    start: async () => await FakeGoogleKms.start(),
    pss: false,
    protection: 'HSM',
    malformed: [
      'gcpkms://projects/p',
      'gcpkms://projects/p/locations/l/keyRings/r/cryptoKeys/k/versions/a',
      'gcpkms://projects/p/locations/l/keyRings/r/cryptoKeys/..',
      'gcpkms://projects/p/locations/l/keyRings/r/cryptoKeys/k?x=y',
    ],
  },
  {
    name: 'Azure Key Vault',
    start: async () => await FakeAzureVault.start(),
    without: ['ed25519'],
    protection: 'HSM',
    malformed: [
      'azurekms://vault/key',
      'azurekms://v.vault.azure.net',
      'azurekms://u@v.vault.azure.net/k',
      'azurekms://v.vault.azure.net/k/1',
    ],
  },
  {
    name: 'a Kubernetes secret',
    start: async () => await FakeKubernetes.start(),
    handsOut: false,
    renews: false,
    malformed: ['k8s://secret', 'k8s://a/b/c', 'k8s://a/../b', 'k8s://A/b'],
  },
];

const message = Buffer.from('what is signed');
const PSS: readonly SignatureScheme[] = ['rsa-pss-sha256', 'rsa-pss-sha384', 'rsa-pss-sha512'];
const answerOf = async (signer: Signer, scheme: SignatureScheme): Promise<string> => {
  try {
    return isSignature(signer.publicKey, message, await signer.sign(message, scheme), scheme) ? 'signed' : 'wrong';
  } catch (fault) {
    return (fault as Fault).code;
  }
};
const using = (fake: FakeKms) => ({ password: '', environment: fake.environment });

describe.each(services)('a key in $name', ({ start, without = [], handsOut, renews, pss, protection, malformed }) => {
  const makes = keyTypes.filter((type) => !without.includes(type));

  test.each(makes)('of type %s is made there, signs, and is never made again', async (type) => {
    await using fake = await start();
    const reference = fake.reference('made');
    const made = await createInDevice(reference, type, using(fake));
    const signer = await openSigner(reference, using(fake));
    expect(signer.publicKey).toEqual(made.publicKey);
    expect(signer.publicKey.algorithm).toBe(
      { p256: 'ecdsa-p256', p384: 'ecdsa-p384', rsa3072: 'rsa', ed25519: 'ed25519' }[type],
    );
    expect(isSignature(signer.publicKey, message, await signer.sign(message))).toBe(true);
    expect(signer.origin).toMatchObject({ kind: 'kms', reference, version: expect.stringMatching(/./) as string });
    expect(await openPublicKey(reference, using(fake))).toEqual(signer.publicKey);
    expect(await describeServiceKey(reference, using(fake))).toEqual({
      publicKey: signer.publicKey,
      origin: signer.origin,
    });
    await expect(createInDevice(reference, type, using(fake))).rejects.toMatchObject({ code: 'key/exists' });
  });

  test.skipIf(without.length === 0).each(without)('of type %s is refused where it is not made', async (type) => {
    await using fake = await start();
    await expect(createInDevice(fake.reference('made'), type, using(fake))).rejects.toMatchObject({
      code: 'key/kms-unsupported',
    });
  });

  test('signs by RSA PSS where it may, and says so where not', async () => {
    await using fake = await start();
    await fake.add('rsa', 'rsa3072');
    const signer = await openSigner(fake.reference('rsa'), using(fake));
    expect(signer.origin).toMatchObject(protection === undefined ? {} : { protection });
    const answers = await Promise.all(PSS.map(async (scheme) => await answerOf(signer, scheme)));
    expect(answers).toEqual(PSS.map(() => (pss === false ? 'key/scheme' : 'signed')));
    await expect(signer.sign(message, 'ecdsa')).rejects.toMatchObject({ code: 'key/scheme' });
  });

  test.skipIf(handsOut === false)(
    'that may leave or came from elsewhere is refused, unless that is allowed',
    async () => {
      await using fake = await start();
      await fake.add('loose', 'p256', true);
      const reference = fake.reference('loose');
      await expect(openSigner(reference, using(fake))).rejects.toMatchObject({ code: 'key/extractable' });
      const signer = await openSigner(reference, { ...using(fake), allowExtractable: true });
      expect(isSignature(signer.publicKey, message, await signer.sign(message))).toBe(true);
    },
  );

  test.each(makes)('of type %s whose signature does not fit gives none', async (type) => {
    await using fake = await start();
    await fake.add('liar', type);
    fake.lies = true;
    const signing = async () => await (await openSigner(fake.reference('liar'), using(fake))).sign(message);
    await expect(signing()).rejects.toMatchObject({ code: 'key/kms-failed' });
  });

  test.runIf(renews === false)('gets no new version', async () => {
    await using fake = await start();
    await expect(renewInService(fake.reference('old'), using(fake))).rejects.toMatchObject({
      code: 'key/kms-unsupported',
    });
  });

  test.skipIf(renews === false)('gets a new version, which signs from then on', async () => {
    await using fake = await start();
    const reference = fake.reference('old');
    await createInDevice(reference, 'p384', using(fake));
    const before = await openSigner(reference, using(fake));
    const after = await renewInService(reference, using(fake));
    expect(after.publicKey.fingerprint).not.toBe(before.publicKey.fingerprint);
    expect(after.publicKey.algorithm).toBe('ecdsa-p384');
    expect(after.origin.version).not.toBe((before.origin as { version: string }).version);
    const signer = await openSigner(reference, using(fake));
    expect(signer).toMatchObject({ publicKey: after.publicKey, origin: after.origin });
    expect(isSignature(after.publicKey, message, await signer.sign(message))).toBe(true);
    await expect(renewInService(fake.reference('none'), using(fake))).rejects.toMatchObject({
      code: 'key/object-missing',
    });
  });

  test('that is not there is missing', async () => {
    await using fake = await start();
    const reference = fake.reference('nowhere');
    await expect(openSigner(reference, using(fake))).rejects.toMatchObject({ code: 'key/object-missing' });
    await expect(openPublicKey(reference, using(fake))).rejects.toMatchObject({ code: 'key/object-missing' });
  });

  test('is not asked for offline', async () => {
    await using fake = await start();
    await fake.add('there', 'p256');
    const asked = openSigner(fake.reference('there'), { ...using(fake), offline: true });
    await expect(asked).rejects.toMatchObject({ code: 'network/offline' });
  });

  test.each(malformed)('is not what %s names', async (reference) => {
    await using fake = await start();
    await expect(openSigner(reference, using(fake))).rejects.toMatchObject({ code: 'key/kms-settings' });
  });
});
