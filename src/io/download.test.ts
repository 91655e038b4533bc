import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestOf } from '../lib/digest.ts';
import { BlobFolder } from './blobs.ts';
import { Downloader } from './download.ts';

const CONTENT = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 31) & 0xff));
const LIMIT = 1 << 20;

let server: Server;
let base: string;
let scratch: string;
let folder: BlobFolder;
let requests: IncomingMessage[];
let answer: (request: IncomingMessage, response: ServerResponse, attempt: number) => void;

beforeEach(async () => {
  requests = [];
  server = createServer((request, response) => answer(request, response, requests.push(request)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  scratch = await mkdtemp(join(tmpdir(), 'temper-'));
  folder = new BlobFolder(scratch);
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(scratch, { recursive: true });
});

const downloader = (settings = {}) => new Downloader({ backoff: 1, stall: 2000, ...settings });
const wanted = (content = CONTENT) => ({ url: `${base}/file`, digest: digestOf(content), size: content.length });
const blobs = async () => (await readdir(scratch, { recursive: true, withFileTypes: true })).filter((e) => e.isFile());

function serveFrom(request: IncomingMessage, response: ServerResponse, cutAt?: number): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const headers: Record<string, string | number> = { 'content-length': CONTENT.length - from };
  if (from > 0) headers['content-range'] = `bytes ${from}-${CONTENT.length - 1}/${CONTENT.length}`;
  response.writeHead(from > 0 ? 206 : 200, headers);
  if (cutAt === undefined) response.end(CONTENT.subarray(from));
  else response.write(CONTENT.subarray(from, cutAt), () => response.destroy());
}

test('keeps content under its digest and counts its bytes', async () => {
  answer = (request, response) => serveFrom(request, response);
  let count = 0;
  await downloader().blob(wanted(), folder, { onBytes: (n) => (count += n) });
  expect(await folder.read(wanted().digest, LIMIT)).toEqual(CONTENT);
  expect(count).toBe(CONTENT.length);
});

test('asks for nothing that is there', async () => {
  answer = (request, response) => serveFrom(request, response);
  await downloader().blob(wanted(), folder);
  await downloader().blob(wanted(), folder);
  await downloader({ offline: true }).blob(wanted(), folder);
  expect(requests).toHaveLength(1);
});

test('resumes where a connection broke', async () => {
  answer = (request, response, attempt) => serveFrom(request, response, attempt < 3 ? attempt * 100_000 : undefined);
  let count = 0;
  await downloader().blob(wanted(), folder, { onBytes: (n) => (count += n) });
  expect(requests.map((r) => r.headers.range?.replace(/\d+/, 'N'))).toEqual([undefined, 'bytes=N-', 'bytes=N-']);
  expect(await folder.read(wanted().digest, LIMIT)).toEqual(CONTENT);
  expect(count).toBe(CONTENT.length);
});

test('resumes also where the server gives the whole again', async () => {
  answer = (request, response, attempt) => {
    delete request.headers.range;
    serveFrom(request, response, attempt === 1 ? 100_000 : undefined);
  };
  await downloader().blob(wanted(), folder);
  expect(requests).toHaveLength(2);
  expect(await folder.read(wanted().digest, LIMIT)).toEqual(CONTENT);
});

test('does not mistake another range for the one it asked for', async () => {
  answer = (request, response, attempt) => {
    if (attempt === 1) serveFrom(request, response, 100_000);
    else response.writeHead(206, { 'content-range': 'bytes 5-9/10' }).end('nasty');
  };
  await expect(downloader().blob(wanted(), folder)).rejects.toMatchObject({ code: 'download/refused' });
});

test('takes a body without a length that ends early for a broken connection', async () => {
  answer = (_request, response, attempt) => {
    if (attempt === 1) {
      response.writeHead(200, { connection: 'close' });
      response.end(CONTENT.subarray(0, 1000));
    } else serveFrom(requests.at(-1) as IncomingMessage, response);
  };
  await downloader().blob(wanted(), folder);
  expect(requests[1]?.headers.range).toBe('bytes=1000-');
});

test('tries again after 503 and after a stall', async () => {
  answer = (request, response, attempt) => {
    if (attempt === 1) response.writeHead(503).end();
    else if (attempt > 2) serveFrom(request, response);
  };
  await downloader({ stall: 100 }).blob(wanted(), folder);
  expect(requests).toHaveLength(3);
});

test('gives up after its attempts and says what the server said', async () => {
  answer = (_request, response) => response.writeHead(502).end();
  await expect(downloader({ attempts: 3 }).bytes(`${base}/file`, LIMIT)).rejects.toMatchObject({
    code: 'network/unreachable',
    message: `${base}/file could not be fetched: the server answered 502.`,
  });
  expect(requests).toHaveLength(3);
});

test('says that nobody answers', async () => {
  await expect(downloader({ attempts: 1 }).bytes('http://127.0.0.1:1/x', LIMIT)).rejects.toMatchObject({
    code: 'network/unreachable',
  });
});

test.each([
  [404, 'download/gone'],
  [410, 'download/gone'],
  [403, 'download/refused'],
])('does not try again after %d', async (status, code) => {
  answer = (_request, response) => response.writeHead(status).end('no');
  await expect(downloader().bytes(`${base}/file`, LIMIT)).rejects.toMatchObject({ code });
  expect(requests).toHaveLength(1);
});

test('keeps nothing of other content, of shorter or of longer', async () => {
  for (const [body, code] of [
    [Buffer.from(CONTENT).fill(0, 5, 6), 'blob/altered'],
    [CONTENT.subarray(1), 'blob/altered'],
    [Buffer.concat([CONTENT, CONTENT]), 'download/too-large'],
  ] as const) {
    answer = (_request, response) => response.end(body);
    await expect(downloader().blob(wanted(), folder)).rejects.toMatchObject({ code });
  }
  expect(await blobs()).toEqual([]);
});

test('reads no more than its bound', async () => {
  answer = (_request, response) => response.end(CONTENT);
  await expect(downloader().bytes(`${base}/file`, 1000)).rejects.toMatchObject({ code: 'download/too-large' });
});

test('uses no network when it is offline', async () => {
  answer = (_request, response) => response.end(CONTENT);
  await expect(downloader({ offline: true }).bytes(`${base}/file`, LIMIT)).rejects.toMatchObject({
    code: 'network/offline',
  });
  expect(requests).toHaveLength(0);
});

test('stops when its caller says so, also while it waits', async () => {
  const stop = new AbortController();
  answer = (_request, response) => {
    response.writeHead(503).end();
    setImmediate(() => stop.abort(new Error('enough')));
  };
  const bytes = downloader({ backoff: 100_000 }).bytes(`${base}/file`, LIMIT, { signal: stop.signal });
  await expect(bytes).rejects.toThrow('enough');
});

test('sends a password as a header and never says it', async () => {
  answer = (_request, response, attempt) => response.writeHead(attempt === 1 ? 200 : 404).end('ok');
  const url = `${base.replace('http://', 'http://user:s%40cret@')}/file?token=s%40cret`;
  await downloader().bytes(url, LIMIT);
  expect(requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('user:s@cret').toString('base64')}`);
  const error: unknown = await downloader()
    .bytes(url, LIMIT)
    .catch((caught: unknown) => caught);
  expect(String(error)).not.toContain('cret');
});
