import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { FakeServer, type Request, type Response, readBody } from '../../test/fakes/server.ts';
import { redirectTarget } from './http-redirects.ts';
import { Http, type HttpBody } from './http.ts';

const quick = { backoff: 1 };
const withCode = (code: string, message = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(message) as string });

/** A server that answers the n-th request with the n-th handler, the last one for all further requests. */
async function serve(...handlers: ((request: Request, response: Response) => void)[]): Promise<{
  server: FakeServer;
  requests: Request[];
}> {
  const requests: Request[] = [];
  const server = await FakeServer.start((request, response) => {
    requests.push(request);
    handlers[Math.min(requests.length, handlers.length) - 1]?.(request, response);
  });
  return { server, requests };
}

const answer =
  (status: number, headers: Record<string, string> = {}, body = '') =>
  (request: Request, response: Response): void => {
    request.resume();
    response.writeHead(status, headers).end(body);
  };
const hangUp = (request: Request): void => {
  request.socket.destroy();
};

describe('what may be asked', () => {
  test('nothing when offline', async () => {
    const asked = new Http({ offline: true }).send('https://a.example/x?token=s3cret');
    await expect(asked).rejects.toThrow(withCode('network/offline', 'https://a.example/x?…'));
  });

  test('plain http only on this machine, unless allowed', async () => {
    await expect(new Http().send('http://192.0.2.1/')).rejects.toThrow(withCode('network/insecure'));
    const stopped = new Http({ insecure: true, signal: AbortSignal.abort() }).send('http://192.0.2.1/');
    await expect(stopped).rejects.toThrow(withCode('network/aborted'));
  });

  test.each(['ftp://a.example/', 'file:///etc/passwd', 'https://u:p@a.example/'])('not %s', async (url) => {
    await expect(new Http().send(url)).rejects.toThrow(withCode('network/url'));
  });

  test('not what is no URL', async () => {
    await expect(new Http().send('http://')).rejects.toThrow(withCode('network/url', 'no URL'));
  });
});

describe('redirects', () => {
  test('do not carry a secret body to another origin', async () => {
    const { server: other, requests } = await serve(answer(200));
    await using _other = other;
    const { server } = await serve(answer(307, { location: `${other.url}/b` }));
    await using _server = server;
    const request = { method: 'POST', body: Buffer.from('refresh_token=s3cret'), confined: true } as const;
    await expect(new Http(quick).send(server.url, request)).rejects.toThrow(withCode('network/redirect', 'a secret'));
    expect(requests).toEqual([]);
    const { server: near, requests: seen } = await serve(answer(307, { location: '/b' }), answer(200));
    await using _near = near;
    expect((await new Http(quick).send(near.url, request)).status).toBe(200);
    expect(seen).toHaveLength(2);
  });

  test('do not carry Authorization to another origin, and carry the body', async () => {
    const { server: other, requests } = await serve(answer(200, {}, 'there'));
    await using _other = other;
    const { server, requests: first } = await serve(answer(307, { location: `${other.url}/b` }));
    await using _server = server;
    const headers = { Authorization: 'Basic x', 'X-Kept': '1' };
    const response = await new Http().send(server.url, { method: 'PUT', headers, body: Buffer.from('body') });
    expect((await response.bytes(10)).toString()).toBe('there');
    expect(first[0]?.headers.authorization).toBe('Basic x');
    expect(requests[0]?.headers.authorization).toBeUndefined();
    expect(requests[0]?.headers).toMatchObject({ 'x-kept': '1', 'content-length': '4' });
  });

  test('keep Authorization within the origin', async () => {
    const { server, requests } = await serve(answer(302, { location: '/b' }), answer(200));
    await using _server = server;
    expect((await new Http().send(server.url, { headers: { authorization: 'Basic x' } })).status).toBe(200);
    expect(requests[1]).toMatchObject({ url: '/b', headers: { authorization: 'Basic x' } });
  });

  test('stop after ten', async () => {
    const { server, requests } = await serve(answer(302, { location: '/again?x=secret' }));
    await using _server = server;
    await expect(new Http().send(server.url)).rejects.toThrow(withCode('network/redirect', 'more than 10 times'));
    expect(requests).toHaveLength(11);
  });

  test.each([
    ['http://192.0.2.1/', 'network/insecure'],
    ['ftp://127.0.0.1/', 'network/url'],
    ['http://[', 'network/redirect'],
  ])('to %s are refused', async (location, code) => {
    const { server } = await serve(answer(302, { location }));
    await using _server = server;
    await expect(new Http().send(server.url)).rejects.toThrow(withCode(code));
  });

  test('from https to http are refused, even where http is allowed', () => {
    const from = new URL('https://a.example/');
    expect(() => redirectTarget(from, 'http://a.example/')).toThrow(withCode('network/redirect', 'less safe'));
    expect(redirectTarget(from, '//b.example/').href).toBe('https://b.example/');
  });

  test('of a POST to another page are not followed', async () => {
    const { server } = await serve(answer(303, { location: '/b' }));
    await using _server = server;
    expect((await new Http().send(server.url, { method: 'POST' })).status).toBe(303);
  });
});

