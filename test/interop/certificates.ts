// A certificate authority of the tests' own, made with openssl, and a server that shows its certificate.
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { run } from '../../src/io/processes.ts';
import { peer } from './peers.ts';

export const openssl = peer('openssl');

export interface Authority {
  /** Its certificate, PEM. */
  readonly certificate: string;
  /** A server's key and certificate, PEM, for `localhost` and 127.0.0.1. */
  readonly serverKey: string;
  readonly serverCertificate: string;
}

/** Makes `NAME-*.pem` in a folder. */
export async function createAuthority(folder: string, name: string): Promise<Authority> {
  const path = (kind: string): string => join(folder, `${name}-${kind}.pem`);
  const openSsl = async (args: readonly string[]): Promise<void> => {
    const { status, stderr } = await run(openssl ?? '', args, { cwd: folder });
    if (status !== 0) throw new Error(`openssl ended with ${status}: ${stderr}`);
  };
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout'];
  const uses = ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign'];
  const authority = ['-x509', ...key, path('ca-key'), '-out', path('ca'), '-subj', `/O=Temper/CN=Test CA ${name}`];
  await openSsl(['req', ...authority, '-days', '2', ...uses]);
  await openSsl(['req', ...key, path('key'), '-out', path('request'), '-subj', '/CN=localhost']);
  await writeFile(path('extensions'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n');
  const signed = ['-CA', path('ca'), '-CAkey', path('ca-key'), '-CAcreateserial', '-extfile', path('extensions')];
  await openSsl(['x509', '-req', '-in', path('request'), ...signed, '-days', '2', '-out', path('server')]);
  return {
    certificate: path('ca'),
    serverKey: path('key'),
    serverCertificate: path('server'),
  };
}

export interface TlsServer extends AsyncDisposable {
  /** `https://localhost:PORT` */
  readonly url: string;
}

/** Answers every request with `hello`. */
export async function startTlsServer({ serverKey, serverCertificate }: Authority): Promise<TlsServer> {
  const credentials = { key: await readFile(serverKey), cert: await readFile(serverCertificate) };
  const server = createServer(credentials, (_, response) => response.end('hello'));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://localhost:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
