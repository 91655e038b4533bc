import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeKubernetes } from '../../../../test/fakes/kubernetes.ts';
import { askOwnHttps } from '../../../io/own-https.ts';
import { openCosignPem } from '../../cosign-pem.ts';
import { createInDevice, openPublicKey, openSigner } from '../../open.ts';
import { KmsFaults } from '../faults.ts';
import { clusterAccess } from './access.ts';

let kubernetes: FakeKubernetes;
beforeEach(async () => {
  kubernetes = await FakeKubernetes.start();
  vi.stubEnv('HOME', kubernetes.folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await kubernetes[Symbol.asyncDispose]();
});

const file = (name: string, content: string): string => {
  writeFileSync(join(kubernetes.folder, name), content);
  return join(kubernetes.folder, name);
};
const using = (KUBECONFIG = join(kubernetes.folder, 'config'), password = '') => ({
  password,
  environment: { KUBECONFIG },
});
const as = (user: object, cluster?: object) => using(file('other', kubernetes.kubeconfig(user, cluster)));
const data = (text: string): string => Buffer.from(text).toString('base64');

describe('a secret', () => {
  test('is made as cosign makes one, under the password that is given', async () => {
    const made = await createInDevice('k8s://build/k', 'p256', using(undefined, 'pass'));
    expect(made.origin).toEqual({ kind: 'kms', reference: 'k8s://build/k', version: '8' });
    const secret = kubernetes.secrets.get('build/k');
    expect(secret).toMatchObject({ immutable: true, data: { 'cosign.password': data('pass') } });
    const pem = Buffer.from(secret?.data['cosign.key'] ?? '', 'base64').toString();
    expect((await openCosignPem(pem, 'pass', 'it')).length).toBeGreaterThan(100);
  });

  test('opens with its own password, and shows its public key without', async () => {
    await kubernetes.add('k', 'ed25519', true, 'its own');
    const signer = await openSigner('k8s://build/k', using());
    expect(signer.publicKey).toEqual(await openPublicKey('k8s://build/k', using()));
    const secret = kubernetes.secrets.get('build/k')?.data ?? {};
    Object.assign(secret, { 'cosign.password': data('wrong') });
    await expect(openSigner('k8s://build/k', using())).rejects.toMatchObject({ code: 'key/wrong-password' });
    delete secret['cosign.key'];
    await expect(openSigner('k8s://build/k', using())).rejects.toMatchObject({ code: 'key/kms-failed' });
  });

  test.each([
    ['k8s://nowhere/k', 'key/object-missing', 'namespace nowhere'],
    ['k8s://kube-system/k', 'key/kms-denied', 'is forbidden'],
  ])('is not made in %s', async (reference, code, message) => {
    const made = createInDevice(reference, 'p256', using());
    if (code === 'key/kms-denied') kubernetes.namespaces.add('kube-system');
    await expect(made).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string });
  });
});

describe('a cluster is asked', () => {
  beforeEach(async () => await kubernetes.add('k', 'p256'));

  test('with a token in a file, a client certificate, and what a program says', async () => {
    const { certificate, key } = kubernetes.authority.issue('builder');
    file('token', `${kubernetes.token}\n`);
    await openPublicKey('k8s://build/k', as({ tokenFile: 'token' }));
    await openPublicKey(
      'k8s://build/k',
      as({ 'client-certificate-data': data(certificate), 'client-key-data': data(key) }),
    );
    file('builder.crt', certificate);
    file('builder.key', key);
    await openPublicKey('k8s://build/k', as({ 'client-certificate': 'builder.crt', 'client-key': 'builder.key' }));
    expect(kubernetes.clients).toEqual(['builder', 'builder']);
    const answer = `{"kind":"ExecCredential","status":{"token":"'$SAID'"}}`;
    chmodSync(
      file(
        'login',
        `#!/bin/sh\ncase "$KUBERNETES_EXEC_INFO" in *https://${kubernetes.host}*) echo '${answer}';; esac\n`,
      ),
      0o700,
    );
    const exec = {
      command: './login',
      apiVersion: 'client.authentication.k8s.io/v1',
      env: [{ name: 'SAID', value: kubernetes.token }],
      provideClusterInfo: true,
    };
    await openPublicKey('k8s://build/k', as({ exec }));
    await expect(openPublicKey('k8s://build/k', as({ exec: { ...exec, command: 'false' } }))).rejects.toMatchObject({
      code: 'key/kms-denied',
    });
  });

  test('by the first of several kubeconfigs that says something', async () => {
    const named = file('first', JSON.stringify({ 'current-context': 'here' }));
    const { publicKey } = await openSigner('k8s://build/k', using());
    const list = `${named}:/nonexistent:${join(kubernetes.folder, 'config')}`;
    expect(await openPublicKey('k8s://build/k', using(list))).toEqual(publicKey);
    mkdirSync(join(kubernetes.folder, '.kube'));
    file('.kube/config', kubernetes.kubeconfig({ token: kubernetes.token }));
    expect(await openPublicKey('k8s://build/k', using(''))).toEqual(publicKey);
  });

  test('by the service account of a pod', async () => {
    file('ca.crt', kubernetes.authority.pem);
    file('token', kubernetes.token);
    const [host, port] = kubernetes.host.split(':');
    const environment = { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port };
    const faults = new KmsFaults('Kubernetes', 'k8s://build/k');
    const { server, tls, headers } = await clusterAccess({ environment }, faults, kubernetes.folder);
    const url = new URL('api/v1/namespaces/build/secrets/k', server);
    expect(await askOwnHttps({ url, tls, headers, method: 'GET', limit: 1 << 20 })).toMatchObject({ status: 200 });
    await expect(askOwnHttps({ url, tls, headers, method: 'GET', limit: 10 })).rejects.toMatchObject({
      code: 'network/too-large',
    });
  });

  test.each<[string, () => ReturnType<typeof using>, string]>([
    ['a token that is not known', () => as({ token: 'other' }), 'key/kms-denied'],
    ['another authority', () => as({ token: kubernetes.token }, {}), 'network/tls'],
    [
      'no certificate that is checked',
      () => as({ token: 'x' }, { 'insecure-skip-tls-verify': true }),
      'key/kms-settings',
    ],
    ['plain http to another machine', () => as({ token: 'x' }, { server: 'http://192.0.2.1' }), 'network/insecure'],
    ['somebody else’s name', () => as({ token: 'x', as: 'admin' }), 'key/kms-settings'],
    ['a server that is none', () => as({ token: 'x' }, { server: 'x' }), 'key/kms-settings'],
    ['no kubeconfig', () => using('/nonexistent'), 'key/kms-settings'],
    ['a kubeconfig that is none', () => using(file('bad', 'a: [')), 'key/kms-settings'],
    ['a context that is not there', () => using(file('bad', 'current-context: x')), 'key/kms-settings'],
  ])('in vain with %s', async (_, options, code) => {
    await expect(openSigner('k8s://build/k', options())).rejects.toMatchObject({ code });
  });
});
