// A Debian archive on loopback: really signed, really indexed, and broken in the ways that a test asks for.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { createCleartextMessage, generateKey, type PrivateKey, readPrivateKey, sign } from 'openpgp';
import { sha256Hex } from '../../src/lib/digest.ts';
import { controlText, type FakePackage, makeDeb } from './deb.ts';
import { xzOf } from './xz.ts';

export interface FakeKey {
  readonly private: PrivateKey;
  /** Armored. */
  readonly public: string;
}

export interface FakeSuite {
  /** `trixie` unless given. */
  readonly codename?: string;
  /** What its Release says of itself, where that is to differ from `codename`. */
  readonly claims?: string;
  readonly packages: readonly FakePackage[];
  /** Who publishes it: `Fake` unless given. */
  readonly origin?: string;
  /** Now unless given; rounded to seconds. */
  readonly date?: Date;
  readonly validUntil?: Date;
  /** Signs in place of the archive's key. */
  readonly key?: FakeKey;
  /** `amd64` and `arm64` unless given. */
  readonly architectures?: readonly string[];
  /** Of the indexes; xz unless given. */
  readonly compression?: 'xz' | 'gz' | 'none';
  /** Indexes by their digest; true unless given. */
  readonly byHash?: boolean;
}

/** What goes wrong with a file. */
export type FakeFault =
  | { readonly kind: 'gone' }
  /** One byte in its middle is another. */
  | { readonly kind: 'altered' }
  /** Served as if it ended half-way. */
  | { readonly kind: 'truncated' }
  /** The connection breaks half-way, the first `times` times (once unless given). */
  | { readonly kind: 'cut'; readonly times?: number }
  /** Half of it is served, and then nothing more; the connection stays. */
  | { readonly kind: 'stall' }
  /** This status, the first `times` times (always unless given). */
  | { readonly kind: 'status'; readonly status: number; readonly times?: number };

export interface FakeArchive extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly url: string;
  readonly key: FakeKey;
  /** The keyring file to give with {@link source}. */
  readonly keyring: { readonly name: string; readonly armored: string };
  /** Paths that were asked for, without the leading slash. */
  readonly requests: string[];
  /** The line of a definition: `deb [signed-by=fake.asc] URL trixie main`. */
  source(codename?: string): string;
  /** Publishes a suite, in place of what it had before; old packages vanish from the pool. */
  publish(suite: FakeSuite): Promise<void>;
  /** Breaks files whose path contains `part`, until `mend`. */
  break(part: string, fault: FakeFault): void;
  mend(): void;
  /** The content of a file as it should be, by its path. */
  file(path: string): Buffer | undefined;
}

/** A key pair made for a test; made long ago, so that signatures of any date verify. */
export async function makeFakeKey(): Promise<FakeKey> {
  const pair = await generateKey({
    userIDs: [{ name: 'Fake Archive Signing Key' }],
    format: 'armored',
    date: new Date('2000-01-01T00:00:00Z'),
  });
  return { private: await readPrivateKey({ armoredKey: pair.privateKey }), public: pair.publicKey };
}

/** Starts an archive with one suite, or several. Stop it with `await using` or by `[Symbol.asyncDispose]()`. */
export async function startFakeArchive(...suites: readonly FakeSuite[]): Promise<FakeArchive> {
  const key = await makeFakeKey();
  const bySuite = new Map<string, Map<string, Buffer>>();
  const faults: { part: string; fault: FakeFault; left: number }[] = [];
  const requests: string[] = [];
  const find = (path: string) =>
    [...bySuite.values()].map((files) => files.get(path)).find((file) => file !== undefined);
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '').slice(1));
    requests.push(path);
    const entry = faults.find(({ part, left }) => path.includes(part) && left > 0);
    if (entry !== undefined) entry.left--;
    serve(request, response, find(path), entry?.fault);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const archive: FakeArchive = {
    url,
    key,
    keyring: { name: 'fake.asc', armored: key.public },
    requests,
    source: (codename = 'trixie') => `deb [signed-by=fake.asc] ${url} ${codename} main`,
    async publish(suite) {
      bySuite.set(suite.codename ?? 'trixie', await suiteFiles(suite, key));
    },
    break(part, fault) {
      const times = fault.kind === 'cut' ? (fault.times ?? 1) : fault.kind === 'status' ? fault.times : undefined;
      faults.push({ part, fault, left: times ?? Number.POSITIVE_INFINITY });
    },
    mend: () => void faults.splice(0),
    file: find,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  for (const suite of suites) await archive.publish(suite);
  return archive;
}

