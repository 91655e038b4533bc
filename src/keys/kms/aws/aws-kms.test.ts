import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeAwsKms } from '../../../../test/fakes/aws-kms.ts';
import { createInDevice, openSigner, renewInService } from '../../open.ts';

let aws: FakeAwsKms;
beforeEach(async () => {
  aws = await FakeAwsKms.start();
});
afterEach(async () => await aws[Symbol.asyncDispose]());

const using = (environment: Record<string, string | undefined> = {}) => ({
  password: '',
  environment: { ...aws.environment, ...environment },
});

test('a key is found by its alias, its name and by ARNs, whose region is asked', async () => {
  const { id } = aws.add('k', 'p256');
  const account = 'arn:aws:kms:us-west-2:111122223333';
  for (const name of ['alias/k', id, `${account}:key/${id}`, `${account}:alias/k`]) {
    const signer = await openSigner(`awskms:///${name}`, using());
    expect(signer.origin).toEqual({ kind: 'kms', reference: `awskms:///${name}`, version: id, protection: 'AWS_KMS' });
    await signer.sign(Buffer.from('x'));
  }
  expect(new Set(aws.asked)).toEqual(
    new Set(['DescribeKey', 'GetPublicKey', 'Sign'].flatMap((name) => [`${name} eu-west-1`, `${name} us-west-2`])),
  );
});

test('another endpoint is asked by https', async () => {
  aws.add('k', 'p256');
  const signer = await openSigner(
    `awskms://${aws.host}/alias/k`,
    using({ AWS_ENDPOINT_URL_KMS: 'http://127.0.0.1:1' }),
  );
  expect((await signer.sign(Buffer.from('x'))).length).toBeGreaterThan(60);
});

test.each<[string, Record<string, string | undefined>, string]>([
  ['a wrong secret', { AWS_SECRET_ACCESS_KEY: 'other' }, 'key/kms-denied'],
  ['an access key that nobody knows', { AWS_ACCESS_KEY_ID: 'other' }, 'key/kms-denied'],
  ['no credentials', { AWS_ACCESS_KEY_ID: undefined }, 'key/kms-settings'],
  ['no region', { AWS_REGION: undefined }, 'key/kms-settings'],
  ['an endpoint that is none', { AWS_ENDPOINT_URL_KMS: 'ftp://x' }, 'key/kms-settings'],
])('is asked in vain with %s', async (_, environment, code) => {
  aws.add('k', 'p256');
  await expect(openSigner('awskms:///alias/k', using(environment))).rejects.toMatchObject({ code });
});

test('what is not granted is named', async () => {
  aws.add('k', 'p256');
  aws.denied.add('Sign');
  const signer = await openSigner('awskms:///alias/k', using());
  await expect(signer.sign(Buffer.from('x'))).rejects.toMatchObject({
    code: 'key/kms-denied',
    message: expect.stringContaining('not authorized to perform: kms:Sign') as string,
    hint: expect.stringContaining('kms:Sign') as string,
  });
});

test('a key that is disabled, or encrypts, does not sign', async () => {
  aws.add('k', 'p256').state = 'Disabled';
  await expect(openSigner('awskms:///alias/k', using())).rejects.toMatchObject({ code: 'key/kms-denied' });
  Object.assign(aws.add('aes', 'p256'), { spec: 'SYMMETRIC_DEFAULT' });
  await expect(openSigner('awskms:///alias/aes', using())).rejects.toMatchObject({ code: 'key/kms-failed' });
});

test('a key is made for an alias alone, and is gone again where another took it first', async () => {
  const name = 'awskms:///1234abcd-12ab-34cd-56ef-1234567890ab';
  await expect(createInDevice(name, 'p256', using())).rejects.toMatchObject({ code: 'key/kms-unsupported' });
  const { id } = aws.add('k', 'p256');
  await expect(renewInService(`awskms:///${id}`, using())).rejects.toMatchObject({ code: 'key/kms-unsupported' });
  aws.racesFor = 'raced';
  await expect(createInDevice('awskms:///alias/raced', 'p256', using())).rejects.toMatchObject({ code: 'key/exists' });
  expect([...aws.keys.values()].map(({ state }) => state)).toEqual(['Enabled', 'PendingDeletion', 'Enabled']);
});

test('no long message is signed by Ed25519', async () => {
  aws.add('ed', 'ed25519');
  const signer = await openSigner('awskms:///alias/ed', using());
  await signer.sign(Buffer.alloc(4096));
  await expect(signer.sign(Buffer.alloc(4097))).rejects.toMatchObject({ code: 'key/kms-unsupported' });
});
