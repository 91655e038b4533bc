// A real RFC 3161 authority with a key in its memory: Sigstore's timestamp-server.
import { spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import type { Certificate } from '../../src/x509/certificate.ts';
import { partsOf, readDer, tags, writeDer } from '../../src/x509/der.ts';
import { certificatesFromPem } from '../../src/x509/pem.ts';
import { int, octets, oid, seq } from '../fakes/authority.ts';
import { answering, freePort } from './registries.ts';

export interface RunningTimestampAuthority extends AsyncDisposable {
  /** Where requests are sent to. */
  readonly url: string;
  readonly root: Certificate;
  /** A TimeStampToken over a message. */
  readonly stamp: (message: Uint8Array) => Promise<Uint8Array>;
}

export async function startTimestampAuthority(program: string): Promise<RunningTimestampAuthority> {
  const port = String(await freePort());
  const listen = ['--host', '127.0.0.1', '--port', port, '--scheme', 'http'];
  const how = ['--timestamp-signer', 'memory', '--disable-ntp-monitoring', '--include-chain-in-response'];
  const child = spawn(program, ['serve', ...listen, ...how], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => {
    child.on('close', () => {
      resolve();
    });
  });
  const url = `http://127.0.0.1:${port}/api/v1/timestamp`;
  await answering(`${url}/certchain`);
  const root = certificatesFromPem(await (await fetch(`${url}/certchain`)).text(), 'the chain').at(-1);
  if (root === undefined) throw new Error('no root');
  return {
    url,
    root,
    stamp: async (message) => {
      const imprint = seq(seq(oid('2.16.840.1.101.3.4.2.1')), octets(hash('sha256', message, 'buffer')));
      const body = seq(int(1), imprint, writeDer(tags.boolean, Buffer.from([0xff])));
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/timestamp-query' },
        body: new Uint8Array(body),
      });
      const [, token] = partsOf(readDer(new Uint8Array(await response.arrayBuffer()), 'the response'));
      if (token === undefined) throw new Error(`no token, status ${response.status}`);
      return token.whole;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await ended;
    },
  };
}