function serve(request: IncomingMessage, response: ServerResponse, whole: Buffer | undefined, fault?: FakeFault): void {
  if (whole === undefined || fault?.kind === 'gone') return void response.writeHead(404).end();
  if (fault?.kind === 'status') return void response.writeHead(fault.status).end();
  const half = whole.length >> 1;
  const content = fault?.kind === 'truncated' ? whole.subarray(0, half) : Buffer.from(whole);
  if (fault?.kind === 'altered') content[half] = (content[half] ?? 0) ^ 1;
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (from > 0 && from >= content.length) return void response.writeHead(416).end();
  const range = { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` };
  const status = from > 0 ? 206 : 200;
  response.writeHead(status, { 'content-length': content.length - from, ...(from > 0 ? range : {}) });
  if (fault?.kind === 'cut') response.write(content.subarray(from, half), () => response.destroy());
  else if (fault?.kind === 'stall') response.write(content.subarray(from, half));
  else response.end(content.subarray(from));
}

/** Every file of a suite by its path: pool, indexes, InRelease. */
async function suiteFiles(suite: FakeSuite, archiveKey: FakeKey): Promise<Map<string, Buffer>> {
  const { codename = 'trixie', architectures = ['amd64', 'arm64'], byHash = true } = suite;
  const files = new Map<string, Buffer>();
  const stanzas: { architecture: string; text: string }[] = [];
  for (const fake of suite.packages) {
    const deb = await makeDeb(fake);
    const version = (fake.version ?? '1.0-1').replace(/^\d+:/, '');
    const path = `pool/main/${fake.name[0]}/${fake.name}/${fake.name}_${version}_${fake.architecture ?? 'all'}.deb`;
    files.set(path, deb);
    const fields = `Filename: ${path}\nSize: ${deb.length}\nSHA256: ${sha256Hex(deb)}\n`;
    stanzas.push({ architecture: fake.architecture ?? 'all', text: controlText(fake) + fields });
  }
  const listed = new Map<string, Buffer>();
  for (const architecture of architectures) {
    const here = stanzas.filter((stanza) => stanza.architecture === architecture || stanza.architecture === 'all');
    const plain = Buffer.from(here.map((stanza) => stanza.text).join('\n'));
    const path = `main/binary-${architecture}/Packages`;
    listed.set(path, plain);
    if (suite.compression === 'gz') listed.set(`${path}.gz`, gzipSync(plain));
    else if (suite.compression !== 'none') listed.set(`${path}.xz`, await xzOf(plain));
  }
  for (const [path, content] of listed) {
    const folder = `dists/${codename}/${path.slice(0, path.lastIndexOf('/'))}`;
    if (byHash) files.set(`${folder}/by-hash/SHA256/${sha256Hex(content)}`, content);
    else files.set(`dists/${codename}/${path}`, content);
  }
  files.set(`dists/${codename}/InRelease`, await inRelease(suite, listed, suite.key ?? archiveKey));
  return files;
}

async function inRelease(suite: FakeSuite, listed: ReadonlyMap<string, Buffer>, key: FakeKey): Promise<Buffer> {
  const { codename = 'trixie', architectures = ['amd64', 'arm64'], date = new Date() } = suite;
  const claims = suite.claims ?? codename;
  const text = [
    `Origin: ${suite.origin ?? 'Fake'}`,
    `Suite: ${claims}`,
    `Codename: ${claims}`,
    `Date: ${date.toUTCString().replace('GMT', 'UTC')}`,
    ...(suite.validUntil === undefined ? [] : [`Valid-Until: ${suite.validUntil.toUTCString().replace('GMT', 'UTC')}`]),
    ...(suite.byHash === false ? [] : ['Acquire-By-Hash: yes']),
    'No-Support-for-Architecture-all: Packages',
    `Architectures: all ${architectures.join(' ')}`,
    'Components: main',
    'SHA256:',
    ...[...listed].map(([path, content]) => ` ${sha256Hex(content)} ${content.length} ${path}`),
    '',
  ].join('\n');
  const message = await createCleartextMessage({ text });
  const signed = await sign({ message, signingKeys: key.private, date });
  return Buffer.from(signed.replaceAll('\r\n', '\n'));
}