describe('another try', () => {
  test.each([429, 500, 502, 503, 504])('follows %d', async (status) => {
    const { server, requests } = await serve(answer(status), hangUp, answer(200, {}, 'ok'));
    await using _server = server;
    const response = await new Http(quick).send(server.url, { method: 'PUT', body: Buffer.from('x') });
    expect([response.status, requests.length]).toEqual([200, 3]);
  });

  test('opens a streamed body anew', async () => {
    const bodies: string[] = [];
    const server = await FakeServer.start((request, response) => {
      void (async () => {
        bodies.push((await readBody(request)).toString());
        response.writeHead(bodies.length === 1 ? 503 : 200).end();
      })();
    });
    await using _server = server;
    const body: HttpBody = {
      size: 4,
      async *open() {
        yield Buffer.from('ab');
        yield Buffer.from('cd');
      },
    };
    expect((await new Http(quick).send(server.url, { method: 'PUT', body })).status).toBe(200);
    expect(bodies).toEqual(['abcd', 'abcd']);
  });

  test('is not made when it could do harm, nor more often than allowed', async () => {
    const { server, requests } = await serve(answer(503));
    await using _server = server;
    expect((await new Http(quick).send(server.url, { repeatable: false })).status).toBe(503);
    expect(requests).toHaveLength(1);
    expect((await new Http({ ...quick, tries: 3 }).send(server.url)).status).toBe(503);
    expect(requests).toHaveLength(4);
  });

  test('waits for nothing of a long answer that nobody wants', async () => {
    const { server } = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '1125899906842624' });
      response.write('x');
    });
    await using _server = server;
    const response = await new Http(quick).send(server.url);
    const begun = performance.now();
    await response.discard();
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  test('waits as long as the server asks, but not for hours', async () => {
    const { server, requests } = await serve(answer(429, { 'retry-after': '1' }));
    await using _server = server;
    const http = new Http({ ...quick, tries: 1 });
    const response = await http.send(server.url);
    await response.discard();
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const waited = vi.fn();
    const pause = http.pause(1, response).then(waited);
    await vi.advanceTimersByTimeAsync(999);
    expect(waited).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(waited).toHaveBeenCalledExactlyOnceWith(true);
    await pause;
    vi.useRealTimers();
    const { server: strict, requests: asked } = await serve(answer(429, { 'retry-after': '3600' }));
    await using _strict = strict;
    expect((await new Http(quick).send(strict.url)).status).toBe(429);
    expect([requests.length, asked.length]).toEqual([1, 1]);
  });

  test('does not help when nobody listens', async () => {
    const server = await FakeServer.start(() => undefined);
    const { url } = server;
    await server[Symbol.asyncDispose]();
    await expect(new Http(quick).send(url)).rejects.toThrow(withCode('network/refused'));
  });

  test('is given up at last when the connection always breaks', async () => {
    const { server, requests } = await serve(hangUp);
    await using _server = server;
    await expect(new Http(quick).send(`${server.url}/x?token=s3cret`)).rejects.toThrow(withCode('network/failed'));
    expect(requests).toHaveLength(4);
  });
});

describe('a body', () => {
  test('is bounded, with and without a length', async () => {
    const chunked = (_: Request, response: Response): void => {
      response.write('12345678');
      response.end('9');
    };
    const { server } = await serve(answer(200, { 'content-length': '9' }, '123456789'), chunked);
    await using _server = server;
    for (let i = 0; i < 2; i++) {
      const response = await new Http().send(server.url);
      await expect(response.bytes(8)).rejects.toThrow(withCode('network/too-large', 'more than 8 bytes'));
    }
    expect((await (await new Http().send(server.url)).bytes(9)).toString()).toBe('123456789');
    expect((await (await new Http().send(server.url)).prefix(3)).toString()).toBe('123');
  });

  test('that breaks off is a fault', async () => {
    const { server } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '9' });
      response.write('1234', () => response.destroy());
    });
    await using _server = server;
    await expect((await new Http().send(server.url)).bytes(9)).rejects.toThrow(withCode('network/failed'));
  });

  test('that stops coming is a fault', async () => {
    const { server } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '9' });
      response.write('1234');
    });
    await using _server = server;
    const response = await new Http({ idle: 50 }).send(server.url);
    await expect(response.bytes(9)).rejects.toThrow(withCode('network/timeout'));
  });

  test("that cannot be read is the source's fault, not the network's", async () => {
    const { server } = await serve((request) => {
      request.resume();
    });
    await using _server = server;
    const body: HttpBody = {
      size: 4,
      async *open() {
        yield Buffer.from('ab');
        throw new Error('the disk is gone');
      },
    };
    await expect(new Http(quick).send(server.url, { method: 'PUT', body })).rejects.toThrow('the disk is gone');
  });
});

test('gives up on a server that says nothing', async () => {
  const { server, requests } = await serve(() => undefined);
  await using _server = server;
  const asked = new Http({ idle: 30, tries: 2, backoff: 1 }).send(server.url);
  await expect(asked).rejects.toThrow(withCode('network/timeout', 'did not answer'));
  expect(requests).toHaveLength(2);
});

test('stops when told to', async () => {
  const controller = new AbortController();
  const { server, requests } = await serve(() => controller.abort());
  await using _server = server;
  const asked = new Http({ ...quick, signal: controller.signal }).send(server.url);
  await expect(asked).rejects.toThrow(withCode('network/aborted'));
  expect(requests).toHaveLength(1);
});

test('a request that broke leaves no watch behind, though its body is still being read', async () => {
  const { server } = await serve(hangUp);
  await using _server = server;
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let read = 0;
  const body: HttpBody = {
    size: 1 << 20,
    async *open() {
      for (; read < 2; read++) {
        if (read === 1) await released;
        yield Buffer.alloc(1 << 19);
      }
    },
  };
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  const asked = new Http({ tries: 1 }).send(server.url, { method: 'PUT', body });
  await expect(asked).rejects.toThrow(withCode('network/failed'));
  release();
  await new Promise((resolve) => setImmediate(resolve));
  expect(timers()).toBeLessThanOrEqual(before);
});
