import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { mkdir, mkdtemp, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Fault } from '../lib/faults.ts';
import type { FeedFile, FeedFiles } from './feed.ts';
import { feedFiles } from './files.ts';

const CONTENT = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 9)) & 0xff));
const DATE = new Date('2026-08-16T10:00:00Z');
const LIMIT = 1 << 20;
const quick = { backoff: 1, idle: 2000 };

let folder: string;
let server: Server;
let address: string;
let requests: IncomingMessage[];
let answer: (request: IncomingMessage, response: ServerResponse, attempt: number) => void;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temper-feed-'));
  for (const [path, bytes] of [
    ['npm/all.zip', CONTENT],
    ['Red Hat/a%2f+b.json', Buffer.from('{}')],
    ['empty', Buffer.alloc(0)],
  ] as const) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
    await utimes(join(folder, path), DATE, DATE);
  }
  requests = [];
  answer = (request, response) => serve(request, response);
  server = createServer((request, response) => answer(request, response, requests.push(request)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

interface Serving {
  readonly cutAt?: number;
  readonly tag?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly content?: Buffer;
}

function serve(request: IncomingMessage, response: ServerResponse, serving: Serving = { tag: '"a"' }): void {
  const path = decodeURIComponent(new URL(request.url ?? '', 'http://x').pathname);
  let content: Buffer;
  try {
    content = serving.content ?? readFileSync(join(folder, path));
  } catch {
    response.writeHead(404).end();
    return;
  }
  const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
  const isSame = serving.tag !== undefined && request.headers['if-range'] === serving.tag;
  const from = asked === undefined || !isSame ? 0 : Number(asked);
  response.setHeader('content-length', content.length - from);
  response.setHeader('last-modified', DATE.toUTCString());
  if (serving.tag === undefined) response.removeHeader('last-modified');
  else response.setHeader('etag', serving.tag);
  if (from > 0) response.setHeader('content-range', `bytes ${from}-${content.length - 1}/${content.length}`);
  for (const [name, value] of Object.entries(serving.headers ?? {})) response.setHeader(name, value);
  response.writeHead(from > 0 ? 206 : 200);
  if (serving.cutAt === undefined) response.end(content.subarray(from));
  else response.write(content.subarray(from, serving.cutAt), () => response.destroy());
}

async function opened(files: FeedFiles, path = 'npm/all.zip', limit = LIMIT): Promise<FeedFile> {
  const file = await files.open(path, limit);
  if (file === undefined) throw new Error(`${path} is not there`);
  return file;
}

async function joined(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Fault)) throw new Error(`no fault but ${String(error)}`);
  return error;
}

describe.each(['a folder', 'an address'])('files of %s', (kind) => {
  const files = (): FeedFiles => (kind === 'a folder' ? feedFiles(folder) : feedFiles(`${address}/`, quick));
  const base = (): string => (kind === 'a folder' ? folder : address);

  test('are given as they stand, with their size and date', async () => {
    await using file = await opened(files());
    expect([file.size, file.modified]).toEqual([CONTENT.length, DATE.getTime() / 1000]);
    expect((await joined(file.chunks())).equals(CONTENT)).toBe(true);
  });

  test('are read anywhere', async () => {
    await using file = await opened(files());
    const random = await file.random();
    expect(random.size).toBe(CONTENT.length);
    expect(random.read(1000, 5000).equals(CONTENT.subarray(1000, 6000))).toBe(true);
    expect(random.read(CONTENT.length - 10, 100).equals(CONTENT.subarray(-10))).toBe(true);
    expect(random.read(CONTENT.length + 1, 1)).toHaveLength(0);
  });

  test('are read as a whole', async () => {
    await using file = await opened(files());
    expect((await file.all()).equals(CONTENT)).toBe(true);
    await using empty = await opened(files(), 'empty');
    expect([empty.size, (await empty.all()).length]).toEqual([0, 0]);
  });

  test('may have names of any characters', async () => {
    await using file = await opened(files(), 'Red Hat/a%2f+b.json');
    expect((await file.all()).toString()).toBe('{}');
  });

  test('are undefined where there is none', async () => {
    expect(await files().open('npm/none.zip', LIMIT)).toBeUndefined();
    expect(await files().open('none/all.zip', LIMIT)).toBeUndefined();
  });

  test('have a tag that stays as long as they do', async () => {
    await using first = await opened(files());
    await using second = await opened(files());
    expect(first.tag).toBe(second.tag);
    expect(first.tag).toBeDefined();
  });

  test('are refused when they are too large', async () => {
    const fault = await faultOf(files().open('npm/all.zip', CONTENT.length - 1));
    expect([fault.code, fault.message]).toEqual([
      'feed/too-large',
      `npm/all.zip of ${base()} is larger than the 299999 bytes that are read.`,
    ]);
    await using exact = await opened(files(), 'npm/all.zip', CONTENT.length);
    expect(await exact.all()).toHaveLength(CONTENT.length);
  });

  test.each(['../x', 'a/../../x', '/etc/passwd', 'a//b', './a', 'a/.', '', 'a\\..\\b', 'a\0b', `${'a/'.repeat(600)}b`])(
    'have no path like %j',
    async (path) => {
      expect((await faultOf(files().open(path, LIMIT))).code).toBe('feed/path');
    },
  );

  test('can be left unread', async () => {
    await using _file = await opened(files());
    await using again = await opened(files());
    expect(await again.all()).toHaveLength(CONTENT.length);
  });
});

