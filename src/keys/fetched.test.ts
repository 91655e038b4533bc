import { expect, test } from 'vitest';
import { FakeServer } from '../../test/fakes/server.ts';
import { fakeSigner } from '../../test/fakes/image.ts';
import { openPublicKey } from './open.ts';
import { publicKeyPem } from './public.ts';

const options = { password: '', environment: {} };

test('a key at an address is fetched; what is no key there is refused', async () => {
  const { publicKey } = fakeSigner();
  await using server = await FakeServer.start((request, response) => {
    if (request.url === '/latest.pub') response.end(publicKeyPem(publicKey));
    else if (request.url === '/page') response.end('<html>');
    else response.writeHead(404).end();
  });
  expect((await openPublicKey(`${server.url}/latest.pub`, options)).fingerprint).toBe(publicKey.fingerprint);
  await expect(openPublicKey(`${server.url}/page`, options)).rejects.toMatchObject({
    code: expect.stringMatching(/^key\//) as string,
  });
  await expect(openPublicKey(`${server.url}/none`, options)).rejects.toMatchObject({ code: 'key/fetch' });
  const asked = openPublicKey(`${server.url}/latest.pub`, { ...options, offline: true });
  await expect(asked).rejects.toMatchObject({ code: 'network/offline' });
  const plain = openPublicKey('http://keys.example/latest.pub', options);
  await expect(plain).rejects.toMatchObject({ code: 'network/insecure' });
});
