// Whom the real image trusts: Debian's authorities and those that its definition adds, found by OpenSSL's own ways.
import { copyFileSync, mkdirSync, readdirSync, readlinkSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/io/processes.ts';
import { type Authority, createAuthority, openssl, startTlsServer, type TlsServer } from './certificates.ts';
import { Builder, buildable, hostPlatform } from './real-image.ts';
import { runUnpacked, sandboxed, type Unpacked, unpack } from './sandbox.ts';

const skip = !buildable || !sandboxed || openssl === undefined;
const CERTS = '/etc/ssl/certs';

const builder = new Builder();
let folder: string;
let ours: Authority;
let theirs: Authority;
let server: TlsServer;
let other: TlsServer;
let plain: Unpacked;
let certified: Unpacked;

beforeAll(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), 'temper-image-tls-'));
  [ours, theirs] = [await createAuthority(folder, 'ours'), await createAuthority(folder, 'theirs')];
  [server, other] = [await startTlsServer(ours), await startTlsServer(theirs)];
  plain = await unpack((await builder.hostLayout()).path, join(folder, 'plain'));
  await copyFile(ours.certificate, join(folder, 'test-ca.crt'));
  const output = ['--platform', hostPlatform, '--output', `oci:${join(folder, 'layout')}`];
  await builder.build(output, [join(folder, 'test-ca.crt')]);
  certified = await unpack(join(folder, 'layout'), join(folder, 'certified'));
});

afterAll(async () => {
  if (skip) return;
  await server[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** What comes of asking a server from within an image, by `fetch` and by `https`: its answer or the error's code. */
async function ask(image: Unpacked, { url }: TlsServer, env: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const code = `
    const code = (error) => error.cause?.code ?? error.code;
    const fetched = fetch('${url}').then((response) => response.text()).catch(code);
    const got = new Promise((resolve) => require('https').get('${url}', async (response) => {
      resolve((await response.toArray()).join(''));
    }).on('error', (error) => resolve(code(error))));
    Promise.all([fetched, got]).then((both) => console.log(JSON.stringify(both)));`;
  const result = await runUnpacked(image, ['-e', code], { network: true, env });
  expect(result).toMatchObject({ status: 0 });
  return JSON.parse(result.stdout.toString('utf8'));
}

/** A link's end, within the image's root; CA certificates are a link away from plain files, or two. */
function followed(image: Unpacked, path: string): string {
  try {
    return followed(image, posix.resolve(posix.dirname(path), readlinkSync(join(image.root, path))));
  } catch {
    return path;
  }
}

const ANSWERED = ['hello', 'hello'];
const REFUSED = ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'];

describe('TLS from within the image', { skip }, () => {
  test('trusts the authority that the definition adds', async () => {
    expect(await ask(certified, server)).toEqual(ANSWERED);
  });

  test('refuses a server of it where the definition does not add it, and of any other', async () => {
    expect(await ask(plain, server)).toEqual(REFUSED);
    expect(await ask(plain, other)).toEqual(REFUSED);
    expect(await ask(certified, other)).toEqual(REFUSED);
  });

  test('finds authorities in the bundle and by hash links, each without the other', async () => {
    const nowhere = '/nowhere';
    expect(await ask(certified, server, { SSL_CERT_FILE: nowhere })).toEqual(ANSWERED);
    expect(await ask(certified, server, { SSL_CERT_DIR: nowhere })).toEqual(ANSWERED);
    expect(await ask(certified, server, { SSL_CERT_FILE: nowhere, SSL_CERT_DIR: nowhere })).toEqual(REFUSED);
    expect(await ask(plain, server, { SSL_CERT_FILE: nowhere })).toEqual(REFUSED);
  });

  test('needs nothing from the environment', () => {
    const names = certified.process.env.map((variable) => variable.split('=')[0]);
    expect(names.filter((name) => /SSL|CA_CERT|NODE_OPTIONS|TLS/.test(name ?? ''))).toEqual([]);
  });

  test("has the hash links that the real openssl looks for, each for its certificate's name", async () => {
    const links = readdirSync(join(certified.root, CERTS)).filter((name) => /^[0-9a-f]{8}\.\d+$/.test(name));
    expect(links.length).toBeGreaterThan(100);
    const flat = join(folder, 'flat');
    mkdirSync(flat);
    for (const link of links)
      copyFileSync(join(certified.root, followed(certified, `${CERTS}/${link}`)), join(flat, link));
    for (const link of links) {
      const hash = await run(openssl ?? '', ['x509', '-noout', '-subject_hash', '-in', join(flat, link)]);
      expect(`${link} ${hash.stdout.toString('utf8')}`).toBe(`${link} ${link.slice(0, 8)}\n`);
    }
    const lookUp = ['verify', '-no-CAfile', '-no-CAstore', '-CApath', flat];
    expect(await run(openssl ?? '', [...lookUp, ours.serverCertificate])).toMatchObject({ status: 0 });
    expect((await run(openssl ?? '', [...lookUp, theirs.serverCertificate])).status).not.toBe(0);
  });
});