describe('a folder', () => {
  test('lists its names', async () => {
    expect(await feedFiles(folder).list?.('')).toEqual(['Red Hat', 'empty', 'npm']);
    expect(await feedFiles(folder).list?.('npm')).toEqual(['all.zip']);
    expect(await feedFiles(folder).list?.('none')).toEqual([]);
  });

  test('that is not there is unreachable', async () => {
    const missing = join(folder, 'missing');
    const fault = await faultOf(feedFiles(missing).open('a', LIMIT));
    expect([fault.code, fault.message]).toEqual([
      'feed/unreachable',
      `a of ${missing} cannot be read: there is no such folder.`,
    ]);
  });

  test('lets no link lead outside', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'temper-outside-'));
    await writeFile(join(outside, 'secret'), 'x');
    await symlink(join(outside, 'secret'), join(folder, 'file'));
    await symlink(outside, join(folder, 'dir'));
    await symlink(join(folder, 'npm'), join(folder, 'inside'));
    await symlink('loop', join(folder, 'loop'));
    try {
      expect((await faultOf(feedFiles(folder).open('file', LIMIT))).code).toBe('file/outside');
      expect((await faultOf(feedFiles(folder).open('dir/secret', LIMIT))).code).toBe('file/outside');
      await expect(feedFiles(folder).list?.('dir')).rejects.toThrow('leads out of');
      expect((await faultOf(feedFiles(folder).open('loop', LIMIT))).code).toBe('file/failed');
      await using file = await opened(feedFiles(folder), 'inside/all.zip');
      expect(file.size).toBe(CONTENT.length);
    } finally {
      await rm(outside, { recursive: true });
    }
  });

  test('that is itself a link may be named', async () => {
    const link = `${folder}-link`;
    await symlink(folder, link);
    try {
      await using file = await opened(feedFiles(link));
      expect(file.size).toBe((await stat(join(folder, 'npm/all.zip'))).size);
    } finally {
      await rm(link);
    }
  });

  test('holds files, not folders', async () => {
    expect((await faultOf(feedFiles(folder).open('npm', LIMIT))).code).toBe('file/kind');
  });
});

describe('an address', () => {
  const files = (options = {}): FeedFiles => feedFiles(address, { ...quick, ...options });

  test('is resumed where the connection broke, in each way of reading', async () => {
    for (const read of ['chunks', 'random', 'all'] as const) {
      requests = [];
      answer = (request, response, attempt) =>
        serve(request, response, attempt < 3 ? { tag: '"a"', cutAt: attempt * 100_000 } : { tag: '"a"' });
      await using file = await opened(files());
      const bytes =
        read === 'chunks'
          ? await joined(file.chunks())
          : read === 'all'
            ? await file.all()
            : (await file.random()).read(0, LIMIT);
      expect(bytes.equals(CONTENT)).toBe(true);
      expect(requests.map((r) => [r.headers.range?.replace(/\d+/, 'N'), r.headers['if-range']])).toEqual([
        [undefined, undefined],
        ['bytes=N-', '"a"'],
        ['bytes=N-', '"a"'],
      ]);
    }
  });

  test('is resumed also where the server gives the whole again', async () => {
    answer = (request, response, attempt) => {
      delete request.headers.range;
      serve(request, response, attempt === 1 ? { tag: '"a"', cutAt: 100_000 } : { tag: '"a"' });
    };
    await using file = await opened(files());
    expect((await joined(file.chunks())).equals(CONTENT)).toBe(true);
  });

  test('that changed on the way is read from the start, and is a fault where some was given', async () => {
    const other = Buffer.alloc(CONTENT.length, 7);
    const changing = (request: IncomingMessage, response: ServerResponse, attempt: number): void =>
      serve(request, response, attempt === 1 ? { tag: '"a"', cutAt: 100_000 } : { tag: '"b"', content: other });
    answer = changing;
    await using file = await opened(files());
    expect((await file.all()).equals(other)).toBe(true);
    requests = [];
    await using streamed = await opened(files());
    expect((await faultOf(joined(streamed.chunks()))).code).toBe('network/changed');
  });

  test('that cannot be resumed is read from the start, and is a fault where some was given', async () => {
    answer = (request, response, attempt) =>
      serve(request, response, attempt === 1 ? { tag: undefined, cutAt: 100_000 } : { tag: undefined });
    await using file = await opened(files());
    expect((await file.random()).read(0, LIMIT).equals(CONTENT)).toBe(true);
    requests = [];
    await using streamed = await opened(files());
    const fault = await faultOf(joined(streamed.chunks()));
    expect(fault.code).toBe('feed/unreachable');
    expect(fault.hint).toContain(address);
  });

  test('gives up where nothing more arrives', async () => {
    answer = (request, response, attempt) => {
      if (attempt === 1) serve(request, response, { tag: '"a"', cutAt: 100_000 });
      else request.socket.destroy();
    };
    await using file = await opened(files());
    expect((await faultOf(file.all())).code).toBe('feed/unreachable');
    expect(requests.length).toBeLessThan(10);
  });

  test('that never ends is cut off at the limit', async () => {
    answer = (_request, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write(CONTENT));
        response.once('drain', more);
      };
      more();
    };
    await using file = await opened(files());
    expect(file.size).toBeUndefined();
    expect((await faultOf(file.all())).code).toBe('feed/too-large');
  });

  test.each([403, 500, 302])('that answers %i is unreachable', async (status) => {
    answer = (_request, response) => response.writeHead(status).end('no');
    const fault = await faultOf(files({ tries: 2 }).open('a.json', LIMIT));
    expect([fault.code, fault.message]).toEqual([
      'feed/unreachable',
      `a.json of ${address} cannot be read: the server answered ${status}.`,
    ]);
    expect(fault.hint).toContain(address);
  });

  test('is tried again while the server is busy', async () => {
    answer = (request, response, attempt) => {
      if (attempt < 3) response.writeHead(503).end();
      else serve(request, response);
    };
    await using file = await opened(files());
    expect(await file.all()).toHaveLength(CONTENT.length);
  });

  test('keeps its password to itself and sends its query along', async () => {
    const secret = new URL(address);
    secret.username = 'me';
    secret.password = 'p%40ss';
    secret.search = '?sig=s3cret';
    const feed = feedFiles(secret.href, quick);
    expect(feed.base).toBe(`${address}/?…`);
    await using file = await opened(feed, 'empty');
    expect(await file.all()).toHaveLength(0);
    expect(requests[0]?.url).toBe('/empty?sig=s3cret');
    expect(requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
  });

  test('that nothing listens at is unreachable', async () => {
    await new Promise((resolve) => server.close(resolve));
    const fault = await faultOf(files().open('a.json', LIMIT));
    expect([fault.code, fault.message]).toEqual([
      'feed/unreachable',
      `a.json of ${address} cannot be read: ${new URL(address).host} refuses connections.`,
    ]);
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  test('is not asked when the network is switched off, nor without encryption elsewhere', async () => {
    expect((await faultOf(files({ offline: true }).open('a', LIMIT))).code).toBe('network/offline');
    expect((await faultOf(feedFiles('http://192.0.2.1').open('a', LIMIT))).code).toBe('network/insecure');
    expect(requests).toHaveLength(0);
  });

  test('stops when it is told to', async () => {
    const stop = new AbortController();
    answer = () => stop.abort();
    expect((await faultOf(files({ signal: stop.signal }).open('a', LIMIT))).code).toBe('network/aborted');
  });

  test('has no other scheme', () => {
    expect(() => feedFiles('ftp://example.org/x')).toThrow(expect.objectContaining({ code: 'feed/address' }));
    expect(() => feedFiles('http://')).toThrow(expect.objectContaining({ code: 'feed/address' }));
  });
});
